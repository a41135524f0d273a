/** Cells that can be gated beside the default ones: P99 of all neighbours, every single neighbour. */
export type ExtraGate = 'p99' | 'worst';

/** What a user may set about the judging of a run. */
export interface JudgeOptions {
  /** The bound to prove, in per cent. Never widened after the fact: it is part of the record. */
  readonly maxRisePercent: number;
  /** Measured rounds for a single look, or looks after 6, 12, 18 and 24 rounds. */
  readonly rounds: number | 'auto';
  readonly gate: readonly ExtraGate[];
  /**
   * What a failed request is worth, microseconds: one value a run, four times the largest deadline
   * of any tier. A cap by tier would rank a failure below another tier's success.
   */
  readonly capUs: number;
  /** Cores that each generator process may use, by its name in `WindowMeasurement.cpu`. */
  readonly generatorCores: Readonly<Record<string, number>>;
}

export const defaultJudgeOptions: JudgeOptions = {
  maxRisePercent: 10,
  rounds: 'auto',
  gate: [],
  capUs: 4 * 1_000_000,
  generatorCores: {},
};

/** The cap that goes with a run's deadlines, microseconds. */
export function capUsFor(deadlinesMs: readonly number[]): number {
  return 4 * Math.max(...deadlinesMs) * 1_000;
}

/** M: the bound as a natural logarithm, ln 1.10 by default. */
export function marginOf(options: JudgeOptions): number {
  return Math.log(1 + options.maxRisePercent / 100);
}

/** Failures and hit ratio may differ by this many percentage points. */
export const pointsMargin = 0.5;
/** Fewer measured rounds than these prove nothing. */
export const roundsForPassMin = 6;
