import { describe, expect, it } from 'vitest';
import { someRun } from '../../results/record.fixture.ts';
import { binomialUpTo, compareSides, makeRow } from './controls.ts';
import { YARDSTICK } from './policy-calls.ts';
import { SLOWED } from './slow-down.ts';

const options = { slower: [5], comparisons: 20, rounds: 12, marginPercent: 1, seed: 1 };

/** A comparison whose new side is slower by so many per cent, in rounds that vary a little. */
function comparisonOf(slowerPercent: number) {
  const side = (factor: number) =>
    new Map([
      [YARDSTICK, Array(12).fill(1)],
      [
        SLOWED,
        Array.from({ length: 12 }, (_, n) => factor * (1 + 0.01 * Math.sin(9 * n + factor))),
      ],
    ]);
  return compareSides([side(1), side(1 + slowerPercent / 100)], options, someRun.host);
}

const times = (count: number, slowerPercent: number) =>
  Array.from({ length: count }, () => comparisonOf(slowerPercent));

describe('a control row', () => {
  it('keeps the promise where slow-downs are found as often as promised', () => {
    const row = makeRow(5, times(20, 5), options);

    expect(row).toMatchObject({ found: 20, comparisons: 20, kept: true });
    expect(row.promised).toBeGreaterThan(0.9);
    expect(row.medianPercent).toBeCloseTo(5, 0);
  });

  it('breaks it where they are overlooked', () => {
    const row = makeRow(5, [...times(15, 5), ...times(5, 0)], options);

    expect(row).toMatchObject({ found: 15, kept: false });
  });

  it('breaks it where equal builds are called different too often, either way', () => {
    const alarms = [...times(4, 5), ...times(4, -5)];

    expect(makeRow(0, [...alarms, ...times(42, 0)], options)).toMatchObject({
      found: 8,
      kept: false,
    });
    expect(makeRow(0, [...times(3, 5), ...times(47, 0)], options).kept).toBe(true);
  });

  it('says so where no outcome of so few comparisons could break it', () => {
    expect(makeRow(5, times(1, 5), options).isTooFew).toBe(false);
    expect(makeRow(0, times(1, 0), options).isTooFew).toBe(true);
    expect(makeRow(0.5, times(2, 0.5), options).isTooFew).toBe(true);
    expect(makeRow(5, times(20, 5), options).isTooFew).toBe(false);
  });

  it('breaks it where nothing was compared', () => {
    expect(makeRow(5, [], options).kept).toBe(false);
  });
});

describe('the chance of at most so many', () => {
  it('is that of the binomial distribution', () => {
    expect(binomialUpTo(1, 3, 0.5)).toBeCloseTo(0.5, 12);
    expect(binomialUpTo(0, 50, 0.05)).toBeCloseTo(0.95 ** 50, 12);
    expect([binomialUpTo(-1, 3, 0.5), binomialUpTo(3, 3, 0.5)]).toEqual([0, 1]);
    expect([binomialUpTo(2, 3, 1), binomialUpTo(3, 3, 1)]).toEqual([0, 1]);
  });
});
