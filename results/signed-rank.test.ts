import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signedRankInterval } from './signed-rank.ts';

/** Naive oracle: P(W <= w) by all 2^n sign patterns, then the order statistics it allows. */
function oracle(values: readonly number[], tail: number) {
  const n = values.length;
  const sums = Array.from({ length: 2 ** n }, (_, signs) =>
    values.reduce((sum, _value, i) => sum + ((signs >> i) & 1 ? i + 1 : 0), 0),
  );
  let k = 0;
  while (sums.filter((sum) => sum <= k).length / 2 ** n <= tail) k++;
  const means = values.flatMap((a, i) => values.slice(i).map((b) => (a + b) / 2));
  means.sort((a, b) => a - b);
  return k === 0 ? undefined : { lower: means[k - 1], upper: means[means.length - k] };
}

describe('the signed-rank interval', () => {
  test('agrees with the enumeration of all sign patterns', () => {
    const values = fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.025, 0.05, 0.2), (some, tail) => {
        const interval = signedRankInterval(some, tail);
        const expected = oracle(some, tail);

        expect(interval && { lower: interval.lower, upper: interval.upper }).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('is the whole range at six rounds, and needs six for 2.5 % on either side', () => {
    expect(signedRankInterval([1, 5, 2, 4, 3, 9], 0.025)).toMatchObject({ lower: 1, upper: 9 });
    expect(signedRankInterval([1, 5, 2, 4, 3], 0.025)).toBeUndefined();
  });

  test('skips 13 pairwise means on either side at twelve rounds, as printed tables say', () => {
    const values = Array.from({ length: 12 }, (_, i) => 2 ** i);
    const means = values.flatMap((a, i) => values.slice(i).map((b) => (a + b) / 2));
    means.sort((a, b) => a - b);

    expect(signedRankInterval(values, 0.025)).toMatchObject({ lower: means[13], upper: means[64] });
  });

  test('estimates the middle of a symmetric sample, whatever one outlier does', () => {
    expect(signedRankInterval([-2, -1, 0, 1, 2, 0, 1, -1], 0.025)?.estimate).toBe(0);
    expect(signedRankInterval([1, 1, 1, 1, 1, 1, 1, 1000], 0.025)?.estimate).toBe(1);
  });
});
