import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  estimateRound,
  lagOneAutocorrelation,
  pValueAbove,
  summarise,
  summariseDefined,
  tInterval,
} from './estimates.ts';

const percent = (logarithm: number | null) => 100 * (Math.exp(logarithm ?? Number.NaN) - 1);

describe('the estimates of a round', () => {
  test('tell what sharing took of the baseline, which the ratio to the placebo hides', () => {
    const round = estimateRound({ baselineUs: 1_000, placeboUs: 3_000, spikeUs: 3_250 });

    expect(percent(round.sharing)).toBeCloseTo(25, 9);
    expect(percent(round.diagnostic)).toBeCloseTo(8.33, 2);
    expect(percent(round.total)).toBeCloseTo(225, 9);
    expect(percent(round.generator)).toBeCloseTo(200, 9);
  });

  test('show a fall in total and a rise by sharing against a cold baseline', () => {
    const round = estimateRound({ baselineUs: 200, placeboUs: 150, spikeUs: 190 });

    expect(percent(round.total)).toBeCloseTo(-5, 9);
    expect(percent(round.sharing)).toBeCloseTo(20, 9);
  });

  test('leave A undefined where the placebo was slower by 95 % of the baseline', () => {
    const sharing = (placeboUs: number) =>
      estimateRound({ baselineUs: 1_000, placeboUs, spikeUs: 1_000 }).sharing;

    expect(sharing(1_949)).not.toBeNull();
    expect(sharing(1_951)).toBeNull();
    expect(sharing(9_000)).toBeNull();
  });

  test('are T alone without a placebo', () => {
    const round = estimateRound({ baselineUs: 100, placeboUs: undefined, spikeUs: 110 });

    expect(round).toEqual({
      total: Math.log(1.1),
      sharing: null,
      generator: null,
      diagnostic: null,
    });
  });
});

describe('a summary over rounds', () => {
  const values = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
    minLength: 2,
    maxLength: 24,
  });

  test('agrees with a naive oracle', () => {
    fc.assert(
      fc.property(values, (some) => {
        const n = some.length;
        const mean = some.reduce((a, b) => a + b) / n;
        const naive = some.flatMap((a) => some.map((b) => (a - b) ** 2)).reduce((a, b) => a + b);

        const summary = summarise(some);

        expect(summary.mean).toBeCloseTo(mean, 12);
        expect(summary.sd).toBeCloseTo(Math.sqrt(naive / (2 * n * (n - 1))), 9);
      }),
    );
  });

  test('has the t interval of a worked example', () => {
    const { lower, upper } = tInterval(summarise([1, 2, 3, 4, 5, 6]), { pass: 0.025, fail: 0.05 });

    expect(upper).toBeCloseTo(3.5 + (2.5706 * 1.8708) / Math.sqrt(6), 3);
    expect(lower).toBeCloseTo(3.5 - (2.015 * 1.8708) / Math.sqrt(6), 3);
  });

  test('rejects by p-value exactly where the bound of that level lies above the margin', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0.05, 0.01, 0.003), (some, level) => {
        const summary = summarise(some);
        fc.pre(summary.sd > 1e-6);
        const { lower } = tInterval(summary, { pass: level, fail: level });
        fc.pre(Math.abs(lower - 0.0953) > 1e-9);

        expect(pValueAbove(summary, 0.0953) <= level).toBe(lower > 0.0953);
      }),
    );
  });

  test('decides nothing with one round', () => {
    expect(tInterval(summarise([9]), { pass: 0.025, fail: 0.05 })).toEqual({
      lower: -Infinity,
      upper: Infinity,
    });
    expect(pValueAbove(summarise([9]), 0.1)).toBe(1);
  });

  test('is decided by its mean where rounds do not vary at all', () => {
    expect(pValueAbove(summarise([0.2, 0.2, 0.2]), 0.1)).toBe(0);
    expect(pValueAbove(summarise([0.1, 0.1]), 0.1)).toBe(1);
  });

  test('is undefined where a single round is: means over the others would pick rounds', () => {
    expect(summariseDefined([0.1, null, 0.2])).toBeUndefined();
    expect(summariseDefined([])).toBeUndefined();
    expect(summariseDefined([0.1, 0.2])?.count).toBe(2);
  });
});

describe('lag-1 autocorrelation', () => {
  test('is near 1 for a drift, near -1 for an alternation, 0 for no variation', () => {
    expect(lagOneAutocorrelation(Array.from({ length: 50 }, (_, i) => i))).toBeGreaterThan(0.9);
    expect(lagOneAutocorrelation(Array.from({ length: 50 }, (_, i) => i % 2))).toBeLessThan(-0.9);
    expect(lagOneAutocorrelation([3, 3, 3])).toBe(0);
  });

  test('has the value of a worked example', () => {
    // Deviations -1.5 -.5 .5 1.5: products .75 - .25 + .75 = 1.25 over squares 5.
    expect(lagOneAutocorrelation([1, 2, 3, 4])).toBeCloseTo(0.25, 12);
  });
});
