import { criticalT } from '../../../results/student-t.ts';
import type { Group } from '../spec/schema.ts';

/** A tenant whose latest use lies outside what its own past foretold. */
export interface Anomaly {
  readonly tenant: string;
  readonly figure: 'usage' | 'lookups';
  readonly at: string;
  readonly seen: number;
  readonly low: number;
  readonly high: number;
}

/** One in a hundred observations of a healthy tenant falls outside. */
const TAIL = 0.005;
/** A line has two figures; fewer points than this say nothing about how far they scatter. */
const PAST_MIN = 4;

/** Checks the last observation of each tenant against the line through the logarithms before it. */
export function findAnomalies(groups: readonly Group[]): Anomaly[] {
  return groups.flatMap(({ name, history }) => {
    const inOrder = [...history].sort((a, b) => a.at.localeCompare(b.at));
    return (['usage', 'lookups'] as const).flatMap((figure) => {
      const points = inOrder.map((one) => ({
        day: Date.parse(one.at) / 86_400_000,
        value: figure === 'usage' ? one.usageBytes : one.lookupsPerSecond,
      }));
      const last = points.at(-1);
      const at = inOrder.at(-1)?.at;
      const range = last && foretell(points.slice(0, -1), last.day);
      if (last === undefined || at === undefined || range === undefined) return [];
      if (last.value >= range.low && last.value <= range.high) return [];
      return [{ tenant: name, figure, at, seen: last.value, ...range }];
    });
  });
}

interface Point {
  readonly day: number;
  readonly value: number;
}

/** The prediction interval of a new observation on that day; undefined where the past is too short. */
export function foretell(
  past: readonly Point[],
  day: number,
): { readonly low: number; readonly high: number } | undefined {
  const usable = past.filter(({ value }) => value > 0);
  const count = usable.length;
  if (count < PAST_MIN) return undefined;
  const x = usable.map((point) => point.day);
  const y = usable.map((point) => Math.log(point.value));
  const meanX = mean(x);
  const meanY = mean(y);
  const sxx = x.reduce((sum, one) => sum + (one - meanX) ** 2, 0);
  if (sxx === 0) return undefined;
  const slope = x.reduce((sum, one, at) => sum + (one - meanX) * ((y[at] ?? 0) - meanY), 0) / sxx;
  const residual = y.reduce(
    (sum, one, at) => sum + (one - meanY - slope * ((x[at] ?? 0) - meanX)) ** 2,
    0,
  );
  const spread = Math.sqrt((residual / (count - 2)) * (1 + 1 / count + (day - meanX) ** 2 / sxx));
  const middle = meanY + slope * (day - meanX);
  // Measurements of one per cent are the best there are: a perfect line is no certainty.
  const width = criticalT(TAIL, count - 2) * Math.max(spread, 0.01);
  return { low: Math.exp(middle - width), high: Math.exp(middle + width) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
