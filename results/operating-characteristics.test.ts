import { describe, expect, test } from 'vitest';
import type { JudgeOptions } from './judge-options.ts';
import type { Verdict } from './judgement.ts';
import { makeDraws } from './normal-draws.ts';
import { simulateRun, type Truth } from './observations.fixture.ts';

const seed = 20_251_122;

/** How often runs of a known truth end in each verdict, and after how many rounds on average. */
function characteristics(truth: Truth, runs: number, options: Partial<JudgeOptions> = {}) {
  const draws = makeDraws(seed);
  const counts = { PASS: 0, 'PASS (adjusted)': 0, FAIL: 0, INCONCLUSIVE: 0, INVALID: 0 };
  let rounds = 0;
  for (let run = 0; run < runs; run++) {
    const judgement = simulateRun(draws, truth, options);
    counts[judgement.verdict]++;
    rounds += judgement.measuredRounds;
  }
  const share = (verdict: Verdict) => counts[verdict] / runs;
  return {
    pass: share('PASS') + share('PASS (adjusted)'),
    plainPass: share('PASS'),
    fail: share('FAIL'),
    inconclusive: share('INCONCLUSIVE'),
    meanRounds: rounds / runs,
  };
}

/** An error rate plus three standard errors of estimating it from so many runs. */
const atMost = (rate: number, runs: number) => rate + 3 * Math.sqrt((rate * (1 - rate)) / runs);

describe('errors, over all looks', () => {
  const runs = 1_200;

  test.each([0.03, 0.08])(
    'a true rise of 10 %% in one cell passes at most 2.5 %%: s %d',
    (spread) => {
      const { pass, fail } = characteristics({ spread, spike: 1.1 }, runs);

      expect(pass).toBeLessThan(atMost(0.025, runs));
      expect(pass).toBeGreaterThan(0.01);
      expect(fail).toBeLessThan(atMost(0.05, runs));
    },
  );

  test('a rise by sharing of 10 % above contention fails at most 5 %, passes at most 2.5 %', () => {
    const truth = { spread: 0.03, placebo: 1.04, spike: 1.14 };
    const { pass, fail } = characteristics(truth, runs);

    expect(fail).toBeLessThan(atMost(0.05, runs));
    expect(fail).toBeGreaterThan(0.025);
    expect(pass).toBeLessThan(atMost(0.025, runs));
  });

  test('eight cells at a true rise of 10 % fail at most 5 % of runs', () => {
    const truth = { spread: 0.05, cells: 8, common: 0, placebo: 1.04, spike: 1.14 };

    expect(characteristics(truth, 300).fail).toBeLessThan(atMost(0.05, 300));
  });

  test('a null run never fails', () => {
    for (const spread of [0.03, 0.08, 0.12]) {
      expect(characteristics({ spread, cells: 8 }, 100).fail).toBe(0);
    }
  });

  test('a single look keeps the same errors', () => {
    const options = { rounds: 12 };
    const atMargin = characteristics({ spread: 0.05, placebo: 1.04, spike: 1.14 }, runs, options);

    expect(atMargin.pass).toBeLessThan(atMost(0.025, runs));
    expect(atMargin.fail).toBeLessThan(atMost(0.05, runs));
  });
});

describe('power', () => {
  test('a quiet null run passes at the first or second look', () => {
    const { pass, meanRounds } = characteristics({ spread: 0.03, cells: 8 }, 200);

    expect(pass).toBeGreaterThan(0.99);
    expect(meanRounds).toBeLessThan(8);
  });

  test('a null run with a spread of 8 % passes before the last look', () => {
    const { pass, meanRounds } = characteristics({ spread: 0.08, cells: 8 }, 200);

    expect(pass).toBeGreaterThan(0.95);
    expect(meanRounds).toBeLessThan(16);
  });

  test('a rise of 25 % fails at the first look where rounds are quiet, always in the end', () => {
    const quiet = characteristics({ spread: 0.03, cells: 8, spike: 1.25 }, 200);
    const noisy = characteristics({ spread: 0.12, cells: 8, spike: 1.25 }, 200);

    expect(quiet.fail).toBe(1);
    expect(quiet.meanRounds).toBeLessThan(6.5);
    expect(noisy.fail).toBeGreaterThan(0.97);
  });

  test('one bound at twelve rounds has the printed power: 5 %, 8 % and 12 % of spread', () => {
    const power = (spread: number) => characteristics({ spread }, 500, { rounds: 12 }).plainPass;

    expect(power(0.05)).toBeGreaterThan(0.98);
    // T and A are correlated, so both pass more often than the product of .97 and .97, .71 and .71.
    expect(power(0.08)).toBeGreaterThan(0.92);
    expect(power(0.12)).toBeGreaterThan(0.5);
    expect(power(0.12)).toBeLessThan(0.71);
  });

  test('a true rise of 7 % on a noisy box stays open: neither widened nor failed', () => {
    const { inconclusive, fail } = characteristics({ spread: 0.08, cells: 8, spike: 1.07 }, 200);

    expect(inconclusive).toBeGreaterThan(0.85);
    expect(fail).toBe(0);
  });
});

describe('what fools simpler judges', () => {
  test('contention of the generator passes as adjusted only', () => {
    const truth = { spread: 0.03, cells: 8, placebo: 1.12, spike: 1.12 };
    const { pass, plainPass, fail } = characteristics(truth, 200);

    expect(plainPass).toBe(0);
    expect(pass).toBeGreaterThan(0.97);
    expect(fail).toBe(0);
  });

  test('a spike against a cold baseline (.20, .15, .19 ms) neither passes nor fails', () => {
    const truth = { spread: 0.03, cells: 8, placebo: 0.75, spike: 0.95 };

    expect(characteristics(truth, 150).inconclusive).toBe(1);
  });

  test('a quarter of the baseline lost under strong contention (1.0, 3.0, 3.25 ms) fails', () => {
    const truth = { spread: 0.03, cells: 8, placebo: 3, spike: 3.25 };

    expect(characteristics(truth, 200).fail).toBeGreaterThan(0.97);
  });

  test('bad rounds that were met do not pass: one in five, twice as slow', () => {
    const truth = { spread: 0.03, cells: 8, badRoundRatio: 0.2, badRoundFactor: 2 };

    // .8^6 = 26 % of runs meet none in their first six rounds, and the report says so (3/n).
    expect(characteristics(truth, 300).pass).toBeLessThan(atMost(0.8 ** 6, 300));
  });
});
