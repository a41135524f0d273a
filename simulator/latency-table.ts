import type { Histogram } from 'hdr-histogram-js';
import { newHistogram } from '../results/histogram.ts';

/** Values to 127 are exact, above to within 1/128; up to 35 minutes. */
const BUCKETS = 25 * 128 + 128;
const VALUE_MAX = 2 ** 31 - 1;

export interface LatencySummary {
  readonly count: number;
  readonly meanUs: number;
  readonly p50Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/** How a request was answered: from the cache, or by a load. */
export const HIT_PATH = 0;
export const LOAD_PATH = 1;
export const PATHS = [HIT_PATH, LOAD_PATH] as const;

/** The row of a tenant's answers on one path within one window. */
export function latencyRow(
  window: number,
  tenantCount: number,
  tenant: number,
  path: number,
): number {
  return (window * tenantCount + tenant) * PATHS.length + path;
}

/** Latencies in microseconds of many rows (tenants, groups), in one array of counters. */
export class LatencyTable {
  private readonly counts: Uint32Array;
  private readonly sums: Float64Array;
  private readonly maxima: Float64Array;

  constructor(rowCount: number) {
    this.counts = new Uint32Array(rowCount * BUCKETS);
    this.sums = new Float64Array(rowCount);
    this.maxima = new Float64Array(rowCount);
  }

  record(row: number, latencyUs: number): void {
    const value = latencyUs > VALUE_MAX ? VALUE_MAX : latencyUs | 0;
    const shift = value < 256 ? 0 : 24 - Math.clz32(value);
    const at = row * BUCKETS + shift * 128 + (value >>> shift);
    this.counts[at] = (this.counts[at] as number) + 1;
    this.sums[row] = (this.sums[row] as number) + latencyUs;
    if (latencyUs > (this.maxima[row] as number)) this.maxima[row] = latencyUs;
  }

  /** Of all samples of the rows together. */
  summarise(rows: Iterable<number>): LatencySummary {
    const merged = new Float64Array(BUCKETS);
    let count = 0;
    let sum = 0;
    let maxUs = 0;
    for (const row of rows) {
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        const here = this.counts[row * BUCKETS + bucket] as number;
        if (here === 0) continue;
        merged[bucket] = (merged[bucket] as number) + here;
        count += here;
      }
      sum += this.sums[row] as number;
      maxUs = Math.max(maxUs, this.maxima[row] as number);
    }
    const quantile = (ratio: number) => Math.min(valueAt(merged, count, ratio), maxUs);
    return {
      count,
      meanUs: count === 0 ? 0 : sum / count,
      p50Us: quantile(0.5),
      p95Us: quantile(0.95),
      p99Us: quantile(0.99),
      maxUs,
    };
  }

  /** The rows' samples as an HdrHistogram, for records. */
  toHistogram(rows: Iterable<number>): Histogram {
    const histogram = newHistogram();
    for (const row of rows) {
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        const count = this.counts[row * BUCKETS + bucket] as number;
        if (count > 0) histogram.recordValueWithCount(Math.round(middleOf(bucket)), count);
      }
    }
    return histogram;
  }
}

/** The value of rank ceil(ratio * count). */
function valueAt(merged: Float64Array, count: number, ratio: number): number {
  if (count === 0) return 0;
  let left = Math.max(1, Math.ceil(ratio * count - 1e-9 * count));
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    left -= merged[bucket] as number;
    if (left <= 0) return middleOf(bucket);
  }
  return VALUE_MAX;
}

function middleOf(bucket: number): number {
  if (bucket < 256) return bucket;
  const shift = Math.floor(bucket / 128) - 1;
  const mantissa = bucket - shift * 128;
  return (mantissa + 0.5) * 2 ** shift;
}
