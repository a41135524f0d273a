import { signedRankInterval } from '../../results/signed-rank.ts';
import type { Limit, Measured } from './benchmark.ts';

export type LimitVerdict = 'holds' | 'missed' | 'cannot tell';

/** A figure, or the ratio of two of the same round, over all rounds; undefined without any. */
export interface Estimate {
  readonly middle: number;
  /** Absent where there are too few rounds for an interval. */
  readonly lower?: number;
  readonly upper?: number;
}

export interface JudgedLimit {
  readonly limit: Limit;
  readonly estimate: Estimate | undefined;
  readonly verdict: LimitVerdict;
}

/** Chance on each side that the interval misses the truth. */
const TAIL = 0.05;

/** Every limit of a benchmark held against what was measured. */
export function judgeLimits({ benchmark, figures }: Measured): JudgedLimit[] {
  return benchmark.limits.map((limit) => {
    const values = figures.get(limit.contender) ?? [];
    const bases = limit.over === undefined ? undefined : (figures.get(limit.over) ?? []);
    const estimate = estimateOf(values, bases);
    return { limit, estimate, verdict: judge(limit, estimate) };
  });
}

/**
 * Hodges-Lehmann estimate with the interval of the signed-rank test, on logarithms: a round that
 * the host disturbed is one rank among others, and a ratio and its inverse are as far from one.
 */
export function estimateOf(
  values: readonly number[],
  bases?: readonly number[],
): Estimate | undefined {
  const logarithms = values.map((value, at) =>
    Math.log(bases === undefined ? value : value / (bases[at] ?? Number.NaN)),
  );
  if (logarithms.length === 0 || !logarithms.every(Number.isFinite)) return undefined;
  const interval = signedRankInterval(logarithms, TAIL);
  if (interval === undefined) return { middle: Math.exp(median(logarithms)) };
  const { estimate, lower, upper } = interval;
  return { middle: Math.exp(estimate), lower: Math.exp(lower), upper: Math.exp(upper) };
}

/** Holds and is missed only where the whole interval lies on that side. */
function judge({ bound, value }: Limit, estimate: Estimate | undefined): LimitVerdict {
  if (estimate?.lower === undefined || estimate.upper === undefined) return 'cannot tell';
  const { lower, upper } = estimate;
  const holds = bound === 'at most' ? upper <= value : lower >= value;
  const misses = bound === 'at most' ? lower > value : upper < value;
  if (holds) return 'holds';
  return misses ? 'missed' : 'cannot tell';
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return (low + high) / 2;
}
