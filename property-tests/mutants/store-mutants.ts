import type { LookupReply, Store } from '../../core/stores/store.ts';
import type { TenantId } from '../../core/tenancy/tenant-id.ts';
import type { CoreUnderTest } from '../laws/core-under-test.ts';
import type { CoreMutant } from './mutant.ts';

/** Puts the fault around every store that the core opens. */
function overStore(
  fault: (store: Store) => Partial<Store>,
): (core: CoreUnderTest) => CoreUnderTest {
  const faulty = (store: Store): Store => ({ ...bound(store), ...fault(store) });
  return (core) => ({
    ...core,
    openMemoryStore: (nowMs) => faulty(core.openMemoryStore(nowMs)),
    openRedisStore: (client, namespace) => faulty(core.openRedisStore(client, namespace)),
  });
}

/** The verbs of a store as functions of their own. */
function bound(store: Store): Store {
  return {
    lookup: (request) => store.lookup(request),
    put: (request) => store.put(request),
    invalidate: (request) => store.invalidate(request),
    acquireLease: (request) => store.acquireLease(request),
    releaseLease: (request) => store.releaseLease(request),
    readUsage: (tenant, nowMs) => store.readUsage(tenant, nowMs),
    listKeys: (tenant, nowMs) => store.listKeys(tenant, nowMs),
    reconcile: (tenant, nowMs) => store.reconcile(tenant, nowMs),
    removeTenant: (tenant) => store.removeTenant(tenant),
    close: () => store.close(),
  };
}

const EVERYBODY = 'everybody' as TenantId;

/** Faults of a store, as wrappers over its port. */
export const STORE_MUTANTS: readonly CoreMutant[] = [
  {
    kind: 'core',
    name: 'global clear',
    fault: 'clearing one tenant clears everybody',
    killer: 'P4',
    wrap: overStore((store) => {
      const tenants = new Set<TenantId>();
      return {
        put: (request) => {
          tenants.add(request.tenant);
          return store.put(request);
        },
        invalidate: async (request) => {
          if (request.scope.kind === 'tenant') {
            for (const tenant of tenants) {
              if (tenant !== request.tenant) await store.invalidate({ ...request, tenant });
            }
          }
          return store.invalidate(request);
        },
      };
    }),
  },
  {
    kind: 'core',
    name: 'fill not fenced',
    fault: 'invalidating and filling are not atomic: a late fill lands',
    killer: 'P5',
    wrap: overStore((store) => ({
      put: ({ fence: _, ...request }) => store.put(request),
    })),
  },
  {
    kind: 'core',
    name: 'generation shared',
    fault: "one generation counter for all: an invalidation refuses a neighbour's fill",
    killer: 'P7',
    wrap: overStore((store) => {
      let generation = 0;
      const seen = new Map<string, number>();
      return {
        lookup: async (request) => {
          const reply = await store.lookup(request);
          if (reply.kind !== 'rejected') seen.set(`${request.tenant} ${request.key}`, generation);
          return reply;
        },
        invalidate: (request) => {
          generation += 1;
          return store.invalidate(request);
        },
        put: async (request) => {
          const before = seen.get(`${request.tenant} ${request.key}`);
          if (request.fence === undefined || before === generation) return store.put(request);
          const { usageBytes } = await store.readUsage(request.tenant, request.nowMs);
          return { kind: 'rejected', reason: 'outdated', usageBytes };
        },
      };
    }),
  },
  {
    kind: 'core',
    name: 'limiter bucket shared',
    fault: 'all tenants take tokens from one bucket',
    killer: 'P10',
    wrap: overStore((store) => ({
      lookup: async (request) => {
        const shared = await store.lookup({ ...request, tenant: EVERYBODY, key: '' });
        if (shared.kind === 'rejected') return shared;
        return store.lookup({ ...request, limit: { ...request.limit, enforcement: 'off' } });
      },
    })),
  },
  {
    kind: 'core',
    name: 'global LRU',
    fault: 'an eviction takes the oldest entry of the whole cache, whose ever it is',
    killer: 'P10',
    wrap: overStore((store) => {
      const order: { tenant: TenantId; key: string }[] = [];
      return {
        put: async (request) => {
          const reply = await store.put(request);
          const oldest = order.find(({ tenant }) => tenant !== request.tenant);
          if (reply.kind === 'stored' && reply.evictedCount > 0 && oldest !== undefined) {
            const { tenant, key } = oldest;
            order.splice(order.indexOf(oldest), 1);
            const scope = { kind: 'key', key } as const;
            await store.invalidate({ ...request, tenant, scope });
          }
          order.push({ tenant: request.tenant, key: request.key });
          return reply;
        },
      };
    }),
  },
  {
    kind: 'core',
    name: 'TTL copied',
    fault: 'an entry gets the life of the entry put before it, whose ever that was',
    killer: 'P3',
    wrap: overStore((store) => {
      let before: number | undefined;
      return {
        put: (request) => {
          const ttlMs = before ?? request.ttlMs;
          before = request.ttlMs;
          return store.put({ ...request, ttlMs });
        },
      };
    }),
  },
  {
    kind: 'core',
    name: 'multi-get off by one',
    fault: 'lookups of one moment are sent as a batch and answered one place too far',
    killer: 'P2',
    wrap: overStore((store) => {
      let batch: { run: () => Promise<LookupReply>; settle: (reply: LookupReply) => void }[] = [];
      const flush = async (): Promise<void> => {
        const sent = batch;
        batch = [];
        const replies = await Promise.all(sent.map(({ run }) => run()));
        for (const [at, { settle }] of sent.entries()) {
          const reply = replies[(at + 1) % sent.length];
          if (reply !== undefined) settle(reply);
        }
      };
      return {
        lookup: (request) =>
          new Promise((settle) => {
            batch.push({ run: () => store.lookup(request), settle });
            if (batch.length === 1) queueMicrotask(flush);
          }),
      };
    }),
  },
  {
    kind: 'core',
    name: 'truncated key digest',
    fault: 'keys are kept as a digest of so few bits that two are the same',
    killer: 'P3',
    wrap: overStore((store) => {
      const short = (key: string): string => `${key.length % 4}`;
      return {
        lookup: (request) => store.lookup({ ...request, key: short(request.key) }),
        put: (request) => store.put({ ...request, key: short(request.key) }),
      };
    }),
  },
  {
    kind: 'core',
    name: 'lease shared',
    fault: 'leases are kept by key for all tenants together',
    killer: 'P19',
    wrap: overStore((store) => ({
      acquireLease: (request) => store.acquireLease({ ...request, tenant: EVERYBODY }),
      releaseLease: (request) => store.releaseLease({ ...request, tenant: EVERYBODY }),
    })),
  },
  {
    kind: 'core',
    name: 'reply before effect',
    fault: 'an invalidation is answered before it happens',
    killer: 'P5',
    wrap: overStore((store) => ({
      invalidate: async (request) => {
        setImmediate(() => store.invalidate(request).catch(() => {}));
        return { removedCount: 0 };
      },
    })),
  },
];
