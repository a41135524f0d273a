import { upperTailOfT } from '../student-t.ts';

/** A place where a series changes its level for good. */
export interface ChangePoint {
  /** Index of the first value of the new level. */
  readonly at: number;
  /** Of Student's two-sided t-test between the segments that meet here. */
  readonly pValue: number;
  /** Means of these segments. */
  readonly before: number;
  readonly after: number;
}

export interface ChangePointOptions {
  readonly pValueMax: number;
  /** Smaller changes of the mean, relative to the one before, are left out. */
  readonly changeMin: number;
}

export const defaultChangePointOptions: ChangePointOptions = { pValueMax: 0.001, changeMin: 0.05 };

/** Fewer values a side are no level. */
const segmentMin = 3;
/** A longer series is looked at in windows that overlap by half, so that old changes hide no new one. */
const windowLength = 50;
/** What is found at first may be this much weaker: it is tested again beside what else was found. */
const relaxation = 10;
/** Later values than these are looked at. */
export const seriesMax = 400;

/**
 * E-divisive means as Hunter does it (Fleming et al., ICPE 2023; since then Apache Otava). In each
 * window the split with the greatest energy statistic (Matteson and James, Journal of the American
 * Statistical Association 109, 2014) is kept where a t-test finds its sides different, and its parts
 * are split in turn. Then, from the weakest on, points go whose segments no longer differ once
 * their neighbours are known, and after them those whose change is small. Deterministic: a run that
 * is added moves an earlier point only where it is evidence. One outlier makes no change.
 */
export function findChangePoints(
  series: readonly number[],
  options: ChangePointOptions = defaultChangePointOptions,
): ChangePoint[] {
  if (series.length > seriesMax) throw new Error(`a series of ${series.length} values`);
  const weak = splitInWindows(series, relaxation * options.pValueMax);
  return merge(series, weak, options);
}

/** Places where a window changes its level, in order. */
function splitInWindows(series: readonly number[], pValueMax: number): number[] {
  const found = new Set<number>();
  for (let start = 0; start < series.length; ) {
    const inside = divide(series.slice(start, start + windowLength), pValueMax);
    for (const at of inside) found.add(start + at);
    start = Math.max(start + windowLength / 2, ...inside.map((at) => start + at));
  }
  return [...found].sort((a, b) => a - b);
}

function divide(values: readonly number[], pValueMax: number): number[] {
  const bounds = [0, values.length];
  for (;;) {
    const best = bestSplit(values, bounds);
    if (!best) break;
    const wider = [...bounds, best.at].sort((a, b) => a - b);
    if (pointAt(values, wider, wider.indexOf(best.at)).pValue > pValueMax) break;
    bounds.splice(0, bounds.length, ...wider);
  }
  return bounds.slice(1, -1);
}

/** Takes the weakest point away, then the smallest, until each that is left is neither. */
function merge(
  series: readonly number[],
  places: readonly number[],
  { pValueMax, changeMin }: ChangePointOptions,
): ChangePoint[] {
  const bounds = [0, ...places, series.length];
  const points = places.map((_, index) => pointAt(series, bounds, index + 1));
  const weakest = mostBy(points, ({ pValue }) => pValue);
  if (!weakest) return [];
  const smallest = mostBy(points, (point) => -sizeOf(point));
  const isWeak = weakest.pValue > pValueMax;
  const gone = isWeak ? weakest : smallest;
  if (!gone || (!isWeak && sizeOf(gone) >= changeMin)) return points;
  return merge(
    series,
    places.filter((at) => at !== gone.at),
    { pValueMax, changeMin },
  );
}

function pointAt(series: readonly number[], bounds: readonly number[], index: number): ChangePoint {
  const [from = 0, at = 0, to = series.length] = bounds.slice(index - 1, index + 2);
  const left = series.slice(from, at);
  const right = series.slice(at, to);
  return { at, pValue: tTest(left, right), before: mean(left), after: mean(right) };
}

/** Student's, with one spread for both sides. */
function tTest(left: readonly number[], right: readonly number[]): number {
  const degrees = left.length + right.length - 2;
  const difference = mean(right) - mean(left);
  const pooled = (squaresOf(left) + squaresOf(right)) / degrees;
  const error = Math.sqrt(pooled * (1 / left.length + 1 / right.length));
  if (error === 0) return difference === 0 ? 1 : 0;
  return Math.min(1, 2 * upperTailOfT(Math.abs(difference) / error, degrees));
}

function squaresOf(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
}

function sizeOf({ before, after }: ChangePoint): number {
  return Math.abs(after - before) / Math.abs(before || 1);
}

function mostBy<T>(items: readonly T[], score: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (most, one) => (most !== undefined && score(most) >= score(one) ? most : one),
    undefined,
  );
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

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
