import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeHistogram,
  encodeHistogram,
  mergeSamples,
  newHistogram,
  percentileOf,
  samplesNeeded,
} from './histogram.ts';
import type { Samples } from './window.ts';

const capUs = 4_000_000;

function samplesOf(valuesUs: readonly number[], failedCount = 0): Samples {
  const latencyUs = newHistogram();
  for (const value of valuesUs) latencyUs.recordValue(value);
  return { latencyUs, failedCount };
}

describe('a percentile with failures', () => {
  test('equals the naive oracle: sort everything, failures last, take rank ceil(p n)', () => {
    const latency = fc.integer({ min: 1, max: 8_000_000 });
    fc.assert(
      fc.property(
        fc.array(latency, { maxLength: 300 }),
        fc.nat(60),
        fc.constantFrom(0.5, 0.95, 0.99),
        (values, failedCount, ratio) => {
          fc.pre(values.length + failedCount > 0);
          const sorted = [...values].sort((a, b) => a - b);
          const count = values.length + failedCount;
          const rank = Math.ceil((Math.round(ratio * 100) * count) / 100);
          const expected = sorted[rank - 1];

          const percentile = percentileOf(samplesOf(values, failedCount), ratio, capUs);

          expect(percentile?.capped).toBe(expected === undefined);
          expect(percentile?.sampleCount).toBe(count);
          expect(percentile?.beyondCount).toBe(count - rank);
          const exact = expected ?? capUs;
          expect(Math.abs((percentile?.valueUs ?? 0) - exact)).toBeLessThanOrEqual(exact / 1_000);
        },
      ),
    );
  });

  test('is capped by count, although a success was slower than the cap', () => {
    const slow = samplesOf(new Array(94).fill(5_000_000), 6);

    expect(percentileOf(slow, 0.5, capUs)).toMatchObject({ capped: false });
    expect(percentileOf(slow, 0.95, capUs)).toMatchObject({ capped: true, valueUs: capUs });
  });

  test('is undefined without samples and the cap where everything failed', () => {
    expect(percentileOf(samplesOf([]), 0.5, capUs)).toBeUndefined();
    expect(percentileOf(samplesOf([], 3), 0.5, capUs)).toMatchObject({ capped: true });
  });

  test('is never zero, whose logarithm would be no number', () => {
    expect(percentileOf(samplesOf([0, 0, 0]), 0.5, capUs)?.valueUs).toBe(1);
  });

  test('needs 100 samples beyond it', () => {
    expect([0.5, 0.95, 0.99].map(samplesNeeded)).toEqual([200, 2_000, 10_000]);
  });
});

describe('histograms', () => {
  test('merge samples, not percentiles, and leave the parts alone', () => {
    const one = samplesOf([100, 100, 100], 1);
    const other = samplesOf([90_000], 2);

    const merged = mergeSamples([one, other]);

    expect(merged.latencyUs.totalCount).toBe(4);
    expect(merged.failedCount).toBe(3);
    expect(percentileOf(merged, 0.5, capUs)?.valueUs).toBeGreaterThan(89_000);
    expect(one.latencyUs.totalCount).toBe(3);
  });

  test('survive base64 and may be merged and recorded into afterwards', () => {
    const original = samplesOf([1, 250, 20_123, 3_999_999]).latencyUs;

    const decoded = decodeHistogram(encodeHistogram(original));
    const again = encodeHistogram(decoded);
    decoded.recordValue(90_000_000);

    expect(again).toBe(encodeHistogram(original));
    expect(decoded.totalCount).toBe(5);
  });

  test('are refused where the text is none', () => {
    expect(() => decodeHistogram('')).toThrow();
    expect(() => decodeHistogram('bm9uc2Vuc2U=')).toThrow();
    expect(() => decodeHistogram(encodeHistogram(newHistogram()).slice(0, 20))).toThrow();
  });
});
