import { makeDraws } from '../normal-draws.ts';

/** A place where a series changes its level for good. */
export interface ChangePoint {
  /** Index of the first value of the new level. */
  readonly at: number;
  /** Chance of so large a statistic without a change, by permutation. */
  readonly pValue: number;
  /** Means of the segments that meet here. */
  readonly before: number;
  readonly after: number;
}

export interface ChangePointOptions {
  readonly seed: number;
  readonly pValueMax: number;
  /** Smaller changes of the mean, relative to the one before, are left out. */
  readonly changeMin: number;
}

export const defaultChangePointOptions: ChangePointOptions = {
  seed: 1,
  pValueMax: 0.05,
  changeMin: 0.05,
};

/** Fewer values a side are no level. */
const segmentMin = 3;
/** So that the smallest p-value is .005. */
const permutations = 199;
/** Later values than these are looked at: the time taken grows with their square. */
export const seriesMax = 400;

/**
 * E-divisive means (Matteson and James, Journal of the American Statistical Association 109, 2014),
 * the method of Hunter (Fleming et al., ICPE 2023) and Apache Otava: the split with the greatest
 * energy statistic is tested by permutations within segments; where it stands, its parts are split
 * in turn. No distribution is assumed, and one outlier makes no change. Small changes go last, so
 * that they do not hide behind a large one.
 */
export function findChangePoints(
  series: readonly number[],
  { seed, pValueMax, changeMin }: ChangePointOptions = defaultChangePointOptions,
): ChangePoint[] {
  if (series.length > seriesMax) throw new Error(`a series of ${series.length} values`);
  const { uniform } = makeDraws(seed);
  const bounds = [0, series.length];
  const pValues = new Map<number, number>();
  for (;;) {
    const best = bestSplit(series, bounds);
    if (!best) break;
    const pValue = permutationPValue(series, bounds, best.statistic, uniform);
    if (pValue > pValueMax) break;
    pValues.set(best.at, pValue);
    bounds.push(best.at);
    bounds.sort((a, b) => a - b);
  }
  return keepLarge(series, [...pValues.keys()], changeMin).map(({ at, before, after }) => ({
    at,
    before,
    after,
    pValue: pValues.get(at) ?? 1,
  }));
}

interface Split {
  readonly at: number;
  readonly statistic: number;
}

function bestSplit(series: readonly number[], bounds: readonly number[]): Split | undefined {
  let best: Split | undefined;
  for (let i = 1; i < bounds.length; i++) {
    const start = bounds[i - 1] ?? 0;
    const split = splitOf(series.slice(start, bounds[i]));
    if (split && split.statistic > (best?.statistic ?? 0)) {
      best = { at: start + split.at, statistic: split.statistic };
    }
  }
  return best;
}

/** The split of one segment with the greatest energy statistic. O(n^2). */
function splitOf(values: readonly number[]): Split | undefined {
  const n = values.length;
  let withinLeft = 0;
  let withinRight = 0;
  let between = 0;
  for (let i = 0; i < n; i++) withinRight += distancesTo(values, i, i + 1, n);
  let best: Split | undefined;
  for (let moved = 0; moved + 1 < n; moved++) {
    const toLeft = distancesTo(values, moved, 0, moved);
    const toRight = distancesTo(values, moved, moved + 1, n);
    withinLeft += toLeft;
    withinRight -= toRight;
    between += toRight - toLeft;
    const left = moved + 1;
    const right = n - left;
    if (left < segmentMin || right < segmentMin) continue;
    const energy =
      (2 * between) / (left * right) -
      withinLeft / ((left * (left - 1)) / 2) -
      withinRight / ((right * (right - 1)) / 2);
    const statistic = ((left * right) / n) * energy;
    if (!best || statistic > best.statistic) best = { at: left, statistic };
  }
  return best;
}

function distancesTo(values: readonly number[], of: number, from: number, to: number): number {
  const value = values[of] ?? 0;
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.abs(value - (values[i] ?? 0));
  return sum;
}

function permutationPValue(
  series: readonly number[],
  bounds: readonly number[],
  statistic: number,
  uniform: () => number,
): number {
  let asLarge = 0;
  for (let i = 0; i < permutations; i++) {
    const shuffled = shuffleWithin(series, bounds, uniform);
    if ((bestSplit(shuffled, bounds)?.statistic ?? 0) >= statistic) asLarge++;
  }
  return (asLarge + 1) / (permutations + 1);
}

/** Values stay in their segment: levels that were found already are no news. */
function shuffleWithin(
  series: readonly number[],
  bounds: readonly number[],
  uniform: () => number,
): number[] {
  const shuffled = [...series];
  for (let i = 1; i < bounds.length; i++) {
    const start = bounds[i - 1] ?? 0;
    for (let at = (bounds[i] ?? 0) - 1; at > start; at--) {
      const other = start + Math.floor(uniform() * (at - start + 1));
      [shuffled[at], shuffled[other]] = [shuffled[other] ?? 0, shuffled[at] ?? 0];
    }
  }
  return shuffled;
}

/** Takes the smallest change away until each that is left is large enough. */
function keepLarge(
  series: readonly number[],
  points: readonly number[],
  changeMin: number,
): { at: number; before: number; after: number }[] {
  const sorted = [...points].sort((a, b) => a - b);
  const changes = sorted.map((at, index) => ({
    at,
    before: mean(series.slice(sorted[index - 1] ?? 0, at)),
    after: mean(series.slice(at, sorted[index + 1] ?? series.length)),
  }));
  const size = ({ before, after }: { before: number; after: number }) =>
    Math.abs(after - before) / Math.abs(before || 1);
  const smallest = changes.reduce<(typeof changes)[number] | undefined>(
    (least, one) => (least && size(least) <= size(one) ? least : one),
    undefined,
  );
  if (!smallest || size(smallest) >= changeMin) return changes;
  return keepLarge(
    series,
    sorted.filter((at) => at !== smallest.at),
    changeMin,
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
