import { describe, expect, test } from 'vitest';
import { isolationMetrics } from './isolation-metrics.ts';
import { makeRounds } from './window.fixture.ts';

const capUs = 4_000_000;

describe('isolation metrics', () => {
  test('are perfect where nobody feels a spike of a hundred times the ordinary rate', () => {
    expect(isolationMetrics(makeRounds(2), capUs)).toEqual({
      krebs: 0,
      qosLoss: 0,
      loadIncrease: 99,
      minMaxRatio: 1,
      hotAdmittedPerSecond: 1_000,
      hotRejectedPerSecond: 9_000,
    });
  });

  test('relate the loss of the abiding tenants to the load of the disruptive one', () => {
    const twice = { hitUs: 400, missUs: 40_000 };
    const { krebs, qosLoss } = isolationMetrics(
      makeRounds(2, () => ({ spike: twice })),
      capUs,
    );

    expect(qosLoss).toBeCloseTo(1, 2);
    expect(krebs).toBeCloseTo(1 / 99, 4);
  });

  test('count failures at the cap and in the throughput of the neighbour that lost most', () => {
    const failing = { failedMissRatio: 0.5 };
    const metrics = isolationMetrics(
      makeRounds(2, () => ({ spike: failing })),
      capUs,
    );
    const meanUs = (mean: number) => 0.88 * 200 + 0.12 * mean;

    expect(metrics.qosLoss).toBeCloseTo(
      (meanUs(0.5 * 20_000 + 0.5 * capUs) - meanUs(20_000)) / meanUs(20_000),
      -1,
    );
    expect(metrics.minMaxRatio).toBe(1);
  });

  test('are null where nothing was measured, never NaN', () => {
    expect(Object.values(isolationMetrics([], capUs))).toEqual(new Array(6).fill(null));
  });
});
