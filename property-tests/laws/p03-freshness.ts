import { checkExact } from './checkers.ts';
import { ALL_ACTS } from './draw-steps.ts';
import type { Law } from './law.ts';
import { play } from './play.ts';
import { type TraceCase, tellTrace, traces } from './trace.ts';

/**
 * P3: a cache whose limits are not reached is a register with expiry for each key: a read returns
 * exactly the last value written that has neither expired nor been invalidated, in either process,
 * and nothing if there is none.
 *
 * Left out: overlapping operations (`p03-freshness-interleaved.ts`); evictions, since limits are
 * ample; messages between processes that are lost.
 *
 * Breaks in: t puts "k", t puts "k" in the other process, t gets "k" and is given the first value.
 */
export const FRESHNESS: Law<TraceCase> = {
  property: 'P3',
  name: 'freshness',
  statement: 'a read returns the last value written, unless it expired or was invalidated',
  usesStore: true,
  covers: ['hits', 'misses', 'hits in the local tier', 'values expired', 'fills stored'],

  cases: (core) => traces(core, { acts: ALL_ACTS, tiers: ['ample', 'ample'] }),

  async check(trace, trial) {
    const played = await play(trial, trace);
    if (played === undefined) return;
    checkExact(played.history);
    const { coverage } = trial;
    for (const { seen } of played.history) {
      if (seen.kind === 'hit') coverage.count('hits');
      if (seen.kind === 'miss') coverage.count('misses');
      if (seen['source'] === 'local-tier') coverage.count('hits in the local tier');
      if (seen['fill'] === 'stored') coverage.count('fills stored');
      if (Number(seen['expiredCount']) > 0) coverage.count('values expired');
    }
  },

  tell: tellTrace,
};
