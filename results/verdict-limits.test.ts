import { describe, expect, test } from 'vitest';
import type { JudgeOptions } from './judge-options.ts';
import { cellOf, judgeRounds, sameUs, simulatedRounds } from './verdict.fixture.ts';

describe('what denies a PASS', () => {
  test('fewer than six rounds', () => {
    const judgement = judgeRounds(simulatedRounds(5), { rounds: 5 });

    expect(judgement.verdict).toBe('INCONCLUSIVE');
    const said = judgement.reasons.join(' ');
    expect(said).toContain('fewer than 6');
    // Nor would so few decide, however little they spread.
    expect(said).not.toMatch(/about [1-5] rounds? would decide/);
    expect(judgeRounds(simulatedRounds(5, { spike: 1.5 }), { rounds: 5 }).verdict).toBe('FAIL');
  });

  test('too few samples beyond the percentile', () => {
    const few = simulatedRounds(12, {}, () => ({ common: { requestsEach: 1_600 } }));
    const judgement = judgeRounds(few);

    expect(judgement.verdict).toBe('INCONCLUSIVE');
    expect(cellOf(judgement, 'silver P95')?.reason).toBe(
      'too few samples: a window has 1600, needs 2000',
    );
    expect(cellOf(judgement, 'all P95')?.verdict).toBe('PASS');
  });

  test('one bad round among twelve: too wide, or uneven', () => {
    const measured = simulatedRounds(12, {}, (round) =>
      round === 4 ? { spike: { hitUs: 8_000, missUs: 80_000 } } : {},
    );
    const judgement = judgeRounds(measured);

    expect(judgement.verdict).toBe('INCONCLUSIVE');
    expect(cellOf(judgement, 'all P95')).toMatchObject({ worstRound: { round: 4 } });
  });

  test('rounds that only look good on average', () => {
    // Two rounds of 24 are 60 % slower: the mean and its bound stay below 10 %, but 8 % of all
    // samples are slow ones and rule the merged P95.
    const measured = simulatedRounds(24, { spread: 0.002 }, (round) => {
      const us = round % 12 === 6 ? 3_200 : 1_960;
      return { baseline: sameUs(2_000), placebo: sameUs(2_000), spike: sameUs(us) };
    });
    const cell = cellOf(judgeRounds(measured, { rounds: 24 }), 'all P95');

    expect(cell).toMatchObject({ verdict: 'INCONCLUSIVE' });
    expect(cell?.reason).toMatch(/uneven/);
  });

  test('rounds that depend on each other', () => {
    const drift = simulatedRounds(24, { spread: 0.001 }, (round) => ({
      spike: { hitUs: 2_000 * Math.exp(0.002 * (round - 12)) },
    }));
    const judgement = judgeRounds(drift, { rounds: 24 });

    expect(judgement.verdict).toBe('INCONCLUSIVE');
    expect(judgement.reasons.join(' ')).toContain('depend on each other');
  });

  test('an A that a round leaves undefined', () => {
    const measured = simulatedRounds(12, {}, (round) =>
      round === 3 ? { placebo: { missUs: 60_000 } } : {},
    );
    const cell = cellOf(judgeRounds(measured), 'all P95');

    expect(cell).toMatchObject({ verdict: 'INCONCLUSIVE', sharing: null, pValue: 1 });
  });
});

describe('many cells', () => {
  test('make a single weak failure inconclusive', () => {
    // One of sixteen p-values near .02 is what chance gives.
    const measured = simulatedRounds(12, { spread: 0.02 }, () => ({
      spike: { tierFactor: { silver: 1.125 } },
    }));
    const judgement = judgeRounds(measured);
    const silver = judgement.cells.filter((cell) => cell.name.startsWith('silver P'));

    expect(silver.some((cell) => cell.pValue < 0.05 && cell.pValue > 0.05 / 15)).toBe(true);
    expect(judgement.verdict).toBe('INCONCLUSIVE');
    expect(silver.map((cell) => cell.reason).join()).toContain('not among all cells');
  });

  test('are gated by request: P99 of all, P50 of every neighbour', () => {
    const measured = simulatedRounds(12);
    const gated = (gate: JudgeOptions['gate']) =>
      judgeRounds(measured, { gate }).cells.filter((cell) => cell.gated).length;

    expect(gated(['p99'])).toBe(17);
    expect(gated(['worst'])).toBe(19);
    expect(judgeRounds(measured, { gate: ['worst', 'p99'] }).verdict).toBe('PASS');
  });

  test('include P95 of every neighbour from windows of 20 seconds on', () => {
    const long = simulatedRounds(6, {}, () => ({ common: { durationMs: 20_000 } }));
    const judgement = judgeRounds(long, { gate: ['worst'], rounds: 6 });

    expect(cellOf(judgement, 'n2 P95')).toMatchObject({ verdict: 'PASS', gated: true });
  });
});

