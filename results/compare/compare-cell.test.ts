import { describe, expect, test } from 'vitest';
import { makeDraws } from '../normal-draws.ts';
import { type CellRule, compareCell } from './compare-cell.ts';
import { compareRecords } from './comparison.ts';
import type { Measure } from './measure.ts';
import { makeBenchRecord } from './record.fixture.ts';

const rule: CellRule = { margin: { logarithm: Math.log(1.05), points: 0.5 }, paired: false };
const steady = [100, 101, 99, 100, 100.5, 99.5, 100, 101];
const wild = [60, 140, 90, 180, 75, 110, 130, 70];

function measure(rounds: readonly number[], extra: Partial<Measure> = {}): Measure {
  return { name: 'm', unit: 'us', gated: true, better: 'lower', scale: 'ratio', rounds, ...extra };
}

function times(values: readonly number[], factor: number): number[] {
  return values.map((value) => value * factor);
}

describe('one measure of two records', () => {
  test.each<[string, readonly number[], readonly number[], string]>([
    ['equal rounds', steady, steady, 'same'],
    ['two per cent slower, exactly measured', steady, times(steady, 1.02), 'same'],
    ['20 % slower', steady, times(steady, 1.2), 'worse'],
    ['20 % faster', steady, times(steady, 0.8), 'better'],
    ['20 % slower in rounds that spread by half', wild, times(wild, 1.2), "can't tell"],
    ['equal, in rounds that spread by half', wild, wild, "can't tell"],
    ['three rounds', [100, 100, 100], [200, 200, 200], "can't tell"],
    ['one round', [100], [100], "can't tell"],
    ['no spread at all, no change', [7, 7, 7, 7], [7, 7, 7, 7], 'same'],
    ['no spread at all, ten per cent more', [10, 10, 10, 10], [11, 11, 11, 11], 'worse'],
  ])('%s', (_case, from, to, change) => {
    expect(compareCell(measure(from), measure(to), rule).change).toBe(change);
  });

  test('a rate that falls is worse, one that rises is better', () => {
    const rate = (rounds: readonly number[]) => measure(rounds, { better: 'higher', unit: '/s' });

    expect(compareCell(rate(steady), rate(times(steady, 0.8)), rule).change).toBe('worse');
    expect(compareCell(rate(steady), rate(times(steady, 1.2)), rule).change).toBe('better');
  });

  test('points and logarithms are compared by their difference', () => {
    const points = (rounds: readonly number[]) => measure(rounds, { scale: 'points' });
    const zero = [0, 0.01, -0.01, 0, 0.01, -0.01];
    const moved = compareCell(points(zero), points(zero.map((one) => one + 3)), rule);

    expect(moved).toMatchObject({ change: 'worse', margin: 0.5 });
    expect(moved.difference).toBeCloseTo(3);
    const rise = (rounds: readonly number[]) => measure(rounds, { scale: 'logarithm' });
    expect(compareCell(rise(zero), rise(zero.map((one) => one + 0.3)), rule)).toMatchObject({
      change: 'worse',
      margin: Math.log(1.05),
    });
  });

  test('pairs see through what both sides suffered together', () => {
    const from = measure(wild);
    const to = measure(wild.map((value, index) => value * (index % 2 === 0 ? 1.09 : 1.11)));

    expect(compareCell(from, to, rule).change).toBe("can't tell");
    expect(compareCell(from, to, { ...rule, paired: true }).change).toBe('worse');
    expect(() => compareCell(measure([1, 2]), measure([1]), { ...rule, paired: true })).toThrow(
      'pairs of 2 and 1 rounds',
    );
  });
});

describe('the rates that are promised', () => {
  const cells = 8;
  const rounds = 12;
  const spread = 0.04;

  /** Two records of simulated rounds; the first benchmark changes by `percent`. */
  function simulate(seed: number, percent: number) {
    const { normal } = makeDraws(seed);
    const side = (factor: number) =>
      makeBenchRecord(
        Object.fromEntries(
          Array.from({ length: cells }, (_, cell) => [
            `cell ${cell}`,
            Array.from(
              { length: rounds },
              () => 100 * (cell === 0 ? factor : 1) * Math.exp(spread * normal()),
            ),
          ]),
        ),
      );
    return compareRecords(side(1), side(1 + percent / 100));
  }

  test('of A/A comparisons at most 5 % call anything better or worse', () => {
    const runs = 400;
    const alarms = Array.from({ length: runs }, (_, seed) => simulate(seed, 0)).filter(
      ({ cells: all }) => all.some(({ change }) => change === 'worse' || change === 'better'),
    ).length;

    // Three standard errors of a proportion of .05 over 400 runs are .033.
    expect(alarms / runs).toBeLessThan(0.05 + 0.033);
  });

  test.each([3, 5, 10, 20])(
    'a slow-down of %i %% is found as often as its power says',
    (percent) => {
      const runs = 300;
      const found = Array.from({ length: runs }, (_, seed) => simulate(seed, percent)).map(
        ({ cells: all }) => all.find(({ name }) => name === 'cell 0'),
      );
      const alone = found.filter((cell) => cell && cell.pValue <= 0.05 && cell.change !== 'same');
      const after = found.filter((cell) => cell?.change === 'worse');

      // The normal approximation of the power of the test, one cell alone.
      const z = Math.log(1 + percent / 100) / (spread * Math.sqrt(2 / rounds));
      const promised = normalBelow(z - 2.07);
      expect(alone.length / runs).toBeGreaterThan(promised - 0.1);
      expect(alone.length / runs).toBeLessThan(promised + 0.1);
      expect(after.length).toBeLessThanOrEqual(alone.length);
      if (percent >= 10) expect(after.length / runs).toBeGreaterThan(0.97);
    },
  );

  test('a change as large as "found" is found eight times in ten', () => {
    const detectable = simulate(1, 0).cells.map((cell) => cell.detectable ?? 0);
    const mean = detectable.reduce((sum, one) => sum + one, 0) / cells;
    const percent = 100 * (Math.exp(mean) - 1);
    const runs = 300;
    const found = Array.from({ length: runs }, (_, seed) => simulate(seed, percent)).filter(
      ({ cells: all }) => (all[0]?.pValue ?? 1) <= 0.05,
    ).length;

    expect(found / runs).toBeGreaterThan(0.7);
    expect(found / runs).toBeLessThan(0.9);
  });
});

/** Abramowitz and Stegun 26.2.17, to 7.5e-8. */
function normalBelow(z: number): number {
  if (z < 0) return 1 - normalBelow(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
