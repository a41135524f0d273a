/** A search over rounds of known truth: what a run would find, thousands of times a minute. */
import { type Breakpoint, findBreakpoint } from '../../results/breakpoint/find-breakpoint.ts';
import { type RiseCell, riseCells, type Trial } from '../../results/breakpoint/trial.ts';
import type { Draws } from '../../results/normal-draws.ts';
import { chooseRung } from './choose-rung.ts';

export interface Truth {
  /** Mean rise at a rate, in bounds, by cell; cells left out do not rise. */
  readonly rises: Partial<Record<RiseCell, (times: number) => number>>;
  /** Standard deviation of a round's rise, in bounds; the failures have none. */
  readonly deviation: number;
}

/** Correlation of the cells' noise within a round. */
const COMMON = 0.5;

export function simulateSearch(
  draws: Draws,
  truth: Truth,
  rungs: readonly number[],
  roundsMax: number,
): Breakpoint & { readonly rounds: number } {
  const trials: Trial[] = [];
  while (trials.length < roundsMax) {
    const times = chooseRung(trials, rungs, 5);
    if (times === undefined) break;
    const common = draws.normal();
    const rise = (cell: RiseCell) => {
      const mean = truth.rises[cell]?.(times) ?? 0;
      if (cell === 'failures') return mean;
      const noise = COMMON * common + Math.sqrt(1 - COMMON ** 2) * draws.normal();
      return mean + truth.deviation * noise;
    };
    const rises = Object.fromEntries(riseCells.map((cell) => [cell, rise(cell)]));
    trials.push({ round: trials.length + 1, times, rises: rises as Trial['rises'] });
  }
  return { ...findBreakpoint(trials, rungs), rounds: trials.length };
}
