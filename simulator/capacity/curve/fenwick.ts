/**
 * Counts over positions 1..size, with the sum of a prefix in logarithmic time (Fenwick 1994). Positions
 * are 32-bit, sums are doubles: byte weights of a whole trace fit.
 */
export class Fenwick {
  readonly size: number;
  readonly #sums: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.#sums = new Float64Array(size + 1);
  }

  add(position: number, amount: number): void {
    const sums = this.#sums;
    for (let at = position; at <= this.size; at += at & -at) sums[at] = (sums[at] ?? 0) + amount;
  }

  /** What positions 1..`position` hold together. */
  sumTo(position: number): number {
    const sums = this.#sums;
    let sum = 0;
    for (let at = position; at > 0; at -= at & -at) sum += sums[at] ?? 0;
    return sum;
  }
}
