import { TenantCache } from '../../core/cache/tenant-cache.ts';
import { MemoryStore } from '../../core/stores/memory-store.ts';
import type { Adapter } from '../conformance/adapter.ts';
import { NODE_PORTS, tenantsOf } from './own-core.ts';

/** Our own cache over the memory store, with its local tier, in one process. */
const adapter: Adapter = {
  name: 'partywall, memory',
  traits: { sharedAcrossOpens: false },
  async open() {
    const store = new MemoryStore({ nowMs: NODE_PORTS.nowMs });
    const settings = { earlyRefresh: false, ttlJitter: 0, localTier: true };
    const cache = new TenantCache(store, NODE_PORTS, settings);
    return { tenant: tenantsOf(cache, store), close: () => store.close() };
  },
};

export default adapter;
