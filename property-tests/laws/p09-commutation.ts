import fc from 'fast-check';
import type { Law } from './law.ts';
import { play } from './play.ts';
import type { Step } from './step.ts';
import { CONFUSIONS_COVERED, type TraceCase, tellTrace, traces } from './trace.ts';
import { demandSameView, oneByOne } from './two-traces.ts';

interface SwappedCase {
  readonly trace: TraceCase;
  /** Where the search for two steps to swap begins. */
  readonly from: number;
}

/**
 * P9: two operations of different tenants that follow each other at the same moment may change
 * places, and neither tenant can tell.
 *
 * Left out: operations that overlap; those of one tenant, whose order matters.
 *
 * Breaks in: t puts, then u reads its usage; with one account for both, u sees the bytes only in
 * this order.
 */
export const COMMUTATION: Law<SwappedCase> = {
  property: 'P9',
  name: 'commutation',
  statement: 'operations of two tenants may change places and nobody can tell',
  usesStore: true,
  covers: [...CONFUSIONS_COVERED, 'steps swapped'],

  cases: (core) =>
    fc.record({
      trace: traces(core).map((trace) => ({ ...trace, steps: oneByOne(trace.steps) })),
      from: fc.nat({ max: 15 }),
    }),

  async check({ trace, from }, trial) {
    const pair = findPair(trace.steps, from);
    if (pair === undefined) return;
    const played = await play(trial, { ...trace, steps: pair.steps });
    const other = await play(trial, { ...trace, steps: pair.swapped });
    if (played === undefined || other === undefined) return;
    const when = `where steps ${pair.at + 1} and ${pair.at + 2} change places`;
    for (const who of [0, 1]) {
      demandSameView(who, played.seenBy(who), other.seenBy(who), when);
    }
    trial.coverage.count('steps swapped');
  },

  tell({ trace, from }) {
    const pair = findPair(trace.steps, from);
    return [
      ...tellTrace({ ...trace, steps: pair?.steps ?? trace.steps }),
      `- and again, steps ${(pair?.at ?? 0) + 1} and ${(pair?.at ?? 0) + 2} exchanged`,
    ];
  },
};

interface Pair {
  readonly at: number;
  readonly steps: Step[];
  readonly swapped: Step[];
}

/** The first two steps of different tenants from there on, made to happen at one moment. */
function findPair(steps: readonly Step[], from: number): Pair | undefined {
  for (let count = 0; count < steps.length; count += 1) {
    const at = (from + count) % steps.length;
    const [one, two] = [steps[at], steps[at + 1]];
    if (one === undefined || two === undefined || one.who === two.who) continue;
    const [before, behind] = [steps.slice(0, at), steps.slice(at + 2)];
    const soon = { ...two, afterMs: 0 };
    const first = { ...soon, afterMs: one.afterMs };
    return {
      at,
      steps: [...before, one, soon, ...behind],
      swapped: [...before, first, { ...one, afterMs: 0 }, ...behind],
    };
  }
  return undefined;
}
