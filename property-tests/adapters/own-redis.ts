import { Redis } from 'ioredis';
import { TenantCache } from '../../core/cache/tenant-cache.ts';
import { makeIoredisStore } from '../../core/stores/ioredis-store.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import type { Adapter } from '../conformance/adapter.ts';
import { NODE_PORTS, tenantsOf } from './own-core.ts';

/** Our own cache over Redis, as a service would set it up. */
const adapter: Adapter = {
  name: 'partywall, Redis',
  async open({ redisUrl }) {
    const client = new Redis(redisUrl, { commandTimeout: 4_000, maxRetriesPerRequest: 1 });
    client.on('error', () => {});
    const store = makeIoredisStore(client, { keyspace: makeKeyspace() });
    const cache = new TenantCache(store, NODE_PORTS, { earlyRefresh: false, ttlJitter: 0 });
    return { tenant: tenantsOf(cache, store), close: () => store.close() };
  },
};

export default adapter;
