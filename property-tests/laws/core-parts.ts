/**
 * The parts of the core that the laws look at, in one module: mutants are bundled from here with
 * edits in the files behind it.
 */
export { TenantCache } from '../../core/cache/tenant-cache.ts';
export { makeTenantContext } from '../../core/cache/tenant-context.ts';
export { makeIoredisStore } from '../../core/stores/ioredis-store.ts';
export { MemoryStore } from '../../core/stores/memory-store.ts';
export { RedisStore } from '../../core/stores/redis-store.ts';
export { StoreError } from '../../core/stores/store-error.ts';
export { identifyTenant } from '../../core/tenancy/identify-tenant.ts';
export { makeKeyspace } from '../../core/tenancy/keyspace.ts';
export { parseTenantId } from '../../core/tenancy/tenant-id.ts';
