import type { SimulationOptions } from './options.ts';
import { stepsBefore } from './steps.ts';

/** A stretch of one phase. Latencies are kept for each; it ends where the next one begins. */
export interface Window {
  /** Index among the phases. */
  readonly phase: number;
  readonly fromS: number;
  readonly toS: number;
}

/** Windows of the phases that are compared: twice as many as a live PASS needs rounds. */
const WINDOWS_A_PHASE = 12;

/**
 * The windows of a run. A run with a time `before` and a time `during` the trouble has twelve of each,
 * or as many as these have steps of the time-line; every other phase is one window.
 */
export function windowsOf({ phases, intervalS, durationS }: TimeOptions): Window[] {
  const isCompared = ['before', 'during'].every((name) => phases.some((one) => one.name === name));
  return phases.flatMap(({ name, fromS }, phase) => {
    const toS = phases[phase + 1]?.fromS ?? durationS;
    const steps = stepsBefore(toS, intervalS) - stepsBefore(fromS, intervalS);
    const isSplit = isCompared && (name === 'before' || name === 'during');
    const count = isSplit ? Math.max(1, Math.min(WINDOWS_A_PHASE, steps)) : 1;
    const starts = Array.from(
      { length: count },
      (_, place) => fromS + Math.round((place * steps) / count) * intervalS,
    );
    return starts.map((start, place) => ({ phase, fromS: start, toS: starts[place + 1] ?? toS }));
  });
}

type TimeOptions = Pick<SimulationOptions, 'phases' | 'intervalS' | 'durationS'>;
