/** What a judge must do, each on an input that a broken one gets wrong. */
import { expect } from 'vitest';
import { defaultJudgeOptions, type JudgeOptions } from './judge-options.ts';
import type { JudgeInput } from './judgement.ts';
import type { Evidence as CellEvidence } from './ladder.ts';
import type { JudgeModule } from './mutant-build.fixture.ts';
import { makeDraws } from './normal-draws.ts';
import { evidenceOf, simulateRun, simulateSeries, type Truth } from './observations.fixture.ts';
import { cellOf, judgeRounds, simulatedRounds as rounds, sameUs } from './verdict.fixture.ts';
import { makeRounds, type WindowSettings } from './window.fixture.ts';

type Probe = (judge: JudgeModule) => void;

/** Judges a run with the module under test, one look after twelve rounds unless told. */
function verdictBy(
  module: JudgeModule,
  measured: JudgeInput['rounds'],
  options: Partial<JudgeOptions> = {},
  ended?: JudgeInput['ended'],
) {
  return judgeRounds(measured, options, ended, module.judge);
}

/** Share of simulated runs that end with a verdict that starts with this word. */
function shareOf(module: JudgeModule, word: 'PASS' | 'FAIL', truth: Truth, runs: number): number {
  const draws = makeDraws(4);
  let count = 0;
  for (let run = 0; run < runs; run++) {
    if (simulateRun(draws, truth, {}, module.decide).verdict.startsWith(word)) count++;
  }
  return count / runs;
}

function climb(module: JudgeModule, evidence: Partial<CellEvidence>) {
  const quiet = { mean: 0, lower: -0.02, upper: 0.02 };
  return module.climbLadder({
    margin: Math.log(1.1),
    total: { mean: 0.11, lower: 0.09, upper: 0.13 },
    sharing: quiet,
    generator: quiet,
    cappedCount: { reference: 0, spike: 0 },
    roundCount: 12,
    samples: { least: 12_000, needed: 2_000, enough: true },
    againstPass: [],
    ...evidence,
  }).verdict;
}

const failing = (failedMissRatio: number): WindowSettings => ({ failedMissRatio });
const offered = (plannedCount: number, servedCount: number, droppedCount = 0) => ({
  plannedCount,
  servedCount,
  droppedCount,
});

/** One foreign value in one window of a round. */
const leakIn = (leaking: number) => (round: number) =>
  round === leaking ? { baseline: { reads: { checkedCount: 9_000, foreignCount: 1 } } } : {};

