import type { Interval } from './estimates.ts';

export type CellVerdict = 'PASS' | 'PASS (adjusted)' | 'FAIL' | 'INCONCLUSIVE';

/** A mean over rounds with the bounds that decide at this look. */
export interface Bounded extends Interval {
  readonly mean: number;
}

/** Everything that decides one latency cell, apart from Holm's correction. */
export interface Evidence {
  readonly margin: number;
  readonly total: Bounded;
  /** 'none' in a run without placebo, 'undefined' where a round leaves A undefined. */
  readonly sharing: Bounded | 'none' | 'undefined';
  readonly generator: Bounded | undefined;
  readonly cappedCount: { readonly reference: number; readonly spike: number };
  readonly roundCount: number;
  readonly samples: { readonly least: number; readonly needed: number; readonly enough: boolean };
  /** Whatever denies a PASS, in words: too few rounds, uneven rounds, autocorrelation. */
  readonly againstPass: readonly string[];
}

export interface Step {
  readonly verdict: CellVerdict;
  readonly reason: string;
}

/** PASS (adjusted) forgives contention of the generator only up to here. */
export const adjustedLimits = { generator: Math.log(1.25), total: Math.log(1.15) } as const;

/** The ladder of a cell: capped, countable, PASS, PASS (adjusted), FAIL, INCONCLUSIVE. */
export function climbLadder(evidence: Evidence): Step {
  const { margin, total, sharing, cappedCount, samples } = evidence;
  if (!samples.enough) {
    return inconclusive(`too few samples: a window has ${samples.least}, needs ${samples.needed}`);
  }
  if (failsByCap(evidence)) {
    return {
      verdict: 'FAIL',
      reason: 'the percentile falls among failed requests under the spike',
    };
  }
  if (sharing === 'undefined') {
    return inconclusive('the placebo was so much slower that the rise due to sharing is undefined');
  }
  const againstPass =
    cappedCount.reference > 0
      ? ['requests fail without the spike too: nothing sound to compare with']
      : evidence.againstPass;
  const pass = passStep(evidence);
  if (pass && againstPass.length === 0) return pass;
  if (pass) return inconclusive(againstPass.join('; '));
  const sharingFails = sharing === 'none' || sharing.lower > margin;
  if (total.lower > margin && sharingFails) {
    return { verdict: 'FAIL', reason: 'the rise is above the bound' };
  }
  return inconclusive(whyUndecided(evidence));
}

/** Capped in at least half of the spike windows and in no window of the other arms. */
export function failsByCap({ cappedCount, roundCount, samples }: Evidence): boolean {
  return samples.enough && cappedCount.reference === 0 && 2 * cappedCount.spike >= roundCount;
}

/** Whether T and A mean anything: enough samples, A defined. */
export function isComparable({ samples, sharing }: Evidence): boolean {
  return samples.enough && sharing !== 'undefined';
}

function passStep({ margin, total, sharing, generator }: Evidence): Step | undefined {
  if (sharing === 'undefined') return undefined;
  if (sharing === 'none') {
    if (total.upper >= margin) return undefined;
    return { verdict: 'PASS', reason: 'the rise is below the bound (unadjusted: no placebo)' };
  }
  if (total.upper < margin && sharing.upper < margin) {
    return { verdict: 'PASS', reason: 'the rise and its part due to sharing are below the bound' };
  }
  const adjusted =
    generator !== undefined &&
    generator.upper < adjustedLimits.generator &&
    sharing.upper < margin &&
    sharing.upper > 0 &&
    total.mean < adjustedLimits.total;
  if (!adjusted) return undefined;
  return {
    verdict: 'PASS (adjusted)',
    reason: 'the rise due to sharing is below the bound; the rest is the load generator',
  };
}

function whyUndecided({ margin, total, sharing }: Evidence): string {
  if (sharing === 'none' || sharing === 'undefined') return 'the interval holds the bound';
  if (total.upper < margin) {
    return 'the total stays below the bound, yet the part due to sharing may not: a cold baseline';
  }
  if (sharing.upper <= 0) {
    return 'the placebo cost more than the spike, so the part due to sharing cannot be believed';
  }
  if (sharing.upper < margin) {
    return 'sharing stays below the bound, yet the total does not: the generator takes too much';
  }
  if (total.lower > margin)
    return 'the total is above the bound, the part due to sharing may not be';
  return 'the interval holds the bound';
}

function inconclusive(reason: string): Step {
  return { verdict: 'INCONCLUSIVE', reason };
}
