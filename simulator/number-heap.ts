/** The smallest of some numbers: times at which workers come free or places in a queue do. */
export class NumberHeap {
  private values: Float64Array;
  private count = 0;

  constructor(capacity: number) {
    this.values = new Float64Array(Math.max(1, capacity));
  }

  get size(): number {
    return this.count;
  }

  /** Infinite when empty. */
  smallest(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : (this.values[0] as number);
  }

  push(value: number): void {
    if (this.count === this.values.length) {
      const values = new Float64Array(this.count * 2);
      values.set(this.values);
      this.values = values;
    }
    const { values } = this;
    let at = this.count;
    this.count = at + 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((values[parent] as number) <= value) break;
      values[at] = values[parent] as number;
      at = parent;
    }
    values[at] = value;
  }

  /** Puts a number in the place of the smallest one. */
  replaceSmallest(value: number): void {
    const { values, count } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      if (child + 1 < count && (values[child + 1] as number) < (values[child] as number)) {
        child += 1;
      }
      if ((values[child] as number) >= value) break;
      values[at] = values[child] as number;
      at = child;
    }
    values[at] = value;
  }

  dropSmallest(): void {
    const last = this.count - 1;
    const value = this.values[last] as number;
    this.count = last;
    if (last > 0) this.replaceSmallest(value);
  }
}
