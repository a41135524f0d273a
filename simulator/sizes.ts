import { exactExp, exactLog, exactPow } from './exact-math.ts';

/**
 * How many bytes keys and values have. A key's size is drawn once and for all: by a hash of the key
 * it takes a place in a table of quantiles, so that nothing has to be stored for it.
 */
export type SizeDistribution =
  | { readonly kind: 'constant'; readonly bytes: number }
  /** Median and 90th percentile of a log-normal distribution. */
  | { readonly kind: 'lognormal'; readonly medianBytes: number; readonly p90Bytes: number }
  /** Generalised extreme value distribution (location, scale, shape). */
  | {
      readonly kind: 'extreme-value';
      readonly location: number;
      readonly scale: number;
      readonly shape: number;
    }
  /** Generalised Pareto distribution, cut off at `bytesMax`. */
  | {
      readonly kind: 'pareto';
      readonly location: number;
      readonly scale: number;
      readonly shape: number;
      readonly bytesMax: number;
    }
  /** Points of a cumulative distribution, `[share, bytes]`, straight lines between. */
  | { readonly kind: 'cumulative'; readonly points: readonly (readonly [number, number])[] }
  /** Each key's own, as a trace has them. */
  | { readonly kind: 'listed'; readonly bytes: readonly number[] };

/** Facebook's ETC pool: Atikoglu et al., "Workload Analysis of a Large-Scale Key-Value Store", SIGMETRICS 2012. */
export const ETC_KEY_BYTES: SizeDistribution = {
  kind: 'extreme-value',
  location: 30.7984,
  scale: 8.20449,
  shape: 0.078688,
};
export const ETC_VALUE_BYTES: SizeDistribution = {
  kind: 'pareto',
  location: 15,
  scale: 214.476,
  shape: 0.348238,
  bytesMax: 1_048_576,
};

/**
 * Key and value sizes over Twitter's 53 production clusters, 10th, 50th and 90th percentile of the
 * clusters' means (twitter/cache-trace, stat/2020Mar.md, CC-BY 4.0).
 */
export const TWITTER_KEY_BYTES: SizeDistribution = {
  kind: 'cumulative',
  points: [
    [0, 12],
    [0.1, 18],
    [0.5, 36],
    [0.9, 66],
    [1, 100],
  ],
};
export const TWITTER_VALUE_BYTES: SizeDistribution = {
  kind: 'cumulative',
  points: [
    [0, 8],
    [0.1, 28],
    [0.5, 224],
    [0.9, 4703],
    [1, 10_000],
  ],
};

/** Entries of a size table: a quantile each. */
export const SIZE_TABLE_LENGTH = 1024;

/** Sizes at 1,024 evenly spaced quantiles, in whole bytes, at least one. */
export function sizeTable(distribution: SizeDistribution): Uint32Array {
  const table = new Uint32Array(SIZE_TABLE_LENGTH);
  for (let at = 0; at < table.length; at += 1) {
    const bytes = sizeQuantile(distribution, (at + 0.5) / table.length);
    table[at] = Math.max(1, Math.round(bytes));
  }
  return table;
}

/** Mean of a size table: what a tenant's entries have on average, the tail cut as in the table. */
export function meanBytes(distribution: SizeDistribution): number {
  const table = sizeTable(distribution);
  return table.reduce((sum, bytes) => sum + bytes, 0) / table.length;
}

/** The size below which a share of the keys lie; `share` in (0, 1). */
export function sizeQuantile(distribution: SizeDistribution, share: number): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.bytes;
    case 'lognormal': {
      const { medianBytes, p90Bytes } = distribution;
      const spread = exactLog(p90Bytes / medianBytes) / normalQuantile(0.9);
      return medianBytes * exactExp(spread * normalQuantile(share));
    }
    case 'extreme-value': {
      const { location, scale, shape } = distribution;
      return location + (scale / shape) * (exactPow(-exactLog(share), -shape) - 1);
    }
    case 'pareto': {
      const { location, scale, shape, bytesMax } = distribution;
      const bytes = location + (scale / shape) * (exactPow(1 - share, -shape) - 1);
      return Math.min(bytes, bytesMax);
    }
    case 'cumulative':
      return onPolyline(distribution.points, share);
    case 'listed': {
      const { bytes } = distribution;
      return [...bytes].sort((a, b) => a - b)[Math.floor(share * bytes.length)] ?? 1;
    }
  }
}

function onPolyline(points: readonly (readonly [number, number])[], share: number): number {
  let before = points[0] ?? [0, 1];
  for (const point of points) {
    if (share <= point[0]) {
      const width = point[0] - before[0];
      if (width <= 0) return point[1];
      return before[1] + ((share - before[0]) / width) * (point[1] - before[1]);
    }
    before = point;
  }
  return before[1];
}

/** Quantile of the standard normal distribution by Moro's rational approximation (error < 3e-9). */
function normalQuantile(share: number): number {
  const y = share - 0.5;
  if (Math.abs(y) < 0.42) {
    const r = y * y;
    const upper = ((-25.44106049637 * r + 41.39119773534) * r - 18.61500062529) * r + 2.50662823884;
    const lower =
      (((3.13082909833 * r - 21.06224101826) * r + 23.08336743743) * r - 8.4735109309) * r + 1;
    return (y * upper) / lower;
  }
  const tail = y > 0 ? 1 - share : share;
  const s = exactLog(-exactLog(tail));
  const series = [
    0.3374754822726147, 0.9761690190917186, 0.1607979714918209, 0.0276438810333863,
    0.0038405729373609, 0.0003951896511919, 0.0000321767881768, 0.0000002888167364,
    0.0000003960315187,
  ];
  const value = series.reduceRight((sum, factor) => sum * s + factor, 0);
  return y > 0 ? value : -value;
}
