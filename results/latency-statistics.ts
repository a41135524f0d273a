import {
  estimateRound,
  type RoundEstimate,
  type Summary,
  summarise,
  summariseDefined,
} from './estimates.ts';
import { samplesBeyondMin, samplesNeeded } from './histogram.ts';
import type { ArmPercentiles, LatencySeries } from './observations.ts';

/** What the rounds of one latency cell say, before any bound is applied. */
export interface LatencyStatistics {
  readonly estimates: readonly RoundEstimate[];
  readonly total: Summary;
  /** 'none' in a run without placebo, 'undefined' where a round leaves A undefined. */
  readonly sharing: Summary | 'none' | 'undefined';
  readonly generator: Summary | undefined;
  readonly diagnostic: Summary | undefined;
  readonly mergedTotal: number;
  /** Windows whose percentile falls among the failed requests. */
  readonly cappedCount: CappedCount;
  readonly samples: { readonly least: number; readonly needed: number; readonly enough: boolean };
}

export interface CappedCount {
  readonly baseline: number;
  readonly placebo: number;
  readonly spike: number;
}

/** `series` holds at least one round. */
export function statisticsOf(series: LatencySeries): LatencyStatistics {
  const { rounds } = series;
  const estimates = rounds.map(estimateArms);
  const hasPlacebo = rounds.every((round) => round.placebo !== undefined);
  const sharing = summariseDefined(estimates.map((one) => one.sharing));
  return {
    estimates,
    total: summarise(estimates.map((one) => one.total)),
    sharing: sharing ?? (hasPlacebo ? 'undefined' : 'none'),
    generator: summariseDefined(estimates.map((one) => one.generator)),
    diagnostic: summariseDefined(estimates.map((one) => one.diagnostic)),
    mergedTotal: series.mergedTotal,
    cappedCount: {
      baseline: rounds.filter((round) => round.baseline.capped).length,
      placebo: rounds.filter((round) => round.placebo?.capped).length,
      spike: rounds.filter((round) => round.spike.capped).length,
    },
    samples: leastSamples(rounds, series.question.ratio),
  };
}

function estimateArms({ baseline, placebo, spike }: ArmPercentiles): RoundEstimate {
  return estimateRound({
    baselineUs: baseline.valueUs,
    placeboUs: placebo?.valueUs,
    spikeUs: spike.valueUs,
  });
}

function leastSamples(rounds: readonly ArmPercentiles[], ratio: number) {
  const windows = rounds.flatMap(({ baseline, placebo, spike }) =>
    placebo ? [baseline, placebo, spike] : [baseline, spike],
  );
  return {
    least: Math.min(...windows.map((window) => window.sampleCount)),
    needed: samplesNeeded(ratio),
    enough: windows.every((window) => window.beyondCount >= samplesBeyondMin),
  };
}
