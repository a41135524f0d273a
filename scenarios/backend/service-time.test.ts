import { describe, expect, it } from 'vitest';
import { makeServiceTimeRatios, SERVICE_TIMES } from './service-time.ts';

const DRAWS = 200_000;

function draw(distribution: (typeof SERVICE_TIMES)[number], seed: number, count = DRAWS): number[] {
  const next = makeServiceTimeRatios(distribution, seed);
  return Array.from({ length: count }, next);
}

describe('service times', () => {
  it.each(SERVICE_TIMES)('of the distribution %s have the mean that was asked for', (name) => {
    const mean = draw(name, 7).reduce((sum, one) => sum + one, 0) / DRAWS;

    expect(mean).toBeGreaterThan(0.99);
    expect(mean).toBeLessThan(1.01);
  });

  it.each([
    // Quantiles of the textbook distributions with mean 1.
    { name: 'exponential', median: Math.log(2), p99: Math.log(100) },
    { name: 'lognormal', median: Math.exp(-0.125), p99: Math.exp(0.5 * 2.3263 - 0.125) },
  ] as const)('of the distribution $name have its median and P99', ({ name, median, p99 }) => {
    const sorted = draw(name, 11).sort((a, b) => a - b);

    expect((sorted[DRAWS / 2] ?? 0) / median).toBeCloseTo(1, 1);
    expect((sorted[DRAWS * 0.99] ?? 0) / p99).toBeCloseTo(1, 1);
  });

  it('repeat with the seed, and differ with another', () => {
    expect(draw('exponential', 3, 5)).toEqual(draw('exponential', 3, 5));
    expect(draw('exponential', 3, 5)).not.toEqual(draw('exponential', 4, 5));
  });
});
