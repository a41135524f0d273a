import { describe, expect, test } from 'vitest';
import { climbLadder, type Evidence } from './ladder.ts';

const margin = Math.log(1.1);
const around = (mean: number, half: number) => ({ mean, lower: mean - half, upper: mean + half });
const quiet = around(0, 0.02);
const far = around(0.3, 0.02);

function climb(evidence: Partial<Evidence>) {
  return climbLadder({
    margin,
    total: quiet,
    sharing: quiet,
    generator: quiet,
    cappedCount: { reference: 0, spike: 0 },
    roundCount: 12,
    samples: { least: 12_000, needed: 2_000, enough: true },
    againstPass: [],
    ...evidence,
  }).verdict;
}

describe('the ladder of a cell', () => {
  test('passes where T and A stay below the bound', () => {
    expect(climb({})).toBe('PASS');
  });

  test('needs both bounds for a PASS and both for a FAIL', () => {
    expect(climb({ sharing: far })).toBe('INCONCLUSIVE');
    expect(climb({ total: far })).toBe('INCONCLUSIVE');
    expect(climb({ total: far, sharing: far })).toBe('FAIL');
  });

  test('is strict at the bound itself', () => {
    expect(climb({ total: { mean: 0, lower: -0.1, upper: margin } })).not.toBe('PASS');
    const above = { mean: 0.2, lower: margin, upper: 0.3 };
    expect(climb({ total: above, sharing: above })).not.toBe('FAIL');
  });

  test.each<[string, Partial<Evidence>, string]>([
    ['all four conditions hold', {}, 'PASS (adjusted)'],
    ['the generator may take 25 %', { generator: around(0.21, 0.02) }, 'INCONCLUSIVE'],
    ['sharing may reach the bound', { sharing: around(0.08, 0.02) }, 'INCONCLUSIVE'],
    ['sharing is below zero for sure', { sharing: around(-0.05, 0.02) }, 'INCONCLUSIVE'],
    ['the total is 15 % or more', { total: around(Math.log(1.151), 0.01) }, 'INCONCLUSIVE'],
    ['G is not known', { generator: undefined }, 'INCONCLUSIVE'],
  ])('adjusts for the generator where %s', (_case, evidence, verdict) => {
    const contention = { total: around(0.11, 0.02), generator: around(0.1, 0.02) };

    expect(climb({ ...contention, ...evidence })).toBe(verdict);
  });

  test('decides by the total alone without placebo', () => {
    expect(climb({ sharing: 'none' })).toBe('PASS');
    expect(climb({ sharing: 'none', total: far })).toBe('FAIL');
    expect(climb({ sharing: 'none', total: around(0.1, 0.02) })).toBe('INCONCLUSIVE');
  });

  test('reaches neither PASS nor FAIL where A is undefined', () => {
    expect(climb({ sharing: 'undefined' })).toBe('INCONCLUSIVE');
    expect(climb({ sharing: 'undefined', total: far })).toBe('INCONCLUSIVE');
  });

  test('fails by the cap before A matters, unless the other arms are capped too', () => {
    const capped = { sharing: 'undefined' as const, cappedCount: { reference: 0, spike: 6 } };

    expect(climb(capped)).toBe('FAIL');
    expect(climb({ ...capped, cappedCount: { reference: 0, spike: 5 } })).toBe('INCONCLUSIVE');
    expect(climb({ ...capped, cappedCount: { reference: 1, spike: 12 } })).toBe('INCONCLUSIVE');
  });

  test('never passes where requests fail without the spike too, and may still fail', () => {
    const cappedCount = { reference: 1, spike: 1 };

    expect(climb({ cappedCount })).toBe('INCONCLUSIVE');
    expect(climb({ cappedCount, total: far, sharing: far })).toBe('FAIL');
  });

  test('decides nothing with too few samples, the cap included', () => {
    const samples = { least: 100, needed: 2_000, enough: false };

    expect(climb({ samples })).toBe('INCONCLUSIVE');
    expect(climb({ samples, total: far, sharing: far })).toBe('INCONCLUSIVE');
    expect(climb({ samples, cappedCount: { reference: 0, spike: 12 } })).toBe('INCONCLUSIVE');
  });

  test('denies a PASS and an adjusted one for any reason given, never a FAIL', () => {
    const againstPass = ['too few rounds'];

    expect(climb({ againstPass })).toBe('INCONCLUSIVE');
    expect(climb({ againstPass, total: far, sharing: far })).toBe('FAIL');
    expect(climb({ againstPass, total: around(0.11, 0.02), generator: around(0.1, 0.02) })).toBe(
      'INCONCLUSIVE',
    );
  });
});
