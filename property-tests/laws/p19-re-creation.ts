import fc from 'fast-check';
import { type Found, type Happened, markOf } from './history.ts';
import type { House } from './house.ts';
import { demand, demandSame, type Law } from './law.ts';
import { Performer } from './performer.ts';
import { play } from './play.ts';
import { shown, type TraceCase, tellTrace, traces } from './trace.ts';
import { demandSameView } from './two-traces.ts';

interface RecreatedCase {
  readonly trace: TraceCase;
  /** In which process the first tenant is removed in the end. */
  readonly at: 0 | 1;
}

/**
 * P19: a tenant that was removed and is created again starts empty: no entry in the store or in a
 * process, no usage, no count, no lease; and a load begun in its first life does not land in the
 * second. The neighbour notices nothing.
 *
 * Left out: a process's memory that the tenant was over its rate, which ends within a second, and
 * totals of the process, which go on.
 *
 * Breaks in: t puts "k" and is removed by deleting the keys that it lists, while "k" is kept in the
 * local tier of the other process; t, created again, gets "k" there.
 */
export const RE_CREATION: Law<RecreatedCase> = {
  property: 'P19',
  name: 're-creation',
  statement: 'a tenant removed and created again starts empty',
  usesStore: true,
  covers: ['removed with entries', 'removed while loading', 'removed while kept locally'],

  cases: (core) =>
    fc.record({
      trace: traces(core, {
        acts: { get: 5, put: 8, load: 2, begin: 3, finish: 1, 'by key': 1, remove: 1 },
        tiers: ['ample', 'ample'],
      }),
      at: fc.constantFrom<(0 | 1)[]>(0, 1),
    }),

  async check({ trace, at }, trial) {
    const played = await play(trial, trace);
    if (played === undefined) return;
    const { house, history } = played;
    const lease = { tenant: house.contexts[0].tenant, key: 'k', leaseMs: 1000 };
    await house.store.acquireLease({ ...lease, token: 'first life', nowMs: house.time.nowMs });
    const performer = new Performer(house);
    const neighbourBefore = await viewOf(performer, house, trace, 1);
    noteCoverage(await performer.list({ step: -1, who: 0, at }), history, trial.coverage);

    const late = await beginLoad(performer, at);
    trial.coverage.count('removed while loading');
    const removed = await performer.remove({ step: -1, who: 0, at });
    // Created again, within the same millisecond, before the load of its first life ends.
    await performer.get({ step: -1, who: 0, at }, LATE_KEY);
    await late.finish();

    demandSame(removed.seen, { kind: 'removed' }, () => 't was told');
    const { found } = await performer.get({ step: -1, who: 0, at }, LATE_KEY);
    demand(found === 'nothing', () => 'a load of the first life landed in the second');
    await house.processes[at].removeTenant(house.contexts[0]);
    await checkEmpty(performer, house, trace);
    const held = await house.store.acquireLease({
      ...{ ...lease, token: 'second life' },
      nowMs: house.time.nowMs,
    });
    demand(held.acquired, () => 'a lease of the first life is still held');
    const neighbourAfter = await viewOf(performer, house, trace, 1);
    demandSameView(1, neighbourAfter, neighbourBefore, 'before t was removed');
  },

  tell: ({ trace, at }) => [
    ...tellTrace(trace),
    `then t is removed in process ${at + 1} and looked at anew`,
  ],
};

/** Of a load that begins in the first life; longer than any key that is drawn. */
const LATE_KEY = `late ${'k'.repeat(5000)}`;

/** Begins a load of the first tenant, which goes on until it is told to finish. */
async function beginLoad(performer: Performer, at: 0 | 1) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let noteCalled = () => {};
  const called = new Promise<void>((resolve) => {
    noteCalled = resolve;
  });
  const how = { form: 'plain', tags: [] } as const;
  const { done } = performer.load({ step: -1, who: 0, at }, LATE_KEY, how, () => {
    noteCalled();
    return released;
  });
  await Promise.race([called, done]);
  return {
    finish: () => {
      release();
      return done;
    },
  };
}

async function checkEmpty(performer: Performer, house: House, trace: TraceCase): Promise<void> {
  const { tenant } = house.contexts[0];
  const usage = await house.store.readUsage(tenant, house.time.nowMs);
  const counted = Object.entries(usage).filter(([, total]) => total !== 0);
  demandSame(counted, [], () => "t's usage");
  demandSame(await house.store.listKeys(tenant, house.time.nowMs), [], () => "t's keys");
  for (const key of trace.keys) {
    for (const at of [0, 1] as const) {
      const { found } = await performer.get({ step: -1, who: 0, at }, key);
      demand(
        found === 'nothing',
        () => `in process ${at + 1} t gets ${shown(key)}: ${markOf(found as Found)}`,
      );
    }
  }
}

/** What the neighbour has, without what looking at it changes. */
async function viewOf(performer: Performer, house: House, trace: TraceCase, who: 0 | 1) {
  const { tenant } = house.contexts[who];
  const { usageBytes, entryCount } = await house.store.readUsage(tenant, house.time.nowMs);
  const views = [{ step: -1, seen: { kind: 'usage', usageBytes, entryCount } }];
  for (const key of trace.keys) {
    const { step, seen } = await performer.get({ step: -1, who, at: 0 }, key);
    // Reading keeps values in the process; where a hit comes from is no difference here.
    const { source: _, ...rest } = seen;
    views.push({ step, seen: rest as typeof seen & { usageBytes: number; entryCount: number } });
  }
  return views;
}

function noteCoverage(
  { seen }: Happened,
  history: readonly Happened[],
  coverage: Parameters<Law['check']>[1]['coverage'],
): void {
  const keys = seen['keys'];
  if (Array.isArray(keys) && keys.length > 0) coverage.count('removed with entries');
  const ofT = history.filter(({ who }) => who === 0);
  if (ofT.some((event) => event.seen['fill'] === 'outdated'))
    coverage.count('removed while loading');
  if (ofT.some((event) => event.seen['source'] === 'local-tier')) {
    coverage.count('removed while kept locally');
  }
}
