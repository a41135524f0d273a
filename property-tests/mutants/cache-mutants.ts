import type { Loader } from '../../core/cache/loader.ts';
import type { InvalidationMessage } from '../../core/cache/local-tier.ts';
import type { TenantContext } from '../../core/cache/tenant-context.ts';
import type { TenantId } from '../../core/tenancy/tenant-id.ts';
import type { CacheUnderTest, CoreUnderTest } from '../laws/core-under-test.ts';
import { makeWire } from '../laws/wire.ts';
import type { CoreMutant } from './mutant.ts';

/** Puts the fault around every cache that the core opens. */
function overCache(
  fault: (cache: CacheUnderTest) => Partial<CacheUnderTest>,
): (core: CoreUnderTest) => CoreUnderTest {
  return (core) => ({
    ...core,
    openCache: (...parts) => {
      const cache = core.openCache(...parts);
      return { ...bound(cache), ...fault(cache) };
    },
  });
}

function bound(cache: CacheUnderTest): CacheUnderTest {
  return {
    get: (...asked) => cache.get(...asked),
    getOrLoad: (...asked) => cache.getOrLoad(...asked),
    put: (...asked) => cache.put(...asked),
    delete: (...asked) => cache.delete(...asked),
    invalidate: (...asked) => cache.invalidate(...asked),
    removeTenant: (...asked) => cache.removeTenant(...asked),
    countersOf: (tenant) => cache.countersOf(tenant),
    allCounters: () => cache.allCounters(),
  };
}

const FLIGHT = 'core/cache/single-flight';
const LOCAL = 'core/cache/local-tier';

/** Faults of the cache in a process, and of the connection below it. */
export const CACHE_MUTANTS: readonly CoreMutant[] = [
  {
    kind: 'core',
    name: 'context leaked',
    fault: 'the context of a request is kept where the next request overwrites it',
    killer: 'P2',
    wrap: overCache((cache) => {
      let current: TenantContext | undefined;
      return {
        get: async (context, key) => {
          current = context;
          await undefined;
          return cache.get(current, key);
        },
      };
    }),
  },
  {
    kind: 'core',
    name: 'shared loader',
    fault: 'the first loader that was given for a key is used for every tenant',
    killer: 'P2',
    wrap: overCache((cache) => {
      const loaders = new Map<string, Loader>();
      return {
        getOrLoad: (context, key, load, options) => {
          const first = loaders.get(key) ?? load;
          loaders.set(key, first);
          return cache.getOrLoad(context, key, first, options);
        },
      };
    }),
  },
  {
    kind: 'core',
    name: 'single-flight by key',
    fault: 'a load in flight is joined by key alone',
    killer: 'P14',
    edits: [
      {
        file: FLIGHT,
        from: 'this.tenants.get(tenant)',
        to: "this.tenants.get('')",
        everywhere: true,
      },
      {
        file: FLIGHT,
        from: 'this.tenants.set(tenant, flights)',
        to: "this.tenants.set('', flights)",
      },
      { file: FLIGHT, from: 'this.tenants.delete(tenant)', to: "this.tenants.delete('')" },
    ],
  },
  {
    kind: 'core',
    name: 'cancelled call frees',
    fault: 'a call that is given up hands its connection back with its reply unread',
    killer: 'P12',
    wrap: (core) => ({ ...core, wire: makeWire({ forgetsTimedOut: true }) }),
  },
  {
    kind: 'core',
    name: 'row kept on reconnect',
    fault: 'calls of the lost connection still wait for replies of the new one',
    killer: 'P12',
    wrap: (core) => ({ ...core, wire: makeWire({ keepsRowOnReconnect: true }) }),
  },
  {
    kind: 'core',
    name: 'local tier by key',
    fault: 'values kept in the process are found by key alone',
    killer: 'P2',
    edits: [
      {
        file: LOCAL,
        from: 'this.shelves.get(tenant)',
        to: "this.shelves.get('')",
        everywhere: true,
      },
      { file: LOCAL, from: 'this.shelves.set(tenant, added)', to: "this.shelves.set('', added)" },
    ],
  },
  {
    kind: 'core',
    name: 'wrong tenant in message',
    fault: 'a message names the tenant of the message before',
    killer: 'P15',
    wrap: (core) => ({
      ...core,
      openCache: (store, ports, settings) => {
        const { channel } = ports;
        if (channel === undefined) return core.openCache(store, ports, settings);
        let before: TenantId | undefined;
        const publish = (message: InvalidationMessage): void => {
          channel.publish({ ...message, tenant: before ?? message.tenant });
          before = message.tenant;
        };
        const swapped = { publish, subscribe: channel.subscribe };
        return core.openCache(store, { ...ports, channel: swapped }, settings);
      },
    }),
  },
  {
    kind: 'core',
    name: 'mutable reference',
    fault: 'the local tier hands out the very array that it keeps',
    killer: 'P2',
    edits: [{ file: LOCAL, from: 'return copyOf(entry.value);', to: 'return entry.value;' }],
  },
  {
    kind: 'core',
    name: 'error text leaks',
    fault: 'what the store said, keys included, is told to the tenant',
    killer: 'P11',
    edits: [
      {
        file: 'core/cache/store-access',
        from: '`the store failed: ${error.code}`',
        to: '`the store failed: ${error.message}`',
      },
    ],
  },
  {
    kind: 'core',
    name: 'metric label swapped',
    fault: 'what happens to one tenant is counted for another',
    killer: 'P16',
    edits: [
      {
        file: 'core/cache/counters',
        from: 'return this.counters.get(tenant) ?? this.add(tenant);',
        to: 'return [...this.counters.values()][0] ?? this.add(tenant);',
      },
    ],
  },
  {
    kind: 'core',
    name: 'limiter fails open',
    fault: 'without the store everybody loads as much as they like',
    killer: 'P10',
    edits: [
      {
        file: 'core/cache/local-share',
        from: "if (limit.enforcement !== 'enforce') return 0;",
        to: 'return 0;',
      },
    ],
  },
  {
    kind: 'core',
    name: 'regular expression',
    fault: 'a prefix is taken for a regular expression',
    killer: 'P4',
    edits: [
      {
        file: 'core/stores/memory-space',
        from: '.filter((key) => key.startsWith(prefix))',
        to: '.filter((key) => new RegExp(`^${prefix}`).test(key))',
      },
    ],
  },
];

