import { checkCompleteness } from './checkers.ts';
import {
  type InterleavedCase,
  interleavings,
  playInterleaved,
  tellInterleaved,
} from './interleave.ts';
import type { Law } from './law.ts';

/**
 * P5 where invalidations overlap with reads, loads, leases and early refreshes in two processes:
 * who asks after an invalidation returned is never given what was written, or read from the source,
 * before it began; be it by a late fill, a flight joined across it, or a local tier.
 *
 * Left out: loads that bypass a store in trouble, whose age no fence tells to other processes.
 *
 * Breaks in: t loads "k"; t invalidates "k" while the loader runs; t loads "k" again, joins the
 * first flight and is given its value.
 */
export const COMPLETENESS_INTERLEAVED: Law<InterleavedCase> = {
  property: 'P5',
  name: 'completeness-interleaved',
  statement: 'nobody who asks after an invalidation is given what it ended',
  usesStore: true,
  covers: ['reads behind an invalidation', 'fills outdated', 'hits in the local tier'],

  cases: (core) => interleavings(core),

  async check(one, trial) {
    const played = await playInterleaved(trial, one);
    if (played === undefined) return;
    checkCompleteness(played.history);
    const ends = played.history.filter(({ seen }) => seen.kind === 'invalidated');
    for (const read of played.history) {
      if (read.seen['fill'] === 'outdated') trial.coverage.count('fills outdated');
      if (read.seen['source'] === 'local-tier') trial.coverage.count('hits in the local tier');
      if (read.found === undefined) continue;
      if (ends.some((end) => end.who === read.who && end.endedAt < read.startedAt)) {
        trial.coverage.count('reads behind an invalidation');
      }
    }
  },

  tell: tellInterleaved,
};
