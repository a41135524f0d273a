import { checkNothingSuperseded } from './checkers.ts';
import {
  type InterleavedCase,
  interleavings,
  playInterleaved,
  tellInterleaved,
} from './interleave.ts';
import type { Law } from './law.ts';

/**
 * P3 where operations overlap in two processes: a read that begins after a write has ended never
 * returns what had been replaced by it. Each key is a regular register (Lamport, "On interprocess
 * communication", 1986).
 *
 * Left out: writes that overlap, of which either may last; a fill that began before an unconditional
 * put may replace it, as `PutRequest.fence` says.
 *
 * Breaks in: t puts "k"; t reads "k" in process 2, which keeps it; t puts "k" again and the message
 * to process 2 is overtaken by a reply on its way: t reads the first value there for seconds.
 */
export const FRESHNESS_INTERLEAVED: Law<InterleavedCase> = {
  property: 'P3',
  name: 'freshness-interleaved',
  statement: 'no read that begins after a write ended returns what the write replaced',
  usesStore: true,
  covers: ['reads behind a second write'],

  cases: (core) => interleavings(core, { acts: { get: 6, put: 6, load: 2, 'by key': 1 } }),

  async check(one, trial) {
    const played = await playInterleaved(trial, one);
    if (played === undefined) return;
    checkNothingSuperseded(played.history);
    const puts = played.history.filter(({ verb }) => verb === 'put');
    for (const read of played.history) {
      const before = puts.filter((put) => put.endedAt < read.startedAt && put.key === read.key);
      if (before.length > 1) trial.coverage.count('reads behind a second write');
    }
  },

  tell: tellInterleaved,
};
