import { describe, expect, test } from 'vitest';
import { alpha, isLastLook, isLook, lookAfter, lookRounds, shares, tailsAt } from './sequential.ts';
import { decidedRatio, shapes, sharesFor, simulatePValues } from './sequential-calibration.ts';
import { criticalT, upperTailOfT } from './student-t.ts';

describe('the plan of looks', () => {
  test('looks after 6, 12, 18 and 24 rounds and nowhere between', () => {
    const looks = Array.from({ length: 30 }, (_, n) => n).filter((n) => isLook(n, 'auto'));

    expect(looks).toEqual([6, 12, 18, 24]);
    expect(isLastLook(23, 'auto')).toBe(false);
    expect(isLastLook(24, 'auto')).toBe(true);
  });

  test('spends all of alpha at the only look of a fixed number of rounds', () => {
    expect(isLook(11, 12)).toBe(false);
    expect(isLook(12, 12)).toBe(true);
    expect(tailsAt(lookAfter(12, 12))).toEqual({ pass: alpha.pass, fail: alpha.fail });
  });

  test('judges a run that its time limit ended between looks as at the next one', () => {
    expect(lookAfter(6, 'auto').index).toBe(1);
    expect(lookAfter(7, 'auto').index).toBe(2);
    expect(lookAfter(19, 'auto').index).toBe(4);
    expect(lookAfter(40, 'auto').index).toBe(4);
  });
});

describe('the critical values', () => {
  const pValues = simulatePValues(7, 60_000);

  test('keep the error of PASS at 2.5 % and of FAIL at 5 % over all looks', () => {
    const noise = 3 * Math.sqrt((0.025 * 0.975) / 60_000);

    expect(Math.abs(decidedRatio(pValues, shares.pass, alpha.pass) - 0.025)).toBeLessThan(noise);
    expect(decidedRatio(pValues, shares.fail, alpha.fail)).toBeLessThanOrEqual(0.05);
    expect(decidedRatio(pValues, shares.fail, alpha.fail)).toBeGreaterThan(0.03);
  });

  test('keep the error of FAIL at every level that Holm may ask for', () => {
    for (const parts of [2, 8, 16, 50]) {
      const level = alpha.fail / parts;
      const noise = 3 * Math.sqrt(level / 60_000);
      expect(decidedRatio(pValues, shares.fail, level)).toBeLessThan(level + noise);
    }
  });

  test('are those that the simulation finds again', () => {
    sharesFor(pValues, shapes.pass, alpha.pass).forEach((share, look) => {
      expect(share / (shares.pass[look] ?? 0)).toBeGreaterThan(0.92);
      expect(share / (shares.pass[look] ?? 0)).toBeLessThan(1.08);
    });
  });

  test('are needed: four looks at plain t, or at O’Brien-Fleming values for z, err too often', () => {
    const plain = lookRounds.map(() => 1);
    expect(decidedRatio(pValues, plain, alpha.pass)).toBeGreaterThan(0.045);

    // One-sided .025, four looks: z 4.049, 2.863, 2.337, 2.024 (Jennison and Turnbull, table 2.3).
    const liberal = [4.049, 2.863, 2.337, 2.024].map((z, look) => {
      const degrees = (lookRounds[look] ?? 0) - 1;
      return upperTailOfT(z, degrees) / alpha.pass;
    });
    expect(decidedRatio(pValues, liberal, alpha.pass)).toBeGreaterThan(0.03);
  });

  test('let a quiet cell pass at the first look: t of 3.92 at six rounds, 2.85 at twelve', () => {
    const critical = lookRounds.map((n) => criticalT(tailsAt(lookAfter(n, 'auto')).pass, n - 1));

    expect(critical.map((t) => t.toFixed(2))).toEqual(['3.92', '2.85', '2.58', '2.45']);
  });
});
