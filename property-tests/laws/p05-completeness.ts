import { checkCompleteness } from './checkers.ts';
import type { Law } from './law.ts';
import { play } from './play.ts';
import { type TraceCase, tellTrace, traces } from './trace.ts';

/**
 * P5: when an invalidation has returned, nothing of its scope that was written before is readable
 * again: not in the store, not in a process's local tier, and not by a load that was under way.
 *
 * Left out: replicas, which the core does not read; overlapping requests
 * (`p05-completeness-interleaved.ts`).
 *
 * Breaks in: t begins to load "k", t invalidates "k", the load ends and is stored; t gets "k" and is
 * given what had been read from the source before the invalidation.
 */
export const COMPLETENESS: Law<TraceCase> = {
  property: 'P5',
  name: 'completeness',
  statement: 'nothing written before an invalidation is readable once it returned',
  usesStore: true,
  covers: [
    ...['invalidate by key', 'invalidate by prefix', 'invalidate by tag', 'invalidate by tenant'],
    ...['remove', 'fills outdated', 'something was invalidated'],
  ],

  cases: (core) =>
    traces(core, {
      acts: {
        ...{ get: 8, put: 8, load: 3, begin: 5, finish: 4, remove: 1 },
        ...{ 'by key': 3, 'by prefix': 2, 'by tag': 2, 'by tenant': 2 },
      },
    }),

  async check(trace, trial) {
    const played = await play(trial, trace);
    if (played === undefined) return;
    checkCompleteness(played.history);
    for (const { seen } of played.history) {
      if (seen['fill'] === 'outdated') trial.coverage.count('fills outdated');
      if (Number(seen['removedCount']) > 0) trial.coverage.count('something was invalidated');
    }
  },

  tell: tellTrace,
};
