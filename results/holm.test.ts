import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rejectedByHolm } from './holm.ts';

describe("Holm's procedure", () => {
  test('steps down from the smallest p-value and stops at the first that is too large', () => {
    expect(rejectedByHolm([0.01, 0.04, 0.03, 0.005], 0.05)).toEqual([true, false, false, true]);
    expect(rejectedByHolm([0.02, 0.025, 0.04], 0.05)).toEqual([false, false, false]);
    expect(rejectedByHolm([0.016, 0.025, 0.04], 0.05)).toEqual([true, true, true]);
    expect(rejectedByHolm([], 0.05)).toEqual([]);
  });

  test('lies between Bonferroni and no correction', () => {
    const pValue = fc.oneof(fc.double({ min: 0, max: 0.06, noNaN: true }), fc.constant(1));
    fc.assert(
      fc.property(fc.array(pValue, { minLength: 1, maxLength: 20 }), (pValues) => {
        rejectedByHolm(pValues, 0.05).forEach((rejected, i) => {
          const p = pValues[i] ?? 1;
          if (p <= 0.05 / pValues.length) expect(rejected).toBe(true);
          if (p > 0.05) expect(rejected).toBe(false);
        });
      }),
    );
  });

  test('never rejects NaN', () => {
    expect(rejectedByHolm([Number.NaN], 0.05)).toEqual([false]);
  });
});
