import type { CacheCounters } from '../../core/cache/counters.ts';
import type { Happened } from './history.ts';
import { demandSame, type Law } from './law.ts';
import { play } from './play.ts';
import { type TraceCase, tellTrace, tenantLetter, traces } from './trace.ts';

/** The counters that outcomes account for; the others stay at zero in these cases. */
type Counted = Pick<
  CacheCounters,
  | 'hitCount'
  | 'localHitCount'
  | 'missCount'
  | 'loadedCount'
  | 'sharedCount'
  | 'storedCount'
  | 'refusedCount'
  | 'outdatedCount'
  | 'invalidatedCount'
  | 'rejectedCount'
  | 'deniedCount'
  | 'sealMismatchCount'
>;

/**
 * P16: a tenant's counters say exactly what its own operations came to, in each process and in the
 * store, and all counters together what happened to all: nothing is counted for somebody else, or
 * twice, or not at all.
 *
 * Left out: counters of faults and of the bounds of the process, which these cases do not reach.
 *
 * Breaks in: t gets "k"; the miss is counted for u.
 */
export const METRICS: Law<TraceCase> = {
  property: 'P16',
  name: 'metrics',
  statement: "a tenant's counters move by its own operations and add up to the total",
  usesStore: true,
  covers: ['hits', 'misses', 'rejections', 'stored', 'outdated', 'counters compared'],

  cases: (core) => traces(core),

  async check(trace, trial) {
    const played = await play(trial, trace);
    if (played === undefined) return;
    const { house, history } = played;
    for (const at of [0, 1] as const) {
      const cache = house.processes[at];
      const here = history.filter((event) => event.at === at);
      const ofAll = emptyCounts();
      for (const who of [0, 1] as const) {
        const counted = count(here.filter((event) => event.who === who));
        const { tenant } = house.contexts[who];
        const told = only(cache.countersOf(tenant));
        demandSame(told, counted, () => `process ${at + 1} counts for ${tenantLetter(who)}`);
        add(ofAll, counted);
      }
      const sum = emptyCounts();
      for (const [, counters] of cache.allCounters()) add(sum, only(counters));
      demandSame(sum, ofAll, () => `process ${at + 1} counts in all`);
    }
    trial.coverage.count('counters compared');
    const all = count(history);
    trial.coverage.count('hits', all.hitCount);
    trial.coverage.count('misses', all.missCount);
    trial.coverage.count('rejections', all.rejectedCount);
    trial.coverage.count('stored', all.storedCount);
    trial.coverage.count('outdated', all.outdatedCount);
  },

  tell: tellTrace,
};

function emptyCounts(): Counted {
  return {
    hitCount: 0,
    localHitCount: 0,
    missCount: 0,
    loadedCount: 0,
    sharedCount: 0,
    storedCount: 0,
    refusedCount: 0,
    outdatedCount: 0,
    invalidatedCount: 0,
    rejectedCount: 0,
    deniedCount: 0,
    sealMismatchCount: 0,
  };
}

function only(counters: Readonly<CacheCounters>): Counted {
  const counts = emptyCounts();
  add(counts, counters);
  return counts;
}

function add(sum: Counted, counts: Readonly<Counted>): void {
  for (const name of Object.keys(sum) as (keyof Counted)[]) sum[name] += counts[name];
}

/** What operations came to, counted anew from their outcomes. */
function count(events: readonly Happened[]): Counted {
  const counts = emptyCounts();
  for (const { verb, seen } of events) {
    const { kind, source, fill, by, reason } = seen;
    if (kind === 'hit') counts[source === 'store' ? 'hitCount' : 'localHitCount'] += 1;
    if (kind === 'miss' || kind === 'loaded') counts.missCount += 1;
    if (kind === 'loaded') counts[source === 'loader' ? 'loadedCount' : 'sharedCount'] += 1;
    if (kind === 'invalidated') counts.invalidatedCount += Number(seen['removedCount']);
    if (kind === 'rejected' && by === 'store') counts.rejectedCount += 1;
    if (kind === 'rejected' && by === 'deny-list') counts.deniedCount += 1;
    const written = verb === 'put' ? (kind === 'stored' ? kind : reason) : fill;
    if (source === 'shared-flight' || written === undefined || verb === 'get') continue;
    if (written === 'stored') counts.storedCount += 1;
    else if (written === 'outdated') counts.outdatedCount += 1;
    else if (reason !== 'rate') counts.refusedCount += 1;
  }
  return counts;
}
