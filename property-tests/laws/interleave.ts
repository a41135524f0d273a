import fc from 'fast-check';
import type { CacheSettings } from '../../core/cache/settings.ts';
import type { Store } from '../../core/stores/store.ts';
import type { CoreUnderTest } from './core-under-test.ts';
import type { ActWeights } from './draw-steps.ts';
import { openHouse, TTL_MS } from './house.ts';
import { Interleaver } from './interleaver.ts';
import type { Trial } from './law.ts';
import { type Actor, Performer } from './performer.ts';
import type { Played } from './play.ts';
import type { Act, Step } from './step.ts';
import { storeAround } from './store-around.ts';
import { countTrace, keyOf, scopeOf, type TraceCase, tellTrace, traces } from './trace.ts';
import type { Fate } from './wire.ts';

/** A trace whose steps all run at once, and who goes first whenever several could. */
export interface InterleavedCase extends TraceCase {
  /** Whether both tenants have put every key before. */
  readonly isWarm: boolean;
  readonly choices: readonly number[];
  /** What happens to the calls on the connection, in turn; none happens to further ones. */
  readonly fates: readonly Fate[];
  readonly settings: Pick<CacheSettings, 'singleFlight' | 'lease' | 'earlyRefresh'>;
}

/** Reads, writes and invalidations that may meet. */
const MEETING_ACTS: ActWeights = {
  get: 5,
  batch: 1,
  put: 4,
  load: 6,
  'by key': 2,
  'by prefix': 1,
  'by tag': 1,
  'by tenant': 1,
};

export interface InterleavingOptions {
  readonly acts?: ActWeights;
  readonly fates?: fc.Arbitrary<Fate>;
  readonly stepsMax?: number;
}

/** Schedules over traces with ample limits, so that nothing but their order decides. */
export function interleavings(
  core: CoreUnderTest,
  { acts = MEETING_ACTS, fates, stepsMax = 10 }: InterleavingOptions = {},
): fc.Arbitrary<InterleavedCase> {
  const trace = traces(core, { acts, tiers: ['ample', 'ample'], stepsMax });
  return fc
    .record({
      trace,
      isWarm: fc.boolean(),
      localTier: fc.constantFrom(true, true, false),
      choices: fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 40, size: 'max' }),
      fates:
        fates === undefined ? fc.constant([]) : fc.array(fates, { maxLength: 12, size: 'max' }),
      settings: fc.record({
        singleFlight: fc.constantFrom(true, true, false),
        lease: fc.constantFrom(false, false, true),
        earlyRefresh: fc.boolean(),
      }),
    })
    .map(({ trace: drawn, ...rest }) => ({ ...drawn, keys: drawn.keys.slice(0, 2), ...rest }));
}

/** Runs all steps of the case at once, every arrival, reply, load and timer as it was drawn. */
export async function playInterleaved(
  trial: Trial,
  one: InterleavedCase,
): Promise<Played | undefined> {
  const { core, ground, coverage } = trial;
  const interleaver = new Interleaver(one.choices);
  let callCount = 0;
  function nextFate(): Fate {
    const fate = one.fates[callCount] ?? 'none';
    callCount += 1;
    if (fate !== 'none') coverage.count(`a call was ${fate}`);
    return fate;
  }
  const line = {
    nextFate,
    pause: interleaver.pause,
    makeError: (code: 'time-out' | 'connection') => new core.StoreError(code, code, false),
  };
  const around = (store: Store): Store => {
    const real = storeAround(store, (_verb, _tenant, run) => interleaver.busy(run));
    const wired = one.fates.length > 0 ? core.wire(real, line) : real;
    return storeAround(wired, async (verb, _tenant, run) => {
      await interleaver.pause(`${verb} is sent`);
      const reply = await run();
      await interleaver.pause(`${verb} is answered`);
      return reply;
    });
  };
  const settings = { ...one.settings, deadline: false, earlyRefreshBeta: 1e9 };
  const house = await openHouse(trial, one, { around, after: interleaver.after, settings });
  if (house === undefined) return undefined;
  countTrace(one, coverage);
  const performer = new Performer(house);
  if (one.isWarm) await interleaver.run(warm(performer, one), ground.patienceMs);
  const work = one.steps.map(async (step, at) => {
    await interleaver.pause('a step begins');
    await perform(performer, step, at, one, async () => {
      // The source takes a while: what it read may be outdated long before it is handed over.
      for (let pauseCount = 0; pauseCount < LOADING_PAUSES; pauseCount += 1)
        await interleaver.pause('loading');
      house.time.nowMs += 1;
    });
  });
  await interleaver.run(Promise.all(work), ground.patienceMs);
  return { house, history: performer.history, seenBy: (who) => performer.seenBy(who) };
}

/** Longer than an invalidation and the lookup behind it, which then come across the load. */
const LOADING_PAUSES = 8;

async function perform(
  performer: Performer,
  { who, at, act }: Step,
  step: number,
  trace: InterleavedCase,
  load: () => Promise<void>,
): Promise<void> {
  const actor: Actor = { step, who, at };
  const name = (key: number): string => keyOf(trace, key);
  switch (act.verb) {
    case 'get':
      await performer.get(actor, name(act.key));
      return;
    case 'batch':
      await Promise.all(act.keys.map((key) => performer.get(actor, name(key))));
      return;
    case 'put':
      await performer.put(actor, name(act.key), act);
      return;
    case 'load':
    case 'begin':
      await performer.load(actor, name(act.key), act, load).done;
      return;
    case 'invalidate':
      await performer.invalidate(actor, scopeOf(act, trace));
      await loadAfter(performer, actor, act, trace, load);
      return;
    case 'remove':
      await performer.remove(actor);
      return;
    case 'list':
      await performer.list(actor);
      return;
    case 'usage':
      await performer.usage(actor);
      return;
    case 'counters':
    case 'finish':
      await performer.counters(actor);
      return;
  }
}

/** The keys of the case, put by both tenants. */
async function warm(performer: Performer, { keys }: InterleavedCase): Promise<void> {
  for (const who of [0, 1] as const) {
    for (const key of keys) {
      const how = { form: 'plain', ttlMs: TTL_MS, tags: ['x'] } as const;
      await performer.put({ step: -1, who, at: 0 }, key, how);
    }
  }
}

/** Whoever invalidates likes to read what it wrote: the request most easily served stale. */
async function loadAfter(
  performer: Performer,
  actor: Actor,
  act: Extract<Act, { verb: 'invalidate' }>,
  trace: InterleavedCase,
  load: () => Promise<void>,
): Promise<void> {
  const keys = 'key' in act ? [keyOf(trace, act.key)] : trace.keys;
  const how = { form: 'plain', tags: [] } as const;
  for (const key of keys) await performer.load(actor, key, how, load).done;
}

export function tellInterleaved(one: InterleavedCase): string[] {
  const on = Object.entries(one.settings).flatMap(([name, isOn]) => (isOn ? [name] : []));
  const fates = one.fates.length === 0 ? [] : [`calls in turn: ${one.fates.join(', ')}`];
  return [
    ...tellTrace(one),
    ...(one.isWarm ? ['before, both put every key'] : []),
    `all at once, turns: ${one.choices.join(' ')}; on: ${on.join(', ') || 'nothing'}`,
    ...fates,
  ];
}
