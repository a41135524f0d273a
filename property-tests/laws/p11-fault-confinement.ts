import fc from 'fast-check';
import type { Store } from '../../core/stores/store.ts';
import type { Coverage } from '../arbitraries/coverage.ts';
import { demand, type Law } from './law.ts';
import { play } from './play.ts';
import { storeAround } from './store-around.ts';
import { type TraceCase, tellTrace, traces } from './trace.ts';
import { demandSameView } from './two-traces.ts';

const FAULTS = [
  'none',
  'no connection',
  'reply lost',
  'time-out',
  'refused',
  'malformed reply',
  'defect',
] as const;
type Fault = (typeof FAULTS)[number];

interface FaultyCase {
  readonly trace: TraceCase;
  /** Of t's calls to the store, in turn and over again. */
  readonly faults: readonly Fault[];
}

/**
 * P11: whatever goes wrong in an operation of t, before it takes effect or after, changes nothing
 * that u can observe. And what t is told of it names no key, value or tenant: error texts travel.
 *
 * Left out: a connection that both share and lose; that is nobody's fault, and P12 looks at what
 * comes of it. Loads that fail or hang (`p02-provenance-interleaved.ts` has them overlap).
 *
 * Breaks in: t's lookups time out five times; one circuit for all opens, and u's get fails.
 */
export const FAULT_CONFINEMENT: Law<FaultyCase> = {
  property: 'P11',
  name: 'fault-confinement',
  statement: "what goes wrong in t's operations changes nothing for u",
  usesStore: true,
  covers: [...FAULTS.filter((fault) => fault !== 'none'), "t's operations failed", 'circuit open'],

  cases: (core) =>
    fc.record({
      trace: traces(core, { stepsMax: 24 }),
      faults: fc.array(fc.constantFrom(...FAULTS), { minLength: 1, maxLength: 10 }),
    }),

  async check({ trace, faults }, trial) {
    const settings = { retriesMax: 0, circuitFailuresMax: 3 };
    const [t] = trace.tenants;
    const around = (store: Store) => faulty(store, t, faults, trial);
    const played = await play(trial, trace, { around, settings });
    const calm = await play(trial, trace, { settings });
    if (played === undefined || calm === undefined) return;
    demandSameView(1, played.seenBy(1), calm.seenBy(1), "without t's faults");
    for (const { seen } of played.seenBy(0)) {
      if (seen.kind !== 'failed') continue;
      trial.coverage.count("t's operations failed");
      if (seen['reason'] === 'circuit-open') trial.coverage.count('circuit open');
      checkText(String(seen['error']), trace);
    }
  },

  tell: ({ trace, faults }) => [...tellTrace(trace), `t's calls in turn: ${faults.join(', ')}`],
};

/** The store, with faults in the calls of one tenant. */
function faulty(
  store: Store,
  tenant: string,
  faults: readonly Fault[],
  { core, coverage }: { core: { StoreError: StoreErrorClass }; coverage: Coverage },
): Store {
  let callCount = 0;
  return storeAround(store, async (_verb, caller, run) => {
    if (caller !== tenant) return run();
    const fault = faults[callCount % faults.length] ?? 'none';
    callCount += 1;
    coverage.count(fault);
    // As a library might word it: with everything it knows.
    const text = `${fault} at ${SECRET}`;
    switch (fault) {
      case 'none':
        return run();
      case 'no connection':
        throw new core.StoreError('connection', text, true);
      case 'reply lost':
        await run();
        throw new core.StoreError('connection', text, false);
      case 'time-out':
        await run();
        throw new core.StoreError('time-out', text, false);
      case 'refused':
        throw new core.StoreError('refused', text, true);
      case 'malformed reply':
        await run();
        throw new core.StoreError('malformed-reply', text, false);
      case 'defect':
        throw new TypeError(text);
    }
  });
}

type StoreErrorClass = new (
  code: 'connection' | 'time-out' | 'refused' | 'malformed-reply',
  message: string,
  definite: boolean,
) => Error;

/** In every error below; must not come out above. */
const SECRET = 'cache:{secret}:key';

function checkText(text: string, { keys }: TraceCase): void {
  const leaked = [SECRET, ...keys.filter((key) => key.length > 3)].find((one) =>
    text.includes(one),
  );
  demand(leaked === undefined, () => `an error says ${JSON.stringify(text)}`);
}
