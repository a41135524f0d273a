import { checkProvenance } from './checkers.ts';
import {
  type InterleavedCase,
  interleavings,
  playInterleaved,
  tellInterleaved,
} from './interleave.ts';
import { demand, type Law } from './law.ts';
import { CONFUSIONS_COVERED } from './trace.ts';

/**
 * P2 and P12 where requests of both tenants overlap in two processes: whatever the order of
 * arrivals, replies, loads and timers, a value belongs to who asked and to the key asked for, and no
 * seal is ever found broken.
 *
 * Left out: trouble on the connection (`p12-reply-correlation.ts`).
 *
 * Breaks in: t and u ask for "k" at once; the second reply is given to the first.
 */
export const PROVENANCE_INTERLEAVED: Law<InterleavedCase> = {
  property: 'P2',
  name: 'provenance-interleaved',
  statement: 'every value read is its own, however requests overlap',
  usesStore: true,
  covers: [...CONFUSIONS_COVERED, 'values read', 'flights shared', 'fills outdated'],

  cases: (core) => interleavings(core),

  async check(one, trial) {
    const played = await playInterleaved(trial, one);
    if (played === undefined) return;
    checkProvenance(played.history);
    demand(played.house.alarms.length === 0, () => 'a value came back under a foreign seal');
    for (const { found, seen } of played.history) {
      if (typeof found === 'object') trial.coverage.count('values read');
      if (seen['source'] === 'shared-flight') trial.coverage.count('flights shared');
      if (seen['fill'] === 'outdated') trial.coverage.count('fills outdated');
    }
  },

  tell: tellInterleaved,
};
