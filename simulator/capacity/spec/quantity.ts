import { normalQuantile } from '../normal.ts';
import type { Quantity } from './schema.ts';

/** The figure that a single plan is computed with. */
export function middleOf(quantity: Quantity): number {
  return typeof quantity === 'number' ? quantity : quantity.mid;
}

/**
 * The value of a quantity at a standard normal draw. `mid` is the median; each side is lognormal
 * with its own width, so that low and high are the quantiles that the confidence names. Around a
 * low of 0 a logarithm has no meaning: that side is normal, cut at 0.
 */
export function quantityAt(quantity: Quantity, z: number): number {
  if (typeof quantity === 'number') return quantity;
  const { low, mid, high, confidence } = quantity;
  const sides = z / normalQuantile((1 + confidence) / 2);
  const end = z < 0 ? low : high;
  const far = Math.abs(sides);
  if (mid > 0 && end > 0) return mid * (end / mid) ** far;
  return Math.max(0, mid + (end - mid) * far);
}
