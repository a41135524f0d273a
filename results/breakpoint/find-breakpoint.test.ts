import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBreakpoint } from './find-breakpoint.ts';
import type { Trial } from './trial.ts';

const RUNGS = [2.5, 5, 10, 20, 40, 80];

/** Rounds at a rate, with the given rises of P95 in bounds. */
function at(times: number, ...p95: number[]): Trial[] {
  return p95.map((rise, round) => ({
    round,
    times,
    rises: { p50: 0, p95: rise, failures: 0 },
  }));
}

const six = (rise: number) => Array.from({ length: 6 }, () => rise);

describe('findBreakpoint', () => {
  it('finds a sharp breakpoint between the rates at both its sides', () => {
    const found = findBreakpoint([...at(20, ...six(0.1)), ...at(40, ...six(30))], RUNGS);

    expect(found).toMatchObject({ heldTimes: 20, brokeTimes: 40 });
    expect(found.estimateTimes).toBeGreaterThan(20);
    expect(found.estimateTimes).toBeLessThan(40);
  });

  it('calls no ladder broken that never breaks', () => {
    const trials = RUNGS.flatMap((times) => at(times, 0.2, -0.1, 0.3));

    expect(findBreakpoint(trials, RUNGS)).toMatchObject({
      brokeTimes: null,
      seemsBrokenTimes: null,
      estimateTimes: null,
    });
  });

  it('calls no ladder held that is broken from its lowest rate on', () => {
    const trials = RUNGS.flatMap((times) => at(times, 5, 9, 7));

    expect(findBreakpoint(trials, RUNGS)).toMatchObject({ heldTimes: null, brokeTimes: 5 });
  });

  it('shows nothing by a few rounds, however clear they look', () => {
    const trials = [...at(20, 0, 0, 0), ...at(40, 50, 50, 50)];

    expect(findBreakpoint(trials, RUNGS)).toMatchObject({ heldTimes: null, brokeTimes: null });
  });

  it('shows nothing at a rate whose rounds are at the bound', () => {
    const trials = at(20, 0.6, 1.4, 0.9, 1.1, 0.8, 1.2, 1, 1);

    expect(findBreakpoint(trials, RUNGS)).toMatchObject({ heldTimes: null, brokeTimes: null });
  });

  it('lets any cell break isolation, and asks all of them to hold', () => {
    const trials = [...at(20, ...six(0)), ...at(40, ...six(0))].map((trial) => ({
      ...trial,
      rises: { ...trial.rises, failures: trial.times === 40 ? 9 : 0 },
    }));

    expect(findBreakpoint(trials, RUNGS)).toMatchObject({ heldTimes: 20, brokeTimes: 40 });
  });

  it('takes one bad round at a low rate for bad luck when all above hold', () => {
    const trials = [...at(5, 3), ...at(10, ...six(0)), ...at(20, ...six(0))];

    expect(findBreakpoint(trials, RUNGS)).toMatchObject({ heldTimes: 20, seemsBrokenTimes: null });
  });

  it('never has a lower end at or above its upper end, nor a guess outside of them', () => {
    const trial = fc.record({
      round: fc.nat(),
      times: fc.constantFrom(...RUNGS),
      rises: fc.record({
        p50: fc.double({ min: -3, max: 30, noNaN: true }),
        p95: fc.double({ min: -3, max: 30, noNaN: true }),
        failures: fc.double({ min: 0, max: 200, noNaN: true }),
      }),
    });
    fc.assert(
      fc.property(fc.array(trial, { maxLength: 40 }), (trials) => {
        const { heldTimes, brokeTimes, estimateTimes } = findBreakpoint(trials, RUNGS);

        expect(heldTimes ?? 0).toBeLessThan(brokeTimes ?? Infinity);
        expect(estimateTimes ?? heldTimes ?? 1).toBeGreaterThanOrEqual(heldTimes ?? 0);
        expect(estimateTimes ?? 1).toBeLessThanOrEqual(brokeTimes ?? Infinity);
      }),
    );
  });
});
