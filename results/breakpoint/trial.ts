import { estimateRound } from '../estimates.ts';
import { samplesOf } from '../groups.ts';
import { percentileOf, samplesNeeded } from '../histogram.ts';
import { type JudgeOptions, marginOf, pointsMargin } from '../judge-options.ts';
import { adjustedLimits } from '../ladder.ts';
import { percentOf } from '../observations.ts';
import { selectRounds } from '../rounds.ts';
import type { RoundMeasurement } from '../window.ts';
import { redGates } from '../window-gates.ts';
import type { Pressure } from './breakpoint-schema.ts';

/** A round with what the hot tenant's rate was, and what the shared servers had to bear. */
export interface BreakpointRound extends RoundMeasurement {
  readonly times: number;
  readonly isProtected: boolean;
  readonly pressure: Pressure;
}

/** What is looked at in each round, of all neighbours together. */
export const riseCells = ['p50', 'p95', 'failures'] as const;
export type RiseCell = (typeof riseCells)[number];

/** One round at one rate of the hot tenant, reduced to what it says of the neighbours. */
export interface Trial {
  readonly round: number;
  /** The hot tenant's rate, in times of its ordinary one. */
  readonly times: number;
  /**
   * How far each cell rose, in bounds: 1 is the bound itself, e.g. 10 % of latency or .5 points of
   * failures. Of latency the lesser one of the whole rise and the part due to sharing.
   */
  readonly rises: Readonly<Record<RiseCell, number>>;
}

/** Why a round is no evidence, whatever it shows: the instrument itself was at its limit. */
export interface Disturbed {
  readonly round: number;
  readonly times: number;
  readonly reasons: readonly string[];
}

/** A round as evidence, or why it is none. Pure. */
export function tryRound(
  round: RoundMeasurement,
  times: number,
  options: JudgeOptions,
): Trial | Disturbed {
  const [measured] = selectRounds([round]).measured;
  if (!measured) return { round: round.round, times, reasons: ['a window got lost'] };
  const { baseline, placebo, spike } = measured;
  const margin = marginOf(options);
  const latency = ([0.5, 0.95] as const).map((ratio) => {
    const [base, beside, under] = [baseline, placebo, spike].map(
      (window) => window && percentileOf(samplesOf(window, 'all'), ratio, options.capUs),
    );
    if (!base || !under || base.sampleCount < samplesNeeded(ratio)) return undefined;
    return estimateRound({
      baselineUs: base.valueUs,
      placeboUs: beside?.valueUs,
      spikeUs: under.valueUs,
    });
  });
  const [p50, p95] = latency;
  const failures = { group: 'all', what: 'failures' } as const;
  const failed =
    (percentOf(spike, failures) ?? 0) - (percentOf(placebo ?? baseline, failures) ?? 0);
  if (!p50 || !p95) return { round: round.round, times, reasons: ['too few samples for P95'] };
  const generator = furtherOf(p50.generator ?? 0, p95.generator ?? 0);
  const contended =
    Math.abs(generator) >= adjustedLimits.generator ? [describeUnlike(generator)] : [];
  const reasons = [...round.windows.flatMap((window) => redGates(window, options)), ...contended];
  if (reasons.length > 0) return { round: round.round, times, reasons: [...new Set(reasons)] };
  const rise = ({ total, sharing }: typeof p50) => Math.min(total, sharing ?? total) / margin;
  return {
    round: round.round,
    times,
    rises: { p50: rise(p50), p95: rise(p95), failures: failed / pointsMargin },
  };
}

function furtherOf(one: number, other: number): number {
  return Math.abs(one) > Math.abs(other) ? one : other;
}

/**
 * Both arms ask for the same. Beside a slower placebo nothing is due to sharing; beside a faster one
 * the baseline was cold, so that the whole rise is hidden in it.
 */
function describeUnlike(generator: number): string {
  const percent = Math.round(100 * Math.expm1(Math.abs(generator)));
  return generator > 0
    ? `host: the placebo alone made requests ${percent} % slower`
    : `host: the baseline was ${percent} % slower than the placebo`;
}

export function isTrial(one: Trial | Disturbed): one is Trial {
  return 'rises' in one;
}
