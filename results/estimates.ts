import { criticalT, upperTailOfT } from './student-t.ts';

/** One percentile of one group in the three arms of a round, microseconds. */
export interface ArmValues {
  readonly baselineUs: number;
  readonly placeboUs: number | undefined;
  readonly spikeUs: number;
}

/** What a round says, as natural logarithms of ratios: .0953 is ten per cent. */
export interface RoundEstimate {
  /** T = ln(S/B): what the neighbours felt. */
  readonly total: number;
  /** A = ln(1 + (S-P)/B): what sharing did. Null without placebo or where hardly defined. */
  readonly sharing: number | null;
  /** G = ln(P/B): what the generator and the host did. */
  readonly generator: number | null;
  /** D = ln(S/P): shown only. With B/P/S = 1/3/3.25 it reads 8 % while a quarter of B was lost. */
  readonly diagnostic: number | null;
}

/** A is undefined where 1 + (S-P)/B is at most this: its logarithm would rule the mean. */
export const sharingRatioMin = 0.05;

export function estimateRound({ baselineUs, placeboUs, spikeUs }: ArmValues): RoundEstimate {
  const total = Math.log(spikeUs / baselineUs);
  if (placeboUs === undefined) {
    return { total, sharing: null, generator: null, diagnostic: null };
  }
  const sharingRatio = 1 + (spikeUs - placeboUs) / baselineUs;
  return {
    total,
    sharing: sharingRatio > sharingRatioMin ? Math.log(sharingRatio) : null,
    generator: Math.log(placeboUs / baselineUs),
    diagnostic: Math.log(spikeUs / placeboUs),
  };
}

/** Mean and spread over rounds. A round is one observation; a request never is. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation; NaN with fewer than two rounds. */
  readonly sd: number;
}

export function summarise(values: readonly number[]): Summary {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, sd: count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1)) };
}

/** Undefined where any round has no value: a mean over the others would pick its rounds. */
export function summariseDefined(values: readonly (number | null)[]): Summary | undefined {
  const defined = values.filter((value) => value !== null);
  return defined.length === values.length && defined.length > 0 ? summarise(defined) : undefined;
}

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** One-sided t bounds: the upper errs with `tails.pass`, the lower with `tails.fail`. */
export function tInterval(summary: Summary, tails: { pass: number; fail: number }): Interval {
  const { count, mean, sd } = summary;
  if (count < 2) return { lower: -Infinity, upper: Infinity };
  const error = sd / Math.sqrt(count);
  return {
    lower: mean - criticalT(tails.fail, count - 1) * error,
    upper: mean + criticalT(tails.pass, count - 1) * error,
  };
}

/** One-sided p-value of "the true mean is at most `margin`". 1 below two rounds. */
export function pValueAbove(summary: Summary, margin: number): number {
  const { count, mean, sd } = summary;
  if (count < 2) return 1;
  if (sd === 0) return mean > margin ? 0 : 1;
  return upperTailOfT((mean - margin) / (sd / Math.sqrt(count)), count - 1);
}

/** Lag-1 autocorrelation; 0 where the values do not vary. */
export function lagOneAutocorrelation(values: readonly number[]): number {
  const { mean } = summarise(values);
  let products = 0;
  let squares = 0;
  values.forEach((value, i) => {
    squares += (value - mean) ** 2;
    const next = values[i + 1];
    if (next !== undefined) products += (value - mean) * (next - mean);
  });
  return squares === 0 ? 0 : products / squares;
}
