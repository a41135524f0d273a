import { type Estimate, toEstimate } from './estimate-record.ts';
import {
  lagOneAutocorrelation,
  pValueAbove,
  type RoundEstimate,
  type Summary,
  summarise,
  tInterval,
} from './estimates.ts';
import type { Group } from './groups.ts';
import {
  adjustedLimits,
  type CellVerdict,
  climbLadder,
  type Evidence,
  failsByCap,
  isComparable,
} from './ladder.ts';
import { type CappedCount, type LatencyStatistics, statisticsOf } from './latency-statistics.ts';
import type { LatencySeries } from './observations.ts';
import { roundsNeeded, type Sensitivity, sensitivityOf } from './power.ts';
import { alpha, type Look, type Tails, tailsAt } from './sequential.ts';
import { type SignedRank, signedRankInterval } from './signed-rank.ts';

/** One percentile of one group of neighbours, judged. */
export interface LatencyCell {
  readonly kind: 'latency';
  readonly name: string;
  readonly group: Group;
  readonly ratio: number;
  readonly gated: boolean;
  readonly verdict: CellVerdict;
  readonly reason: string;
  /** For FAIL, valid over all looks so far, before Holm's correction; 0 by the cap rule. */
  readonly pValue: number;
  /** Geometric mean of the baseline windows, microseconds. */
  readonly baselineUs: number;
  readonly total: Estimate;
  readonly sharing: Estimate | null;
  readonly generator: Estimate | null;
  readonly diagnostic: Estimate | null;
  readonly rounds: readonly RoundEstimate[];
  /** Of T. */
  readonly signedRank: SignedRank | null;
  readonly autocorrelation: number;
  /** ln(S/B) of the histograms merged over rounds: shows rare bad rounds that a mean hides. */
  readonly mergedTotal: number;
  readonly worstRound: { readonly round: number; readonly total: number };
  readonly cappedCount: CappedCount;
  readonly samples: { readonly least: number; readonly needed: number };
  readonly sensitivity: Sensitivity | null;
  readonly roundsNeeded: number | null;
}

export interface CellContext {
  /** M, as a natural logarithm. */
  readonly margin: number;
  readonly look: Look;
  /** What denies every cell of the run a PASS, in words. */
  readonly againstPass: readonly string[];
}

/** `series` holds at least one round. */
export function judgeLatency(series: LatencySeries, context: CellContext): LatencyCell {
  const { question, rounds } = series;
  const tails = tailsAt(context.look);
  const statistics = statisticsOf(series);
  const evidence = evidenceOf(statistics, context, tails);
  const totals = statistics.estimates.map((one) => one.total);
  const estimate = (summary: Summary | string | undefined) =>
    typeof summary === 'object' ? toEstimate(summary, tInterval(summary, tails)) : null;
  const { samples, sharing } = statistics;
  return {
    kind: 'latency',
    name: question.name,
    group: question.group,
    ratio: question.ratio,
    gated: question.gated,
    ...climbLadder(evidence),
    pValue: failPValue(evidence, statistics, context.look),
    baselineUs: Math.exp(summarise(rounds.map((one) => Math.log(one.baseline.valueUs))).mean),
    total: toEstimate(statistics.total, tInterval(statistics.total, tails)),
    sharing: estimate(sharing),
    generator: estimate(statistics.generator),
    diagnostic: estimate(statistics.diagnostic),
    rounds: statistics.estimates,
    signedRank: signedRankInterval(totals, alpha.pass) ?? null,
    autocorrelation: lagOneAutocorrelation(totals),
    mergedTotal: series.mergedTotal,
    worstRound: worstRound(series, totals),
    cappedCount: statistics.cappedCount,
    samples: { least: samples.least, needed: samples.needed },
    sensitivity: sensitivityOf(widest(statistics), context.margin, tails) ?? null,
    roundsNeeded: roundsToDecide(evidence, statistics) ?? null,
  };
}

function evidenceOf(
  { total, sharing, generator, cappedCount, samples, ...rest }: LatencyStatistics,
  { margin, againstPass }: CellContext,
  tails: Tails,
): Evidence {
  const bound = (summary: Summary) => ({ mean: summary.mean, ...tInterval(summary, tails) });
  return {
    margin,
    total: bound(total),
    sharing: typeof sharing === 'string' ? sharing : bound(sharing),
    generator: generator && bound(generator),
    cappedCount: {
      reference: cappedCount.baseline + cappedCount.placebo,
      spike: cappedCount.spike,
    },
    roundCount: total.count,
    samples,
    againstPass: [...againstPass, ...unevenness(total.mean, rest.mergedTotal, margin)],
  };
}

/** FAIL needs T and A above the bound, so the larger p-value of the two counts. */
function failPValue(
  evidence: Evidence,
  { total, sharing }: LatencyStatistics,
  { failShare }: Look,
): number {
  if (failsByCap(evidence)) return 0;
  if (!isComparable(evidence)) return 1;
  const ofTotal = pValueAbove(total, evidence.margin);
  const ofSharing = typeof sharing === 'string' ? ofTotal : pValueAbove(sharing, evidence.margin);
  return Math.min(1, Math.max(ofTotal, ofSharing) / failShare);
}

/** Bad rounds among good ones move the merged percentile far from the mean of the rounds. */
function unevenness(mean: number, mergedTotal: number, margin: number): readonly string[] {
  return Math.abs(mergedTotal - mean) > margin
    ? ['uneven: all rounds together differ from their mean by more than the bound']
    : [];
}

/** Both T and A must clear a bound, so the noisier one says what could be seen. */
function widest({ total, sharing }: LatencyStatistics): Summary {
  return typeof sharing === 'object' && sharing.sd > total.sd ? sharing : total;
}

/** Undefined where T and A lie on two sides of the bound, or where more rounds change nothing. */
function roundsToDecide(
  evidence: Evidence,
  { total, sharing }: LatencyStatistics,
): number | undefined {
  const { margin } = evidence;
  if (!isComparable(evidence) || total.count < 2) return undefined;
  const ofTotal = roundsNeeded(total, margin);
  if (typeof sharing === 'string') return ofTotal;
  const ofSharing = roundsNeeded(sharing, margin);
  const byAdjustment = total.mean >= margin && total.mean < adjustedLimits.total;
  if (sharing.mean < margin && byAdjustment) return ofSharing;
  if (sharing.mean < margin !== total.mean < margin) return undefined;
  return ofTotal && ofSharing && Math.max(ofTotal, ofSharing);
}

function worstRound({ rounds }: LatencySeries, totals: readonly number[]) {
  const total = Math.max(...totals);
  return { round: rounds[totals.indexOf(total)]?.round ?? 0, total };
}
