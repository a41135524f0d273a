/**
 * Whether this reader refreshes an entry before it expires, so that expiry finds no crowd: XFetch,
 * from A. Vattani, F. Chierichetti, K. Lowenstein, "Optimal Probabilistic Cache Stampede
 * Prevention", PVLDB 8(8), 2015: refresh when now - loadMs * beta * ln(random) >= expiry.
 *
 * @param ttlRemainingMs life left of the entry
 * @param loadMs how long its load took
 * @param beta 1 is the paper's optimum; above, earlier
 * @param random uniform in [0, 1); drawn only where the answer is in doubt
 */
export function decideEarlyRefresh(
  ttlRemainingMs: number,
  loadMs: number,
  beta: number,
  random: () => number,
): boolean {
  const scaleMs = loadMs * beta;
  if (ttlRemainingMs > scaleMs * LONGEST_GAP) return false;
  // 1 - random is in (0, 1]: its logarithm is finite and never above 0.
  return -scaleMs * Math.log(1 - random()) >= ttlRemainingMs;
}

/** -ln of the smallest positive value of 1 - random with 53 bits: the draw never goes beyond. */
const LONGEST_GAP = 53 * Math.LN2;

/**
 * Spreads expiries of entries written together: a life between (1 - ratio) * ttlMs and ttlMs, never
 * longer than asked, in whole milliseconds and at least one.
 */
export function jitterTtl(ttlMs: number, ratio: number, random: number): number {
  return Math.max(1, Math.floor(ttlMs * (1 - ratio * random)));
}
