import { describe, expect, it } from 'vitest';
import type { Trial } from '../../results/breakpoint/trial.ts';
import { characterise, TRUTHS } from './calibrate-search.ts';
import { chooseRung, makeRungs } from './choose-rung.ts';

const SEED = 20_251_122;
const RUNS = 250;

/** What an error of 5 % may look like in so many runs: three standard errors more. */
const WRONG_MAX = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS);

describe('a search over rounds of known truth', () => {
  it.each(Object.entries(TRUTHS))('is wrong at either end in few runs: %s', (_, truth) => {
    const found = characterise(truth, { seed: SEED, runs: RUNS, roundsMax: 18 });

    expect(found.lowerWrong).toBeLessThan(WRONG_MAX);
    expect(found.upperWrong).toBeLessThan(WRONG_MAX);
  });

  it('has power: a sharp breakpoint is closed in within two rungs, in most runs', () => {
    const { hasLower, hasUpper, medianHeld, medianBroke } = characterise(
      TRUTHS['back-end overflows'] as (typeof TRUTHS)[string],
      { seed: SEED, runs: RUNS, roundsMax: 20 },
    );

    expect(hasLower).toBeGreaterThan(0.9);
    expect(hasUpper).toBeGreaterThan(0.75);
    expect(medianHeld).toBeGreaterThan(14);
    expect(medianBroke).toBeLessThan(30);
  });

  it('reaches the top of a ladder that never breaks', () => {
    const { medianHeld, hasUpper } = characterise(
      TRUTHS['never breaks'] as (typeof TRUTHS)[string],
      { seed: SEED, runs: RUNS, roundsMax: 24 },
    );

    expect(medianHeld).toBe(250);
    expect(hasUpper).toBeLessThan(0.02);
  });
});

describe('chooseRung', () => {
  const rungs = makeRungs(2.5, 100);
  const round = (times: number, p95: number): Trial => ({
    round: 1,
    times,
    rises: { p50: 0, p95, failures: 0 },
  });

  it.each([
    ['begins at its first rung', [], 5],
    ['doubles as long as it seems to hold', [round(5, 0), round(10, 0)], 20],
    ['does not go beyond the top', [round(80, 0)], 100],
    ['halves as long as it seems to break', [round(5, 9)], 2.5],
    ['halves the bracket', [round(10, 0), round(20, 9)], 14.14],
    ['asks the lower end first when nothing is left between', [round(10, 0), round(11.89, 9)], 10],
  ])('%s', (_, trials, expected) => {
    expect(chooseRung(trials, rungs, 5)).toBe(expected);
  });

  it('ends when both sides are shown', () => {
    const trials = Array.from({ length: 8 }, () => [round(10, 0), round(11.89, 9)]).flat();

    expect(chooseRung(trials, rungs, 5)).toBeUndefined();
  });

  it('goes further off after rounds that decide nothing', () => {
    const near = Array.from({ length: 6 }, (_, n) => round(10, n % 2 === 0 ? 0.4 : 1.4));
    const trials = [...near, ...Array.from({ length: 6 }, () => round(11.89, 9))];

    expect(chooseRung(trials, rungs, 5)).toBe(8.41);
  });
});

describe('makeRungs', () => {
  it('rises by a fifth and ends exactly at the top', () => {
    const rungs = makeRungs(2.5, 100);

    expect(rungs[0]).toBe(2.5);
    expect(rungs.at(-1)).toBe(100);
    rungs.slice(1, -1).forEach((rung, at) => {
      expect(rung / (rungs[at] ?? 1)).toBeCloseTo(2 ** 0.25, 2);
    });
  });
});
