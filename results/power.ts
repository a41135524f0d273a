import type { Summary } from './estimates.ts';
import { criticalT } from './student-t.ts';

/** Chance with which a cell should find what is there. */
export const power = 0.8;

/** What a cell of this spread could have shown, whatever it did show. Same scale as the summary. */
export interface Sensitivity {
  /** A true rise this large fails with a chance of 80 %: M + (t.fail + t.80) s / sqrt(n). */
  readonly couldHaveFailed: number;
  /** A true rise this small passes with a chance of 80 %: M - (t.pass + t.80) s / sqrt(n). */
  readonly couldHavePassed: number;
}

/** For the single cell and the single bound, before Holm's correction. Undefined below 2 rounds. */
export function sensitivityOf(
  summary: Summary,
  margin: number,
  tails: { pass: number; fail: number },
): Sensitivity | undefined {
  if (summary.count < 2) return undefined;
  const degrees = summary.count - 1;
  const error = summary.sd / Math.sqrt(summary.count);
  const reach = criticalT(1 - power, degrees);
  return {
    couldHaveFailed: margin + (criticalT(tails.fail, degrees) + reach) * error,
    couldHavePassed: margin - (criticalT(tails.pass, degrees) + reach) * error,
  };
}

/**
 * Rounds that would decide a cell: ((1.96 + .842) s / (M - mean))^2 + 2, rounded up. Undefined
 * where the mean lies so near the margin that no affordable number of rounds would.
 */
export function roundsNeeded(summary: Summary, margin: number): number | undefined {
  const distance = Math.abs(margin - summary.mean);
  const rounds = Math.ceil((((1.96 + 0.842) * summary.sd) / distance) ** 2 + 2);
  return rounds <= roundsNeededMax ? Math.max(rounds, 2) : undefined;
}

/** Beyond a thousand rounds (six hours of default windows) the answer is "not by more rounds". */
const roundsNeededMax = 1_000;
