import fc from 'fast-check';
import type { Store } from '../../core/stores/store.ts';
import { TIGHT } from './house.ts';
import { demand, type Law } from './law.ts';
import { play } from './play.ts';
import { storeAround } from './store-around.ts';
import { type TraceCase, tellTrace, tenantLetter, traces } from './trace.ts';

/** Of each tenant's limit, while the store cannot count. */
const LOCAL_SHARE = 0.5;

interface WithoutStoreCase {
  readonly trace: TraceCase;
  /** Whether the circuits open, or the store is asked in vain each time. */
  readonly opensCircuit: boolean;
}

/**
 * P10 while the store cannot be reached: the limiter does not open. Loads then pass by the store,
 * in each process at most a share of the tenant's limit, counted for each tenant by itself.
 *
 * Left out: processes beyond those that the share was made for.
 *
 * Breaks in: the store is down; t loads ten keys at once, and all ten reach the source.
 */
export const LIMITER_WITHOUT_STORE: Law<WithoutStoreCase> = {
  property: 'P10',
  name: 'limiter-without-store',
  statement: 'without the store a tenant loads no more than its local share',
  usesStore: true,
  covers: ['loads past the store', 'loads refused', 'circuits opened'],

  cases: (core) =>
    fc.record({
      trace: traces(core, {
        acts: { load: 8, get: 1 },
        tiers: ['tight', 'tight'],
        localTier: false,
        stepsMax: 24,
      }),
      opensCircuit: fc.boolean(),
    }),

  async check({ trace, opensCircuit }, trial) {
    const down = () => Promise.reject(new trial.core.StoreError('connection', 'down', true));
    const around = (store: Store): Store => storeAround(store, down);
    const circuitFailuresMax = opensCircuit ? 2 : 0;
    const settings = { retriesMax: 0, circuitFailuresMax, localShare: LOCAL_SHARE };
    const played = await play(trial, trace, { around, settings });
    if (played === undefined) return;
    for (const who of [0, 1] as const) {
      for (const at of [0, 1] as const) {
        const own = played.history.filter(
          (event) => event.who === who && event.at === at && event.verb === 'load',
        );
        const first = own[0]?.startedAtMs ?? 0;
        let passedCount = 0;
        for (const { seen, startedAtMs } of own) {
          if (seen.kind === 'loaded') passedCount += 1;
          trial.coverage.count(seen.kind === 'loaded' ? 'loads past the store' : 'loads refused');
          const seconds = (startedAtMs - first) / 1000;
          const share = LOCAL_SHARE * (TIGHT.burst + seconds * TIGHT.ratePerSecond);
          demand(
            passedCount <= share + 1e-9,
            () => `${tenantLetter(who)} loaded ${passedCount} times in ${seconds} s`,
          );
        }
      }
    }
    for (const { seen } of played.history) {
      if (seen['reason'] === 'circuit-open') trial.coverage.count('circuits opened');
    }
  },

  tell: ({ trace, opensCircuit }) => [
    ...tellTrace(trace),
    `the store is down; circuits ${opensCircuit ? 'open' : 'stay closed'}`,
  ],
};
