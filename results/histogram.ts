import type { Histogram } from 'hdr-histogram-js';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Samples } from './window.ts';

/**
 * An empty histogram of microseconds with three significant digits, growing as needed. Buckets of
 * 32 bits: the packed kind takes a twentieth of the memory and 70 times as long to merge.
 */
export function newHistogram(): Histogram {
  return build({ bitBucketSize: 32, numberOfSignificantValueDigits: 3, autoResize: true });
}

/** One histogram with every sample of the given ones, which stay as they are. */
export function mergeHistograms(histograms: Iterable<Histogram>): Histogram {
  const merged = newHistogram();
  for (const histogram of histograms) {
    if (histogram.totalCount > 0) merged.add(histogram);
  }
  return merged;
}

/** Samples of several tenants or windows together. Percentiles are never merged, samples are. */
export function mergeSamples(parts: readonly Samples[]): Samples {
  return {
    latencyUs: mergeHistograms(parts.map((part) => part.latencyUs)),
    failedCount: parts.reduce((sum, part) => sum + part.failedCount, 0),
  };
}

/** The V2 compressed encoding that every HdrHistogram library reads, in base64. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

/** Throws an Error where the text is no encoded histogram. */
export function decodeHistogram(base64: string): Histogram {
  const histogram = decodeFromCompressedBase64(base64, 32);
  histogram.autoResize = true;
  return histogram;
}

/** A percentile of samples among which failures rank last. */
export interface Percentile {
  /** Microseconds; the cap where the rank falls among the failures. */
  readonly valueUs: number;
  /** Whether it does: by count, since a slow success may exceed the cap. */
  readonly capped: boolean;
  /** Samples, failures included, and how many of them rank beyond the percentile. */
  readonly sampleCount: number;
  readonly beyondCount: number;
}

/**
 * The value of rank ceil(ratio * count), with every failed request ranking last and worth `capUs`.
 * Undefined without samples. `ratio` in (0, 1), .95 for P95.
 */
export function percentileOf(
  samples: Samples,
  ratio: number,
  capUs: number,
): Percentile | undefined {
  const successCount = samples.latencyUs.totalCount;
  const sampleCount = successCount + samples.failedCount;
  if (sampleCount === 0) return undefined;
  // Products such as .95 * 180 = 171.00000000000003 must not push the rank up by one.
  const rank = Math.max(1, Math.ceil(ratio * sampleCount - 1e-9 * sampleCount));
  const beyondCount = sampleCount - rank;
  if (rank > successCount) return { valueUs: capUs, capped: true, sampleCount, beyondCount };
  // Below the resolution of a histogram is not zero, whose logarithm would be no number.
  const valueUs = Math.max(1, samples.latencyUs.getValueAtPercentile((100 * rank) / successCount));
  return { valueUs, capped: false, sampleCount, beyondCount };
}

/** Fewest samples a window needs for this percentile: 100 beyond it. */
export function samplesNeeded(ratio: number): number {
  return Math.ceil(samplesBeyondMin / (1 - ratio) - 1e-6);
}

/** Below this many samples beyond a percentile its value is mostly luck. */
export const samplesBeyondMin = 100;
