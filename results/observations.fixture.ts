/** Simulated rounds of known truth, already reduced to percentiles: thousands of runs a second. */
import type { LatencyQuestion } from './cells.ts';
import type { Group } from './groups.ts';
import { defaultJudgeOptions, type JudgeOptions } from './judge-options.ts';
import type { Evidence, Judgement } from './judgement.ts';
import type { Draws } from './normal-draws.ts';
import type { ArmPercentiles, LatencySeries } from './observations.ts';
import { lookRounds } from './sequential.ts';
import { decide } from './verdict.ts';

/** What is true of the simulated system. Medians relative to the baseline's. */
export interface Truth {
  /** P over B: what generator and host do. */
  readonly placebo?: number;
  /** S over B. */
  readonly spike?: number;
  /** Standard deviation of T over rounds; A has about the same. */
  readonly spread: number;
  /** How many gated cells share this truth. */
  readonly cells?: number;
  /** Part of the rounds' noise that all cells have in common. */
  readonly common?: number;
  /** Chance of a bad round, and what it multiplies the spike's times by. */
  readonly badRoundRatio?: number;
  readonly badRoundFactor?: number;
  /** Each round's noise repeats this part of the round before. */
  readonly dependence?: number;
}

/** The judgement at the look where the run stopped. */
export function simulateRun(
  draws: Draws,
  truth: Truth,
  options: Partial<JudgeOptions> = {},
  decideRun: typeof decide = decide,
): Judgement {
  const all: JudgeOptions = { ...defaultJudgeOptions, ...options };
  const looks = all.rounds === 'auto' ? lookRounds : [all.rounds];
  const series = simulateSeries(draws, truth, looks.at(-1) ?? 0);
  let judgement: Judgement | undefined;
  for (const look of looks) {
    judgement = decideRun({ ...evidenceOf(series, look), options: all });
    if (judgement.decision === 'stop') break;
  }
  if (!judgement) throw new Error('a plan without looks');
  return judgement;
}

/** The first rounds of a simulated run as the verdict sees them. */
export function evidenceOf(
  series: readonly LatencySeries[],
  look: number,
): Omit<Evidence, 'options'> {
  const latency = series.map(({ question, rounds }) => makeSeries(question, rounds.slice(0, look)));
  return {
    latency,
    points: [],
    unanswered: [],
    measuredRounds: look,
    hasPlacebo: true,
    gates: [],
    reads: null,
    ended: undefined,
  };
}

/** Cells of one simulated run. */
export function simulateSeries(draws: Draws, truth: Truth, roundCount: number): LatencySeries[] {
  const bad = Array.from(
    { length: roundCount },
    () => draws.uniform() < (truth.badRoundRatio ?? 0),
  );
  const common = armNoise(draws, roundCount, truth.dependence ?? 0);
  return Array.from({ length: truth.cells ?? 1 }, (_, cell) => {
    const own = armNoise(draws, roundCount, truth.dependence ?? 0);
    const share = Math.sqrt(truth.common ?? 0.7);
    const value = (round: number, arm: number, factor: number) => {
      const noise =
        share * (common[arm]?.[round] ?? 0) +
        Math.sqrt(1 - share * share) * (own[arm]?.[round] ?? 0);
      return percentile(20_000 * factor * Math.exp((truth.spread / Math.SQRT2) * noise));
    };
    const rounds = Array.from({ length: roundCount }, (_, round) => ({
      round: round + 1,
      baseline: value(round, 0, 1),
      placebo: value(round, 1, truth.placebo ?? 1),
      spike: value(round, 2, (truth.spike ?? 1) * (bad[round] ? (truth.badRoundFactor ?? 1) : 1)),
    }));
    return makeSeries(question(cell), rounds);
  });
}

/** Standard normal noise of three arms, each round repeating a part of the one before. */
function armNoise(draws: Draws, roundCount: number, dependence: number): number[][] {
  return [0, 1, 2].map(() => {
    let last = draws.normal();
    return Array.from({ length: roundCount }, () => {
      last = dependence * last + Math.sqrt(1 - dependence ** 2) * draws.normal();
      return last;
    });
  });
}

/** All rounds together: percentiles of merged samples lie near the mean of the rounds' values. */
function makeSeries(question: LatencyQuestion, rounds: readonly ArmPercentiles[]): LatencySeries {
  const sum = (arm: 'baseline' | 'spike') =>
    rounds.reduce((total, round) => total + round[arm].valueUs, 0);
  return { question, rounds, mergedTotal: Math.log(sum('spike') / sum('baseline')) };
}

/** As in a real run, two of the cells are of all neighbours. */
function question(cell: number): LatencyQuestion {
  const group: Group = cell < 2 ? 'all' : `tier:${cell}`;
  return { kind: 'latency', name: `cell ${cell}`, group, ratio: 0.95, gated: true };
}

function percentile(valueUs: number) {
  return { valueUs, capped: false, sampleCount: 12_000, beyondCount: 600 };
}
