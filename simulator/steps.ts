/**
 * Steps of the time-line that begin before a time: where a phase or a window ends, and how many a
 * run has. The end of the run may cut the last step short; every other end lies between two steps.
 */
export function stepsBefore(atS: number, intervalS: number): number {
  return Math.ceil(atS / intervalS - ROUNDING);
}

/** Of times that are multiples of a fraction of a second. */
const ROUNDING = 1e-9;