export const probes = {
  'fails a run in which one read was another tenant’s, however fast and at any time': (judge) => {
    for (const leaking of [0, 3]) {
      const { verdict, decision, reasons, reads } = verdictBy(
        judge,
        rounds(3, {}, leakIn(leaking)),
      );
      expect([verdict, decision]).toEqual(['FAIL', 'stop']);
      expect(reads?.foreignCount).toBe(1);
      expect(reasons[0]).toContain('a value that is not its own');
    }
  },
  'fails a leak although the instrument was at fault': (judge) => {
    const measured = rounds(12, {}, (round) => ({
      baseline: { ...leakIn(2)(round).baseline, forkCount: 1 },
    }));
    expect(verdictBy(judge, measured).verdict).toBe('FAIL');
  },
  'passes arms that are alike': (judge) => {
    expect(verdictBy(judge, rounds(12)).verdict).toBe('PASS');
  },
  'fails a quarter lost': (judge) => {
    expect(verdictBy(judge, rounds(12, { spike: 1.25 })).verdict).toBe('FAIL');
  },
  'fails 15 % on a quiet host': (judge) => {
    expect(verdictBy(judge, rounds(12, { spike: 1.15 })).verdict).toBe('FAIL');
  },
  'finds 25 % of the baseline lost under strong contention': (judge) => {
    const arms = { baseline: 0.5, placebo: 1.5, spike: 1.625, spread: 0.003 };
    const judgement = verdictBy(judge, rounds(12, arms));
    const cell = cellOf(judgement, 'all P95');

    expect(judgement.verdict).toBe('FAIL');
    expect(cell?.kind === 'latency' && cell.sharing?.mean).toBeCloseTo(Math.log(1.25), 1);
  },
  'leaves a cold baseline open': (judge) => {
    const arms = { baseline: 0.2, placebo: 0.15, spike: 0.19 };
    expect(verdictBy(judge, rounds(12, arms)).verdict).toBe('INCONCLUSIVE');
  },
  'calls contention adjusted': (judge) => {
    const judgement = verdictBy(judge, rounds(12, { placebo: 1.12, spike: 1.12 }));
    expect(judgement.verdict).toBe('PASS (adjusted)');
  },
  'leaves strong contention open': (judge) => {
    const judgement = verdictBy(judge, rounds(12, { placebo: 1.2, spike: 1.2 }));
    expect(judgement.verdict).toBe('INCONCLUSIVE');
  },
  'adjusts only for contention below a quarter': (judge) => {
    const generator = { mean: 0.2, lower: 0.17, upper: 0.23 };
    expect(climb(judge, {})).toBe('PASS (adjusted)');
    expect(climb(judge, { generator })).toBe('INCONCLUSIVE');
  },
  'does not adjust where sharing reads below zero': (judge) => {
    const sharing = { mean: -0.05, lower: -0.07, upper: -0.03 };
    expect(climb(judge, { sharing })).toBe('INCONCLUSIVE');
  },
  'leaves an undefined A open': (judge) => {
    const measured = rounds(12, {}, (round) =>
      round === 3 ? { placebo: { missUs: 60_000 } } : {},
    );
    expect(cellOf(verdictBy(judge, measured), 'all P95')?.verdict).toBe('INCONCLUSIVE');
  },
  'has the t interval of its rounds': (judge) => {
    const judgement = verdictBy(judge, rounds(6, { spread: 0.05 }), { rounds: 6 });
    const cell = cellOf(judgement, 'all P95');
    if (cell?.kind !== 'latency') throw new Error('no such cell');
    const totals = cell.rounds.map((round) => round.total);
    const mean = totals.reduce((a, b) => a + b) / 6;
    const sd = Math.sqrt(totals.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 5);

    expect(cell.total.upper).toBeCloseTo(mean + (2.5706 * sd) / Math.sqrt(6), 4);
    expect(cell.total.lower).toBeCloseTo(mean - (2.015 * sd) / Math.sqrt(6), 4);
  },
  'sees slow misses behind fast hits': (judge) => {
    const measured = makeRounds(6, () => ({
      common: { neighbourCount: 3, requestsEach: 4_000 },
      spike: { missUs: 30_000 },
    }));
    expect(cellOf(verdictBy(judge, measured, { rounds: 6 }), 'all P95')?.verdict).toBe('FAIL');
  },
  'sees one tier suffer': (judge) => {
    const slow = () => ({ spike: { tierFactor: { silver: 1.4 } } });
    const judgement = verdictBy(judge, rounds(12, {}, slow));
    const verdicts = judgement.cells.filter((cell) => cell.verdict === 'FAIL' && cell.gated);
    expect(verdicts.map((cell) => cell.name)).toContain('silver P95');
    expect(verdicts.map((cell) => cell.name)).not.toContain('gold P95');
  },
  'ranks failures last, at the cap': (judge) => {
    const judgement = verdictBy(
      judge,
      rounds(12, {}, () => ({ spike: failing(0.6) })),
    );
    expect(cellOf(judgement, 'all P95')).toMatchObject({ verdict: 'FAIL', pValue: 0 });
  },
  'fails a cell capped in half of the spike windows, not in fewer': (judge) => {
    const capped = (last: number) =>
      rounds(12, {}, (round) => (round <= last ? { spike: failing(0.6) } : {}));
    const cell = (last: number) => cellOf(verdictBy(judge, capped(last)), 'all P95');

    expect(cell(6)).toMatchObject({ verdict: 'FAIL', pValue: 0 });
    expect(cell(5)?.verdict).toBe('INCONCLUSIVE');
  },
  'never passes what fails in every arm': (judge) => {
    const measured = rounds(12, {}, () => ({ common: failing(0.6) }));
    expect(verdictBy(judge, measured).verdict).toBe('INCONCLUSIVE');
  },
  'fails a rise of failures below the percentile': (judge) => {
    const measured = rounds(12, {}, () => ({ spike: failing(0.1) }));
    expect(cellOf(verdictBy(judge, measured), 'all failures')?.verdict).toBe('FAIL');
  },
  'fails a fall of the hit ratio': (judge) => {
    const measured = rounds(12, {}, () => ({ spike: { lostHitRatio: 0.02 } }));
    expect(verdictBy(judge, measured).verdict).toBe('FAIL');
  },
  'is INVALID where the neighbours’ rate is not reached, placebo': (judge) => {
    const flaw = { offeredNeighbours: offered(12_000, 11_800) };
    const measured = rounds(12, {}, (round) => (round === 4 ? { placebo: flaw } : {}));
    expect(verdictBy(judge, measured).verdict).toBe('INVALID');
  },
  'is INVALID where the hot tenant’s rate is not reached, spike': (judge) => {
    const flaw = { offeredHot: offered(60_000, 50_000) };
    const measured = rounds(12, {}, (round) => (round === 4 ? { spike: flaw } : {}));
    expect(verdictBy(judge, measured).verdict).toBe('INVALID');
  },
  'takes drops under the spike as the effect': (judge) => {
    const flaw = { offeredNeighbours: offered(12_000, 9_000, 3_000) };
    const measured = rounds(12, {}, (round) => (round === 4 ? { spike: flaw } : {}));
    expect(verdictBy(judge, measured).verdict).not.toBe('INVALID');
  },
  'is INVALID where a gate finds nothing measured': (judge) => {
    const judgement = verdictBy(judge, rounds(12), { generatorCores: { unknown: 2 } });
    expect(judgement.verdict).toBe('INVALID');
  },
  'is INVALID above 80 % of the ceiling': (judge) => {
    const calibration = { ceilingPerSecond: 13_000, plannedPerSecond: 12_000 };
    const options = { ...defaultJudgeOptions, rounds: 12 };
    const { verdict } = judge.judge({ rounds: rounds(12), calibration, options });
    expect(verdict).toBe('INVALID');
  },
  'is INVALID where placebo and baseline differ in failures': (judge) => {
    const measured = rounds(12, {}, () => ({ placebo: failing(0.06), spike: failing(0.06) }));
    expect(verdictBy(judge, measured).verdict).toBe('INVALID');
  },
  'does not fail one weak cell among sixteen': (judge) => {
    const slow = () => ({ spike: { tierFactor: { silver: 1.125 } } });
    const judgement = verdictBy(judge, rounds(12, { spread: 0.02 }, slow));
    expect(judgement.verdict).toBe('INCONCLUSIVE');
  },
  'lets cells that are only shown decide nothing': (judge) => {
    const series = simulateSeries(makeDraws(3), { spread: 0.02 }, 12);
    const slow = simulateSeries(makeDraws(2), { spread: 0.02, spike: 2 }, 12);
    const shown = slow.map((one) => ({ ...one, question: { ...one.question, gated: false } }));
    const options = { ...defaultJudgeOptions, rounds: 12 };
    const judgement = judge.decide({ ...evidenceOf([...series, ...shown], 12), options });
    expect(judgement.verdict).toBe('PASS');
  },
  'passes nothing that no sample answers': (judge) => {
    const evidence = evidenceOf(simulateSeries(makeDraws(3), { spread: 0.02 }, 12), 12);
    const options = { ...defaultJudgeOptions, rounds: 12 };
    const judgement = judge.decide({ ...evidence, unanswered: ['gold P95'], options });
    expect(judgement.verdict).toBe('INCONCLUSIVE');
  },
  'gates every neighbour by request': (judge) => {
    const judgement = verdictBy(judge, rounds(12), { gate: ['worst', 'p99'] });
    expect(judgement.cells.filter((cell) => cell.gated)).toHaveLength(20);
  },
  'passes nothing with five rounds': (judge) => {
    expect(verdictBy(judge, rounds(5), { rounds: 5 }).verdict).toBe('INCONCLUSIVE');
  },
  'passes nothing with too few samples in one tier': (judge) => {
    const measured = rounds(12, {}, () => ({ common: { requestsEach: 1_600 } }));
    const judgement = verdictBy(judge, measured);
    expect(judgement.verdict).toBe('INCONCLUSIVE');
    expect(cellOf(judgement, 'all P95')?.verdict).toBe('PASS');
  },
  'passes no uneven rounds': (judge) => {
    const measured = rounds(24, {}, (round) => ({
      baseline: sameUs(2_000),
      placebo: sameUs(2_000),
      spike: sameUs(round % 12 === 6 ? 3_200 : 1_960),
    }));
    const judgement = verdictBy(judge, measured, { rounds: 24 });
    expect(cellOf(judgement, 'all P95')?.verdict).toBe('INCONCLUSIVE');
  },
  'passes no rounds that depend on each other': (judge) => {
    const measured = rounds(24, { spread: 0.001 }, (round) => ({
      spike: { hitUs: 2_000 * Math.exp(0.002 * (round - 12)) },
    }));
    expect(verdictBy(judge, measured, { rounds: 24 }).verdict).toBe('INCONCLUSIVE');
  },
  'leaves the discarded round out': (judge) => {
    const warmUp = rounds(0, { spike: 50 });
    expect(verdictBy(judge, [...warmUp, ...rounds(12).slice(1)]).verdict).toBe('PASS');
  },
  'counts the last attempt of a window': (judge) => {
    const measured = rounds(12).map((round) => ({
      ...round,
      windows: round.windows.flatMap((window) => [
        { ...window, forkCount: 1 },
        { ...window, attempt: 1 },
      ]),
    }));
    expect(verdictBy(judge, measured).verdict).toBe('PASS');
  },
  'decides without a placebo by the total': (judge) => {
    const verdict = (spike: number) =>
      verdictBy(judge, rounds(12, { placebo: null, spike })).verdict;
    expect([verdict(1), verdict(1.25)]).toEqual(['PASS', 'FAIL']);
  },
  'says nothing between looks': (judge) => {
    const judgement = verdictBy(judge, rounds(8), { rounds: 'auto' });
    expect(judgement).toMatchObject({ verdict: 'INCONCLUSIVE', decision: 'continue' });
  },
  'goes on after an open look, and not after the last': (judge) => {
    const near = { spike: 1.095, spread: 0.03 };
    const decision = (count: number) =>
      verdictBy(judge, rounds(count, near), { rounds: 'auto' }).decision;
    expect([decision(6), decision(24)]).toEqual(['continue', 'stop']);
  },
  'decides nothing when interrupted': (judge) => {
    const judgement = verdictBy(judge, rounds(9), { rounds: 'auto' }, 'interrupted');
    expect(judgement.verdict).toBe('INCONCLUSIVE');
  },
  'passes a true 10 % in at most 2.5 % of runs over all looks': (judge) => {
    expect(shareOf(judge, 'PASS', { spread: 0.03, spike: 1.1 }, 1_000)).toBeLessThan(0.04);
  },
  'fails a true 10 % in at most 5 % of runs over all looks': (judge) => {
    const truth = { spread: 0.03, placebo: 1.04, spike: 1.14 };
    expect(shareOf(judge, 'FAIL', truth, 1_000)).toBeLessThan(0.07);
  },
  'maps INVALID and INCONCLUSIVE to 2': (judge) => {
    expect([judge.exitCodeOf('INVALID'), judge.exitCodeOf('INCONCLUSIVE')]).toEqual([2, 2]);
    expect([judge.exitCodeOf('PASS'), judge.exitCodeOf('FAIL')]).toEqual([0, 1]);
  },
} satisfies Record<string, Probe>;

export type ProbeName = keyof typeof probes;
