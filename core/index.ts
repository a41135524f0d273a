export type { CacheCounters } from './cache/counters.ts';
export { CacheError, type CacheErrorCode } from './cache/errors.ts';
export type { Loader, LoadOptions, LoadTask, LookupOptions, PutOptions } from './cache/loader.ts';
export type { InvalidationChannel, InvalidationMessage } from './cache/local-tier.ts';
export type * from './cache/outcome.ts';
export type { CachePorts, Canceller, CancelSignal, Mac, SealAlarm } from './cache/ports.ts';
export { type CacheSettings, DEFAULT_SETTINGS } from './cache/settings.ts';
export { parseCacheSettings, type SettingsReading } from './cache/settings-schema.ts';
export { TenantCache } from './cache/tenant-cache.ts';
export {
  type EnforcementChoice,
  makeTenantContext,
  type TemporaryRate,
  type TenantContext,
} from './cache/tenant-context.ts';
export { makeIoredisStore } from './stores/ioredis-store.ts';
export { MemoryStore } from './stores/memory-store.ts';
export { PartitionedStore, type PartitionedStoreOptions } from './stores/partitioned-store.ts';
export type { RedisStoreOptions } from './stores/redis-store.ts';
export type * from './stores/store.ts';
export { StoreError } from './stores/store-error.ts';
export {
  type AuthenticatedCaller,
  type Identity,
  identifyTenant,
} from './tenancy/identify-tenant.ts';
export { InvalidInputError } from './tenancy/invalid-input-error.ts';
export { type Keyspace, makeKeyspace, type TenantKeys } from './tenancy/keyspace.ts';
export { parseTenantId, type TenantId } from './tenancy/tenant-id.ts';
export { TIERS, type Tier } from './tenancy/tier.ts';