/** Faults that a careful reader passes over: each is one condition, one bound or one map too few. */
export const NASTY_MUTANTS: readonly CoreMutant[] = [
  {
    kind: 'core',
    name: 'second life as the first',
    fault: 'a tenant created again within the millisecond gets the generation it had before',
    killer: 'P19',
    edits: [
      {
        file: 'core/stores/memory-store',
        from: 'new MemorySpace(this.generationFloor)',
        to: 'new MemorySpace(0)',
      },
    ],
  },
  {
    kind: 'core',
    name: 'no fence when empty',
    fault: 'invalidating a tenant that holds nothing does not refuse the fills under way',
    killer: 'P5',
    edits: [
      {
        file: 'core/policy/invalidation',
        from: "if (asked.cursor === '') fenceAll(space, asked.nowMs);",
        to: "if (asked.cursor === '' && space.entryCount > 0) fenceAll(space, asked.nowMs);",
      },
    ],
  },
  {
    kind: 'core',
    name: 'a millisecond too long',
    fault: 'an entry is still served in the very millisecond in which it expires',
    killer: 'P3',
    edits: [
      {
        file: 'core/policy/lookup',
        from: 'space.expiresAtMs <= asked.nowMs',
        to: 'space.expiresAtMs < asked.nowMs',
      },
    ],
  },
  {
    kind: 'core',
    name: 'deny list by initial',
    fault: 'rejections are remembered for all tenants whose names begin alike',
    killer: 'P10',
    edits: [
      {
        file: 'core/cache/deny-list',
        from: 'this.denials.get(tenant)',
        to: 'this.denials.get(tenant[0])',
      },
      {
        file: 'core/cache/deny-list',
        from: 'this.denials.set(tenant,',
        to: 'this.denials.set(tenant[0],',
      },
      {
        file: 'core/cache/deny-list',
        from: 'this.denials.delete(tenant)',
        to: 'this.denials.delete(tenant[0])',
        everywhere: true,
      },
    ],
  },
  {
    kind: 'core',
    name: 'old tags remain',
    fault: 'an entry written anew is still found by the tags it had before',
    killer: 'P4',
    edits: [
      {
        file: 'core/stores/memory-space',
        from: "if (replaced !== '') this.forget(key, replaced);",
        to: "if (replaced !== '') this.expiry.delete(replaced + key);",
      },
      {
        file: 'core/stores/memory-space',
        from: 'return this.entries.get(key)?.tags.includes(tag) ?? false;',
        to: 'return true;',
      },
    ],
  },
  {
    kind: 'core',
    name: 'circuit shared',
    fault: "one tenant's failures open the circuit of all",
    killer: 'P11',
    edits: [
      {
        file: 'core/cache/circuit-breaker',
        from: 'this.troubles.get(tenant)',
        to: "this.troubles.get('')",
        everywhere: true,
      },
      {
        file: 'core/cache/circuit-breaker',
        from: 'this.troubles.set(tenant, trouble)',
        to: "this.troubles.set('', trouble)",
      },
    ],
  },
  {
    kind: 'core',
    name: 'epoch ignored',
    fault: 'a reply overtaken by an invalidation is kept in the process all the same',
    killer: 'P5',
    edits: [
      {
        file: LOCAL,
        from: 'if (shelf === undefined || shelf.epoch !== life.epoch) return;',
        to: 'if (shelf === undefined) return;',
      },
    ],
  },
  {
    kind: 'core',
    name: 'joins any fence',
    fault: 'a load begun before an invalidation is joined by who asks behind it',
    killer: 'P5',
    edits: [
      {
        file: FLIGHT,
        from: 'flight !== undefined && flight.fence === fence ? flight : undefined',
        to: 'flight',
      },
    ],
  },
];
