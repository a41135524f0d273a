import { describe, expect, test } from 'vitest';
import { roundsNeeded, sensitivityOf } from './power.ts';

const margin = Math.log(1.1);

describe('what a cell could have shown', () => {
  test('follows exp(M +- (t + t.80) s / sqrt(n))', () => {
    const tails = { pass: 0.025, fail: 0.05 };
    const sensitivity = sensitivityOf({ count: 12, mean: 0, sd: 0.05 }, margin, tails);

    const error = 0.05 / Math.sqrt(12);
    expect(sensitivity?.couldHaveFailed).toBeCloseTo(margin + (1.7959 + 0.8755) * error, 4);
    expect(sensitivity?.couldHavePassed).toBeCloseTo(margin - (2.201 + 0.8755) * error, 4);
  });

  test('is unknown with one round', () => {
    const tails = { pass: 0.025, fail: 0.05 };
    expect(sensitivityOf({ count: 1, mean: 0, sd: Number.NaN }, margin, tails)).toBeUndefined();
  });
});

describe('the rounds that would decide', () => {
  test('follow ((1.96 + .842) s / (M - ln r))^2 + 2 on either side of the margin', () => {
    const needed = (mean: number) => roundsNeeded({ count: 6, mean, sd: 0.08 }, margin);

    expect(needed(0)).toBe(Math.ceil(((2.802 * 0.08) / margin) ** 2 + 2));
    expect(needed(2 * margin)).toBe(needed(0));
  });

  test('are undefined at the margin itself: at +9.9 % no affordable run decides', () => {
    expect(roundsNeeded({ count: 6, mean: margin, sd: 0.08 }, margin)).toBeUndefined();
    expect(roundsNeeded({ count: 6, mean: Math.log(1.099), sd: 0.08 }, margin)).toBeUndefined();
    expect(roundsNeeded({ count: 6, mean: 0, sd: 0 }, margin)).toBe(2);
  });
});
