import type { Interval, Summary } from './estimates.ts';

/** An estimate over rounds as printed and recorded; null where too few rounds leave it open. */
export interface Estimate {
  readonly mean: number;
  readonly sd: number | null;
  /** The bounds that decide at this look: lower for FAIL, upper for PASS. */
  readonly lower: number | null;
  readonly upper: number | null;
}

export function toEstimate({ mean, sd }: Summary, { lower, upper }: Interval): Estimate {
  return {
    mean,
    sd: finiteOrNull(sd),
    lower: finiteOrNull(lower),
    upper: finiteOrNull(upper),
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
