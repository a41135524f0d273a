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
  type TenantContext,
} from './cache/tenant-context.ts';
