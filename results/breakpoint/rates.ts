import { summarise } from '../estimates.ts';
import { marginOf, pointsMargin } from '../judge-options.ts';
import { fitWorst } from './find-breakpoint.ts';
import { type BreakpointInput, ofSetting, tryRounds } from './judge-breakpoint.ts';
import type { RiseCell } from './trial.ts';

/** All rounds of one setting at one rate: means, and what the shared servers had to bear. */
export interface RateRow {
  readonly times: number;
  /** Rounds that count, and those in which the instrument was disturbed. */
  readonly roundCount: number;
  readonly disturbedCount: number;
  /** Rises as logarithms, failures in points; null where no round counts. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly failurePoints: number | null;
  /** Each round's largest rise, in bounds. */
  readonly rises: readonly number[];
  readonly redisThreadShare: number | null;
  readonly backendBusyShare: number;
  readonly backendQueuePeak: number;
  readonly backendRefusedPerSecond: number;
  /** By the fit over all rates: a single rate shows nothing. */
  readonly seems: 'held' | 'broken' | '-';
}

/** A row a rate that was tried, ascending. */
export function summariseRates(input: BreakpointInput, isProtected: boolean): RateRow[] {
  const { rounds, options } = input;
  const { trials, disturbed } = ofSetting(tryRounds(input), isProtected);
  const fit = fitWorst(trials);
  const margin = marginOf({ ...options, rounds: 'auto', gate: [] });
  const tried = new Set([...trials, ...disturbed].map(({ times }) => times));
  return [...tried]
    .sort((a, b) => a - b)
    .map((times) => {
      const own = trials.filter((trial) => trial.times === times);
      const all = rounds.filter(
        (round) => round.times === times && round.isProtected === isProtected && !round.discarded,
      );
      const mean = (cell: RiseCell, bound: number) =>
        own.length === 0 ? null : bound * summarise(own.map(({ rises }) => rises[cell])).mean;
      const pressures = all.map(({ pressure }) => pressure);
      const threads = pressures.flatMap(({ redisThreadShare }) => redisThreadShare ?? []);
      const rise = fit.find((one) => one.times === times)?.rise;
      return {
        times,
        roundCount: own.length,
        disturbedCount: all.length - own.length,
        p50: mean('p50', margin),
        p95: mean('p95', margin),
        failurePoints: mean('failures', pointsMargin),
        rises: own.map(({ rises }) => Math.max(...Object.values(rises))),
        redisThreadShare: threads.length > 0 ? summarise(threads).mean : null,
        backendBusyShare: summarise(pressures.map((one) => one.backendBusyShare)).mean,
        backendQueuePeak: Math.max(...pressures.map((one) => one.backendQueuePeak)),
        backendRefusedPerSecond: summarise(pressures.map((one) => one.backendRefusedPerSecond))
          .mean,
        seems: rise === undefined ? '-' : rise < 1 ? 'held' : 'broken',
      };
    });
}
