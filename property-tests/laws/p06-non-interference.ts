import fc from 'fast-check';
import { ALL_ACTS, stepsOf } from './draw-steps.ts';
import type { Law } from './law.ts';
import { play } from './play.ts';
import type { Act } from './step.ts';
import { CONFUSIONS_COVERED, type TraceCase, tellTrace, traces } from './trace.ts';
import { demandSameView, oneByOne } from './two-traces.ts';

interface TwoWays {
  readonly trace: TraceCase;
  /** What the second tenant does instead, in turn. */
  readonly instead: readonly Act[];
}

/**
 * P6: two traces in which t does the same at the same times, and u does anything at all, look the
 * same to t: values, errors, counts, listings, usage and rejections. Goguen and Meseguer, "Security
 * policies and security models", 1982.
 *
 * Left out: how long anything takes (the load tests measure that), and the bounds of the process
 * that all share (tenants remembered), which these cases do not reach.
 *
 * Breaks in: t asks 3 times, u asks twice; with one limiter for both, t is rejected if u asks first.
 */
export const NON_INTERFERENCE: Law<TwoWays> = {
  property: 'P6',
  name: 'non-interference',
  statement: 'what u does instead changes nothing that t can observe',
  usesStore: true,
  covers: [
    ...CONFUSIONS_COVERED,
    't was rejected',
    't had entries evicted',
    'u did something else',
  ],

  cases: (core) =>
    fc.record({
      trace: traces(core, { acts: { ...ALL_ACTS, put: 24 } }).map((trace) => ({
        ...trace,
        steps: oneByOne(trace.steps),
      })),
      instead: stepsOf(ALL_ACTS, 8).map((steps) => steps.map(({ act }) => act)),
    }),

  async check({ trace, instead }, trial) {
    const played = await play(trial, trace);
    const other = await play(trial, changed(trace, instead));
    if (played === undefined || other === undefined) return;
    demandSameView(0, played.seenBy(0), other.seenBy(0), 'where u does something else');
    const { coverage } = trial;
    coverage.count('u did something else');
    for (const { seen } of played.seenBy(0)) {
      if (seen.kind === 'rejected') coverage.count('t was rejected');
      if (Number(seen['evictedCount']) > 0) coverage.count('t had entries evicted');
    }
  },

  tell: ({ trace, instead }) => [
    ...tellTrace(trace),
    '- and again, u doing instead:',
    ...tellTrace(changed(trace, instead)).slice(1),
  ],
};

function changed(trace: TraceCase, instead: readonly Act[]): TraceCase {
  let count = 0;
  const steps = trace.steps.map((step) => {
    const act = instead[count % Math.max(1, instead.length)];
    if (step.who === 0 || act === undefined) return step;
    count += 1;
    return { ...step, act };
  });
  return { ...trace, steps };
}
