import { type LatencyQuestion, type PointsQuestion, questionsFor } from './cells.ts';
import { countsOf, samplesOf } from './groups.ts';
import { mergeSamples, type Percentile, percentileOf } from './histogram.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { MeasuredRound, SelectedRounds } from './rounds.ts';
import type { Samples, WindowMeasurement } from './window.ts';

/** A run reduced to the numbers that the statistics look at. */
export interface Observations {
  readonly latency: readonly LatencySeries[];
  readonly points: readonly PointsSeries[];
  /** Gated cells that some window holds nothing of. */
  readonly unanswered: readonly string[];
  readonly measuredRounds: number;
  readonly hasPlacebo: boolean;
}

export function observe(selected: SelectedRounds, options: JudgeOptions): Observations {
  const { measured, hasPlacebo } = selected;
  const latency: LatencySeries[] = [];
  const points: PointsSeries[] = [];
  const unanswered: string[] = [];
  for (const question of measured.length === 0 ? [] : questionsFor(measured, options)) {
    const series =
      question.kind === 'latency'
        ? observeLatency(measured, question, options.capUs)
        : observePoints(measured, question);
    if (!series) unanswered.push(...(question.gated ? [question.name] : []));
    else if ('mergedTotal' in series) latency.push(series);
    else points.push(series);
  }
  return { latency, points, unanswered, measuredRounds: measured.length, hasPlacebo };
}

/** One percentile of one group, arm by arm and round by round. */
export interface LatencySeries {
  readonly question: LatencyQuestion;
  readonly rounds: readonly ArmPercentiles[];
  /** ln(S/B) of the percentile of all rounds' samples together. */
  readonly mergedTotal: number;
}

export interface ArmPercentiles {
  readonly round: number;
  readonly baseline: Percentile;
  readonly placebo: Percentile | undefined;
  readonly spike: Percentile;
}

/** A share of requests in per cent, spike minus placebo (or baseline, in a run without), points. */
export interface PointsSeries {
  readonly question: PointsQuestion;
  readonly differences: readonly number[];
}

/** Undefined where some window holds no sample of the group. */
export function observeLatency(
  rounds: readonly MeasuredRound[],
  question: LatencyQuestion,
  capUs: number,
): LatencySeries | undefined {
  const value = (samples: Samples) => percentileOf(samples, question.ratio, capUs);
  const baselines = rounds.map((round) => samplesOf(round.baseline, question.group));
  const spikes = rounds.map((round) => samplesOf(round.spike, question.group));
  const observed: ArmPercentiles[] = [];
  for (const [index, { round, placebo }] of rounds.entries()) {
    const baseline = value(baselines[index] ?? emptySamples);
    const spike = value(spikes[index] ?? emptySamples);
    const beside = placebo && value(samplesOf(placebo, question.group));
    if (!baseline || !spike || (placebo && !beside)) return undefined;
    observed.push({ round, baseline, placebo: beside, spike });
  }
  const mergedBaseline = value(mergeSamples(baselines));
  const mergedSpike = value(mergeSamples(spikes));
  if (!mergedBaseline || !mergedSpike) return undefined;
  const mergedTotal = Math.log(mergedSpike.valueUs / mergedBaseline.valueUs);
  return { question, rounds: observed, mergedTotal };
}

/** Undefined where some window holds no request of the group. */
export function observePoints(
  rounds: readonly MeasuredRound[],
  question: PointsQuestion,
): PointsSeries | undefined {
  const differences = rounds.map(({ baseline, placebo, spike }) => {
    const under = percentOf(spike, question);
    const without = percentOf(placebo ?? baseline, question);
    return under === undefined || without === undefined ? undefined : under - without;
  });
  const defined = differences.filter((difference) => difference !== undefined);
  return defined.length === rounds.length ? { question, differences: defined } : undefined;
}

/** Failed requests, or lookups the cache answered, per hundred requests of the group. */
export function percentOf(
  window: WindowMeasurement,
  { group, what }: Pick<PointsQuestion, 'group' | 'what'>,
): number | undefined {
  const counts = countsOf(window, group);
  if (!counts) return undefined;
  const part = what === 'failures' ? counts.failedCount : counts.hitCount;
  return (100 * part) / counts.requestCount;
}

const emptySamples: Samples = mergeSamples([]);
