import { expect, test } from 'vitest';
import { capUsFor, defaultJudgeOptions, marginOf } from './judge-options.ts';

test('the cap is four times the largest deadline, one value for all tiers', () => {
  expect(capUsFor([200, 500, 1_000])).toBe(4_000_000);
  expect(defaultJudgeOptions.capUs).toBe(capUsFor([200, 500, 1_000]));
});

test('the margin is the logarithm of the bound', () => {
  expect(marginOf(defaultJudgeOptions)).toBeCloseTo(0.0953, 4);
});
