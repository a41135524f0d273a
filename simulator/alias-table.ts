import type { RandomStream } from './random-stream.ts';

/**
 * Draws an index with given weights in constant time: A. J. Walker's alias method, set up as in
 * M. D. Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution" (1991).
 * Threshold and alias lie side by side, so that a draw touches one cache line.
 */
export class AliasTable {
  private readonly cells: Uint32Array;
  readonly count: number;

  constructor(weights: Float64Array) {
    this.count = weights.length;
    this.cells = new Uint32Array(2 * weights.length);
    this.fill(weights);
  }

  /** Takes new weights for the same number of indexes. */
  fill(weights: Float64Array): void {
    const { cells, count } = this;
    let total = 0;
    for (let at = 0; at < count; at += 1) total += weights[at] as number;
    const scaled = new Float64Array(count);
    const small = new Uint32Array(count);
    const large = new Uint32Array(count);
    let smallCount = 0;
    let largeCount = 0;
    for (let at = 0; at < count; at += 1) {
      const share = ((weights[at] as number) * count) / total;
      scaled[at] = share;
      if (share < 1) small[smallCount++] = at;
      else large[largeCount++] = at;
    }
    while (smallCount > 0 && largeCount > 0) {
      const poor = small[--smallCount] as number;
      const rich = large[largeCount - 1] as number;
      cells[2 * poor] = Math.floor((scaled[poor] as number) * 0x100000000);
      cells[2 * poor + 1] = rich;
      const left = (scaled[rich] as number) - (1 - (scaled[poor] as number));
      scaled[rich] = left;
      if (left < 1) {
        largeCount -= 1;
        small[smallCount++] = rich;
      }
    }
    // What is left over is 1 but for rounding.
    while (largeCount > 0) this.keepWhole(large[--largeCount] as number);
    while (smallCount > 0) this.keepWhole(small[--smallCount] as number);
  }

  draw(random: RandomStream): number {
    const at = random.below(this.count);
    const { cells } = this;
    return random.nextUint32() < (cells[2 * at] as number) ? at : (cells[2 * at + 1] as number);
  }

  private keepWhole(at: number): void {
    this.cells[2 * at] = 0xffffffff;
    this.cells[2 * at + 1] = at;
  }
}
