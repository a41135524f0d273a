/** Quantiles that curves are drawn at: denser where hits turn into misses, and towards the tail. */
export const quantiles: readonly number[] = [
  0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.88, 0.9, 0.92, 0.95, 0.97, 0.98, 0.99,
  0.995, 0.998, 0.999, 0.9995, 0.9999,
];
export const quantileTicks: readonly number[] = [0.01, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999];

/** Fewer samples than these beyond a quantile are not drawn: one of them would be the curve. */
export const beyondMin = 10;

/** Nines: P90 is 1, P99 is 2. */
export function toNines(quantile: number): number {
  return -Math.log10(1 - quantile);
}

/** `P99.9` of 3 nines. */
export function fromNines(nines: number): string {
  return `P${Number((100 * (1 - 10 ** -nines)).toFixed(2))}`;
}
