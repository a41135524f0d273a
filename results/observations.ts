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
  const questions = measured.length === 0 ? [] : questionsFor(measured, options);
  const latency = questions.filter((question) => question.kind === 'latency');
  const points = questions.filter((question) => question.kind === 'points');
  const observedLatency = byGroup(latency).flatMap((some) =>
    observeGroup(measured, some, options.capUs),
  );
  const observedPoints = points.map((question) => observePoints(measured, question));
  const observed = {
    latency: observedLatency.filter((series) => series !== undefined),
    points: observedPoints.filter((series) => series !== undefined),
  };
  const answered = new Set([...observed.latency, ...observed.points].map((one) => one.question));
  const unanswered = questions.filter((one) => one.gated && !answered.has(one));
  return {
    ...observed,
    unanswered: unanswered.map((question) => question.name),
    measuredRounds: measured.length,
    hasPlacebo,
  };
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

function byGroup(questions: readonly LatencyQuestion[]): LatencyQuestion[][] {
  const groups = new Map<string, LatencyQuestion[]>();
  for (const question of questions) {
    groups.set(question.group, [...(groups.get(question.group) ?? []), question]);
  }
  return [...groups.values()];
}

interface ArmSamples {
  readonly round: number;
  readonly baseline: Samples;
  readonly placebo: Samples | undefined;
  readonly spike: Samples;
}

/** The questions of one group: merging its samples costs most, so it is done once. */
function observeGroup(
  rounds: readonly MeasuredRound[],
  questions: readonly LatencyQuestion[],
  capUs: number,
): (LatencySeries | undefined)[] {
  const group = questions[0]?.group;
  if (group === undefined) return [];
  const samples = rounds.map(({ round, baseline, placebo, spike }) => ({
    round,
    baseline: samplesOf(baseline, group),
    placebo: placebo && samplesOf(placebo, group),
    spike: samplesOf(spike, group),
  }));
  const merged = {
    baseline: mergeSamples(samples.map((one) => one.baseline)),
    spike: mergeSamples(samples.map((one) => one.spike)),
  };
  return questions.map((question) => observeLatency(samples, merged, question, capUs));
}

/** Undefined where some window holds no sample of the group. */
function observeLatency(
  samples: readonly ArmSamples[],
  merged: { readonly baseline: Samples; readonly spike: Samples },
  question: LatencyQuestion,
  capUs: number,
): LatencySeries | undefined {
  const value = (some: Samples) => percentileOf(some, question.ratio, capUs);
  const rounds: ArmPercentiles[] = [];
  for (const arms of samples) {
    const baseline = value(arms.baseline);
    const placebo = arms.placebo && value(arms.placebo);
    const spike = value(arms.spike);
    if (!baseline || !spike || (arms.placebo && !placebo)) return undefined;
    rounds.push({ round: arms.round, baseline, placebo, spike });
  }
  const baseline = value(merged.baseline);
  const spike = value(merged.spike);
  if (!baseline || !spike) return undefined;
  return { question, rounds, mergedTotal: Math.log(spike.valueUs / baseline.valueUs) };
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