describe('looks', () => {
  const auto = { rounds: 'auto' as const };

  test('give estimates but no verdict between them', () => {
    const judgement = judgeRounds(simulatedRounds(5), auto);

    expect(judgement).toMatchObject({
      verdict: 'INCONCLUSIVE',
      provisional: true,
      decision: 'continue',
    });
    expect(judgement.reasons[0]).toBe('5 rounds so far, the next look is after 6');
  });

  test('stop at a clear PASS or FAIL and go on otherwise, but not beyond the last', () => {
    expect(judgeRounds(simulatedRounds(6), auto)).toMatchObject({
      verdict: 'PASS',
      decision: 'stop',
    });
    expect(judgeRounds(simulatedRounds(6, { spike: 1.3 }), auto)).toMatchObject({
      verdict: 'FAIL',
      decision: 'stop',
    });
    const near = { spike: 1.095, spread: 0.03 };
    expect(judgeRounds(simulatedRounds(6, near), auto).decision).toBe('continue');
    expect(judgeRounds(simulatedRounds(24, near), auto)).toMatchObject({
      verdict: 'INCONCLUSIVE',
      decision: 'stop',
    });
  });

  test('ask more of six rounds than a single planned look does', () => {
    const marginal = simulatedRounds(6, { spread: 0.037 });

    const upper = (options: Partial<JudgeOptions>) => {
      const cell = cellOf(judgeRounds(marginal, options), 'all P95');
      return cell?.kind === 'latency' ? (cell.total.upper ?? 0) : 0;
    };
    expect(upper(auto)).toBeGreaterThan(upper({ rounds: 6 }));
  });

  test('count the end by a time limit, never an interruption', () => {
    expect(judgeRounds(simulatedRounds(9), auto, 'time')).toMatchObject({
      verdict: 'PASS',
      decision: 'stop',
    });
    expect(judgeRounds(simulatedRounds(4), auto, 'time').verdict).toBe('INCONCLUSIVE');
    const interrupted = judgeRounds(simulatedRounds(9), auto, 'interrupted');
    expect(interrupted).toMatchObject({ verdict: 'INCONCLUSIVE', decision: 'stop' });
    expect(interrupted.reasons[0]).toContain('interrupted');
  });

  test('say how rare an event the run could have missed', () => {
    expect(judgeRounds(simulatedRounds(12)).missedRoundRatio).toBe(0.25);
  });
});

describe('hand-made bad runs', () => {
  test('without any round are INCONCLUSIVE, and not an error', () => {
    const judgement = judgeRounds([], { rounds: 'auto' });

    expect(judgement).toMatchObject({ verdict: 'INCONCLUSIVE', measuredRounds: 0 });
  });

  test('with all rounds discarded are INCONCLUSIVE', () => {
    const discarded = simulatedRounds(12).map((round) => ({ ...round, discarded: true }));

    expect(judgeRounds(discarded).verdict).toBe('INCONCLUSIVE');
  });

  test('do not let the discarded round into any figure', () => {
    const [warmUp, ...measured] = simulatedRounds(12);
    const bad = simulatedRounds(0, { spike: 50 }).map((round) => ({ ...round, discarded: true }));

    expect(warmUp?.discarded).toBe(true);
    // Reads are no figure of the load: one foreign value is one too many, whenever it came.
    const { reads, ...figures } = judgeRounds([...bad, ...measured]);
    const { reads: measuredReads, ...expected } = judgeRounds(measured);
    expect(figures).toEqual(expected);
    expect(reads?.checkedCount).toBeGreaterThan(measuredReads?.checkedCount ?? 0);
  });

  test('count the last attempt of a repeated window only', () => {
    const measured = simulatedRounds(12).map((round) => ({
      ...round,
      windows: round.windows.flatMap((window) =>
        window.arm === 'baseline' && round.round === 2
          ? [
              { ...window, offeredNeighbours: { ...window.offeredNeighbours, droppedCount: 500 } },
              { ...window, attempt: 1 },
            ]
          : [window],
      ),
    }));

    expect(judgeRounds(measured).verdict).toBe('PASS');
  });

  test('with a group that nobody asked for anything pass nothing', () => {
    const silent = simulatedRounds(12, {}, () => ({ common: { requestsEach: 0 } }));

    expect(judgeRounds(silent).verdict).not.toBe('PASS');
  });
});
