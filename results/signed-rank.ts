import type { Interval } from './estimates.ts';

export interface SignedRank extends Interval {
  /** Hodges-Lehmann estimate: the median of all pairwise means. */
  readonly estimate: number;
}

/**
 * The interval that Wilcoxon's signed-rank test gives (Hollander, Wolfe and Chicken,
 * Nonparametric Statistical Methods, 3.3): free of the normal assumption, printed beside t, never
 * decides. Undefined where so few rounds cannot reach `tail` on one side at all.
 */
export function signedRankInterval(
  values: readonly number[],
  tail: number,
): SignedRank | undefined {
  const means = walshMeans(values);
  const skipped = ranksWithinTail(values.length, tail);
  if (skipped === 0) return undefined;
  const lower = means[skipped - 1];
  const upper = means[means.length - skipped];
  const estimate = median(means);
  if (lower === undefined || upper === undefined || estimate === undefined) return undefined;
  return { lower, upper, estimate };
}

/** Sorted means of all pairs, each value with itself included. */
function walshMeans(values: readonly number[]): Float64Array {
  const means = new Float64Array((values.length * (values.length + 1)) / 2);
  let filled = 0;
  values.forEach((a, i) => {
    for (const b of values.slice(i)) means[filled++] = (a + b) / 2;
  });
  return means.sort();
}

/** The largest k with P(W < k) <= tail, W being the sum of the ranks with positive sign. */
function ranksWithinTail(count: number, tail: number): number {
  const sumMax = (count * (count + 1)) / 2;
  const ways: number[] = new Array(sumMax + 1).fill(0);
  ways[0] = 1;
  for (let rank = 1; rank <= count; rank++) {
    for (let sum = sumMax; sum >= rank; sum--) {
      ways[sum] = (ways[sum] ?? 0) + (ways[sum - rank] ?? 0);
    }
  }
  let probability = 0;
  for (let sum = 0; sum <= sumMax; sum++) {
    probability += (ways[sum] ?? 0) / 2 ** count;
    if (probability > tail) return sum;
  }
  return sumMax;
}

function median(sorted: Float64Array): number | undefined {
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
