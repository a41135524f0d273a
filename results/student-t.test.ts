import { describe, expect, test } from 'vitest';
import { criticalT, upperTailOfT } from './student-t.ts';

/** Naive oracle: Simpson's rule over the unnormalised density, mapped from t to an angle. */
function integratedTail(t: number, degrees: number): number {
  const density = (angle: number) => Math.cos(angle) ** (degrees - 1);
  const integral = (from: number, to: number) => {
    const steps = 20_000;
    const width = (to - from) / steps;
    let sum = density(from) + density(to);
    for (let i = 1; i < steps; i++) sum += density(from + i * width) * (i % 2 === 0 ? 2 : 4);
    return (sum * width) / 3;
  };
  const angle = Math.atan(t / Math.sqrt(degrees));
  return integral(angle, Math.PI / 2) / integral(-Math.PI / 2, Math.PI / 2);
}

describe('the t distribution', () => {
  test('agrees with numerical integration over the whole range that rounds can give', () => {
    for (const degrees of [1, 2, 3, 4, 5, 6, 11, 17, 23, 40, 99]) {
      for (const t of [-6, -2.1, -0.3, 0, 0.5, 1, 1.96, 3, 7.5]) {
        expect(upperTailOfT(t, degrees)).toBeCloseTo(integratedTail(t, degrees), 9);
      }
    }
  });

  test.each([
    [0.025, 5, 2.5706],
    [0.025, 11, 2.201],
    [0.05, 5, 2.015],
    [0.05, 23, 1.7139],
    [0.2, 11, 0.8755],
    [0.025, 1, 12.7062],
    [0.001, 2, 22.3271],
  ])('has the critical value of the printed tables: tail %d, %d degrees', (tail, degrees, t) => {
    expect(criticalT(tail, degrees)).toBeCloseTo(t, 3);
  });

  test('inverts itself, on both sides of the middle', () => {
    for (const degrees of [1, 2, 5, 23]) {
      for (const tail of [1e-6, 0.003, 0.3, 0.5, 0.8, 0.9999]) {
        expect(upperTailOfT(criticalT(tail, degrees), degrees)).toBeCloseTo(tail, 10);
      }
    }
  });

  test('answers NaN to what is no distribution, never a number', () => {
    expect(upperTailOfT(1, 0)).toBeNaN();
    expect(upperTailOfT(1, 2.5)).toBeNaN();
    expect(criticalT(0, 5)).toBeNaN();
    expect(criticalT(1, 5)).toBeNaN();
  });
});
