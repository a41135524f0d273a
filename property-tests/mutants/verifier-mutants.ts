import type { CoreUnderTest } from '../laws/core-under-test.ts';
import type { VerifierMutant } from './mutant.ts';

/** Faults of the verifier itself: one that finds nothing must not pass for a core without faults. */
export const VERIFIER_MUTANTS: readonly VerifierMutant[] = [
  {
    kind: 'verifier',
    name: 'oracle ignores nil',
    fault: 'a value that is missing is never wrong',
    killer: 'canary',
    law: 'freshness',
    edits: [
      {
        file: 'property-tests/laws/checkers',
        from: "isHit || (event.verb === 'get' && found === 'nothing')",
        to: 'isHit',
      },
    ],
  },
  {
    kind: 'verifier',
    name: 'oracle ignores writers',
    fault: 'a value is right whoever wrote it',
    killer: 'canary',
    law: 'provenance',
    edits: [
      {
        file: 'property-tests/laws/checkers',
        from: 'found.who === who && found.key === key,',
        to: 'true,',
      },
    ],
  },
  {
    kind: 'verifier',
    name: 'never confuses',
    fault: 'the two tenants drawn are always unrelated',
    killer: 'coverage',
    law: 'namespaces',
    edits: [
      {
        file: 'property-tests/arbitraries/confusable-entries',
        from: 'fc.constantFrom(...confusions)',
        to: 'fc.constant(confusions[0])',
      },
    ],
  },
  {
    kind: 'verifier',
    name: 'clock stands still',
    fault: 'no time passes between the steps, so nothing ever expires',
    killer: 'coverage',
    law: 'freshness',
    edits: [
      {
        file: 'property-tests/laws/play',
        from: 'const waitMs = group[0]?.afterMs ?? 0;',
        to: 'const waitMs = 0;',
      },
    ],
  },
];

/** Cores known to be broken, and the law that must say so. */
export interface Canary {
  readonly law: string;
  readonly break: (core: CoreUnderTest) => CoreUnderTest;
}

export const CANARIES: readonly Canary[] = [
  {
    // A store that forgets every other put.
    law: 'freshness',
    break: (core) => ({
      ...core,
      openMemoryStore: (nowMs) => {
        const store = core.openMemoryStore(nowMs);
        const put = store.put.bind(store);
        let putCount = 0;
        store.put = async (request) => {
          const reply = await put(request);
          putCount += 1;
          if (putCount % 2 === 0) {
            await store.invalidate({ ...request, scope: { kind: 'key', key: request.key } });
          }
          return reply;
        };
        return store;
      },
    }),
  },
  {
    // A cache in which whoever gets, gets what the first who asked would.
    law: 'provenance',
    break: (core) => ({
      ...core,
      openCache: (...parts) => {
        const cache = core.openCache(...parts);
        const get = cache.get.bind(cache);
        let first: Parameters<typeof get>[0] | undefined;
        cache.get = (context, key, options) => {
          first ??= context;
          return get(first, key, options);
        };
        return cache;
      },
    }),
  },
];
