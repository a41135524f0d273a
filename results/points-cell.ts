import { type Estimate, toEstimate } from './estimate-record.ts';
import { pValueAbove, type Summary, summarise, tInterval } from './estimates.ts';
import type { Group } from './groups.ts';
import { pointsMargin } from './judge-options.ts';
import type { CellVerdict } from './ladder.ts';
import type { CellContext } from './latency-cell.ts';
import type { PointsSeries } from './observations.ts';
import { alpha, tailsAt } from './sequential.ts';

/** The failures or the hit ratio of one group, judged: differences in percentage points. */
export interface PointsCell {
  readonly kind: 'points';
  readonly name: string;
  readonly group: Group;
  readonly what: 'failures' | 'hits';
  readonly gated: true;
  readonly verdict: CellVerdict;
  readonly reason: string;
  readonly pValue: number;
  readonly difference: Estimate;
}

/**
 * Failures may not rise by the margin. A hit ratio may move neither way: a fall is harm, a rise
 * says that neighbours are served entries which the plan says they cannot have.
 */
export function judgePoints(series: PointsSeries, context: CellContext): PointsCell {
  const { question, differences } = series;
  const summary = summarise(differences);
  const tails = tailsAt(context.look);
  const interval = tInterval(summary, { pass: tails.pass, fail: tails.pass });
  const pValue = failPValue(summary, question.what, context.look.failShare);
  const { lower, upper } = interval;
  const within = upper < pointsMargin && (question.what === 'failures' || lower > -pointsMargin);
  return {
    kind: 'points',
    name: question.name,
    group: question.group,
    what: question.what,
    gated: true,
    ...decide(within, pValue, context.againstPass),
    pValue,
    difference: toEstimate(summary, interval),
  };
}

function failPValue(summary: Summary, what: 'failures' | 'hits', failShare: number): number {
  const rise = pValueAbove(summary, pointsMargin);
  if (what === 'failures') return Math.min(1, rise / failShare);
  const fall = pValueAbove({ ...summary, mean: -summary.mean }, pointsMargin);
  return Math.min(1, (2 * Math.min(rise, fall)) / failShare);
}

function decide(
  within: boolean,
  pValue: number,
  againstPass: readonly string[],
): { verdict: CellVerdict; reason: string } {
  if (pValue <= alpha.fail) {
    return { verdict: 'FAIL', reason: `the spike moved it by more than ${pointsMargin} points` };
  }
  if (!within) return { verdict: 'INCONCLUSIVE', reason: 'the interval holds the bound' };
  if (againstPass.length > 0) return { verdict: 'INCONCLUSIVE', reason: againstPass.join('; ') };
  return { verdict: 'PASS', reason: `within ${pointsMargin} points` };
}
