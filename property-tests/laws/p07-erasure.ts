import type { Law } from './law.ts';
import { play } from './play.ts';
import { CONFUSIONS_COVERED, type TraceCase, tellTrace, traces } from './trace.ts';
import { demandSameView, withoutOthers } from './two-traces.ts';

/**
 * P7: a tenant sees the same as if it were alone. Each of the two is tried, with everything that the
 * other does taken out and the times kept.
 *
 * Left out: as in P6.
 *
 * Breaks in: t puts "k"; u invalidates everything; t gets "k".
 */
export const ERASURE: Law<TraceCase> = {
  property: 'P7',
  name: 'erasure',
  statement: 'each tenant sees what it would see alone',
  usesStore: true,
  covers: [...CONFUSIONS_COVERED, 'steps taken out', 'rejections seen', 'evictions seen'],

  cases: (core) => traces(core),

  async check(trace, trial) {
    const together = await play(trial, trace);
    if (together === undefined) return;
    for (const who of [0, 1] as const) {
      const steps = withoutOthers(trace.steps, who);
      const alone = await play(trial, { ...trace, steps });
      if (alone === undefined) return;
      const seen = together.seenBy(who);
      demandSameView(who, seen, alone.seenBy(who), 'alone');
      trial.coverage.count('steps taken out', trace.steps.length - steps.length);
      for (const { seen: one } of seen) {
        if (one.kind === 'rejected') trial.coverage.count('rejections seen');
        if (Number(one['evictedCount']) > 0) trial.coverage.count('evictions seen');
      }
    }
  },

  tell: tellTrace,
};
