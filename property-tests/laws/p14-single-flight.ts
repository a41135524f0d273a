import type { Happened } from './history.ts';
import {
  type InterleavedCase,
  interleavings,
  playInterleaved,
  tellInterleaved,
} from './interleave.ts';
import { demand, type Law } from './law.ts';
import { CONFUSIONS_COVERED, shown, tenantLetter } from './trace.ts';

/**
 * P14: loads are shared by tenant and key: who waits for a load waits for its own tenant's load of
 * the same key; two loads of one key run at once in a process only where an invalidation met a
 * request for it; and nobody is given a value without its own tenant's loader having been asked.
 *
 * Left out: loads across processes, which leases thin out and do not rule out.
 *
 * Breaks in: t and u load "k" at once; u waits for t's load and is given its value.
 */
export const SINGLE_FLIGHT: Law<InterleavedCase> = {
  property: 'P14',
  name: 'single-flight',
  statement: 'a load is shared by those who ask for the same key of the same tenant, nobody else',
  usesStore: true,
  covers: [...CONFUSIONS_COVERED, 'loads', 'flights shared', 'both tenants loaded one key'],

  cases: (core) =>
    interleavings(core, { acts: { load: 10, get: 1, 'by key': 1 } }).map((one) => ({
      ...one,
      settings: { singleFlight: true, lease: false, earlyRefresh: false },
    })),

  async check(one, trial) {
    const played = await playInterleaved(trial, one);
    if (played === undefined) return;
    const loads = played.history.filter(({ verb }) => verb === 'load');
    const calls = loads.filter(({ writtenFrom }) => writtenFrom !== undefined);
    for (const load of loads) {
      trial.coverage.count('loads');
      if (load.seen['source'] !== 'shared-flight') continue;
      trial.coverage.count('flights shared');
      demand(
        calls.some((call) => call.who === load.who && call.key === load.key && call.at === load.at),
        () => `${tenantLetter(load.who)} was given ${shown(load.key ?? '')}, which it never loaded`,
      );
    }
    checkOneAtATime(calls, loads, played.history);
    const loaded = (who: number): Set<unknown> =>
      new Set(calls.filter((call) => call.who === who).map(({ key }) => key));
    const [ofT, ofU] = [loaded(0), loaded(1)];
    if ([...ofT].some((key) => ofU.has(key))) trial.coverage.count('both tenants loaded one key');
  },

  tell: tellInterleaved,
};

/** No two loaders of one key in one process at once, unless the tenant invalidated meanwhile. */
function checkOneAtATime(
  calls: readonly Happened[],
  loads: readonly Happened[],
  history: readonly Happened[],
): void {
  const ends = history.filter(({ verb }) => verb === 'invalidate');
  for (const call of calls) {
    const other = calls.find(
      (one) =>
        one !== call &&
        one.who === call.who &&
        one.at === call.at &&
        one.key === call.key &&
        isWithin(one.writtenFrom, call) &&
        !ends.some((end) => end.who === call.who && overlaps(end, ...rivalsOf(call, one, loads))),
    );
    demand(
      other === undefined,
      () =>
        `steps ${call.step + 1} and ${(other?.step ?? 0) + 1} load ${shown(call.key ?? '')} twice`,
    );
  }
}

/**
 * The two and whoever asked for the same in their time: one that looked up before an invalidation
 * and leads a flight after it takes the place of a newer one, which others then do not find.
 */
function rivalsOf(call: Happened, one: Happened, loads: readonly Happened[]): Happened[] {
  const isSame = (load: Happened) =>
    load.who === call.who && load.at === call.at && load.key === call.key;
  return loads.filter((load) => isSame(load) && (overlaps(load, call) || overlaps(load, one)));
}

/** Whether a moment lies in the time from the call of a loader to the end of its request. */
function isWithin(moment: number | undefined, call: Happened): boolean {
  return moment !== undefined && moment > (call.writtenFrom ?? Infinity) && moment < call.endedAt;
}

function overlaps(end: Happened, ...loads: readonly Happened[]): boolean {
  return loads.some((load) => end.startedAt < load.endedAt && end.endedAt > load.startedAt);
}
