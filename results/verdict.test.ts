import { describe, expect, test } from 'vitest';
import { cellOf, judgeRounds, simulatedRounds } from './verdict.fixture.ts';

describe('the verdict', () => {
  test('is PASS where all arms are alike', () => {
    const judgement = judgeRounds(simulatedRounds(12));

    expect(judgement.verdict).toBe('PASS');
    expect(judgement).toMatchObject({ decision: 'stop', unadjusted: false, provisional: false });
    expect(judgement.cells.filter((cell) => cell.gated)).toHaveLength(16);
  });

  test('is FAIL where the spike costs a quarter, and names the cells', () => {
    const judgement = judgeRounds(simulatedRounds(12, { spike: 1.25 }));

    expect(judgement.verdict).toBe('FAIL');
    expect(judgement.reasons.join(' ')).toMatch(/all P95: the rise is above the bound.*\+2\d %/);
  });

  test('is PASS (adjusted) where placebo and spike cost the same, with the rise beside it', () => {
    const judgement = judgeRounds(simulatedRounds(12, { placebo: 1.12, spike: 1.12 }));

    expect(judgement.verdict).toBe('PASS (adjusted)');
    expect(judgement.reasons.join(' ')).toMatch(/total \+1[123] %/);
  });

  test('is INCONCLUSIVE against a cold baseline: .20, .15, .19 ms', () => {
    const judgement = judgeRounds(
      simulatedRounds(12, { baseline: 0.2, placebo: 0.15, spike: 0.19 }),
    );

    expect(judgement.verdict).toBe('INCONCLUSIVE');
    expect(judgement.reasons.join(' ')).toContain('a cold baseline');
  });

  test('is FAIL where a quarter of the baseline is lost: 1.0, 3.0, 3.25 ms', () => {
    const measured = simulatedRounds(12, {
      baseline: 0.5,
      placebo: 1.5,
      spike: 1.625,
      spread: 0.003,
    });

    expect(judgeRounds(measured).verdict).toBe('FAIL');
  });

  test('is INCONCLUSIVE near the bound and says how many rounds would decide', () => {
    const judgement = judgeRounds(simulatedRounds(12, { spike: 1.08, spread: 0.03 }));

    expect(judgement.verdict).toBe('INCONCLUSIVE');
    expect(judgement.reasons.join(' ')).toMatch(/about \d+ rounds would decide/);
  });

  test('moves with the bound that was asked for', () => {
    const measured = simulatedRounds(12, { spike: 1.25 });

    expect(judgeRounds(measured, { maxRisePercent: 50 }).verdict).toBe('PASS');
    expect(judgeRounds(simulatedRounds(12), { maxRisePercent: 1e-6 }).verdict).not.toBe('PASS');
  });

  test('is FAIL where one tier alone suffers, although all together do not', () => {
    const measured = simulatedRounds(12, {}, () => ({ spike: { tierFactor: { silver: 1.4 } } }));
    const judgement = judgeRounds(measured);

    expect(judgement.verdict).toBe('FAIL');
    expect(cellOf(judgement, 'silver P95')?.verdict).toBe('FAIL');
    expect(cellOf(judgement, 'gold P95')?.verdict).toBe('PASS');
  });
});

describe('a run without placebo', () => {
  test('passes and fails by the total alone and is called unadjusted', () => {
    const pass = judgeRounds(simulatedRounds(12, { placebo: null }));
    const fail = judgeRounds(simulatedRounds(12, { placebo: null, spike: 1.25 }));

    expect(pass).toMatchObject({ verdict: 'PASS', unadjusted: true });
    expect(fail).toMatchObject({ verdict: 'FAIL', unadjusted: true });
    expect(cellOf(pass, 'all P50')).toMatchObject({ sharing: null, generator: null });
  });

  test('has nothing to adjust by: contention stays open', () => {
    const judgement = judgeRounds(
      simulatedRounds(12, { placebo: null, spike: 1.12, spread: 0.05 }),
    );

    expect(judgement.verdict).toBe('INCONCLUSIVE');
  });
});

describe('failures', () => {
  const failing = (failedMissRatio: number) => ({ failedMissRatio });

  test('fail a percentile by count where most spike windows are capped', () => {
    const measured = simulatedRounds(12, {}, () => ({ spike: failing(0.6) }));
    const judgement = judgeRounds(measured);

    expect(judgement.verdict).toBe('FAIL');
    expect(cellOf(judgement, 'all P95')).toMatchObject({ verdict: 'FAIL', pValue: 0 });
    expect(cellOf(judgement, 'all P95')?.reason).toContain('failed requests');
  });

  test('fail by the cap rule from half of the windows on, not below', () => {
    const inRounds = (last: number) =>
      judgeRounds(
        simulatedRounds(12, {}, (round) => (round <= last ? { spike: failing(0.6) } : {})),
      );

    expect(cellOf(inRounds(6), 'all P95')).toMatchObject({ verdict: 'FAIL', pValue: 0 });
    expect(cellOf(inRounds(5), 'all P95')?.verdict).toBe('INCONCLUSIVE');
  });

  test('never pass a system that fails as much without the spike', () => {
    const measured = simulatedRounds(12, {}, () => ({
      baseline: failing(0.6),
      placebo: failing(0.6),
      spike: failing(0.6),
    }));
    const judgement = judgeRounds(measured);

    expect(judgement.verdict).toBe('INCONCLUSIVE');
    expect(judgement.reasons.join(' ')).toContain('requests fail without the spike too');
  });

  test('that stay below the percentile are a cell of their own', () => {
    const measured = simulatedRounds(12, {}, () => ({ spike: failing(0.1) }));
    const judgement = judgeRounds(measured);

    expect(judgement.verdict).toBe('FAIL');
    expect(cellOf(judgement, 'all failures')?.verdict).toBe('FAIL');
    expect(cellOf(judgement, 'all P50')?.verdict).toBe('PASS');
  });

  test('of a third of a point pass', () => {
    // 2.5 % of the misses, which are 12 % of the requests.
    const judgement = judgeRounds(simulatedRounds(12, {}, () => ({ spike: failing(0.025) })));

    expect(cellOf(judgement, 'all failures')?.verdict).toBe('PASS');
  });
});

describe('the hit ratio', () => {
  test('may not fall, whatever the latency', () => {
    const judgement = judgeRounds(
      simulatedRounds(12, {}, () => ({ spike: { lostHitRatio: 0.02 } })),
    );

    expect(judgement.verdict).toBe('FAIL');
    expect(cellOf(judgement, 'all hits')?.verdict).toBe('FAIL');
  });

  test('may not rise either: a neighbour served what its plan excludes', () => {
    const lost = { lostHitRatio: 0.02 };
    const judgement = judgeRounds(
      simulatedRounds(12, {}, () => ({ baseline: lost, placebo: lost })),
    );

    expect(cellOf(judgement, 'all hits')?.verdict).toBe('FAIL');
  });
});
