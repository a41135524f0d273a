import { hashKey } from './hash-key.ts';
import type { ReuseTimes } from './reuse-demand.ts';

const BINS_PER_OCTAVE = 16;

/**
 * Reuse times of a stream of any length in bounded memory: keys are followed by their hash, half as
 * many whenever there are too many, as in SHARDS. A followed key's reuse time is exact, so the
 * shares are a sample's shares.
 */
export class ReuseSampler {
  readonly #keysMax: number;
  readonly #lastUse = new Map<number, number>();
  readonly #bins = new Float64Array(BINS_PER_OCTAVE * 48);
  #threshold = 2 ** 32;
  #now = 0;
  #followed = 0;

  constructor(keysMax = 262_144) {
    this.#keysMax = keysMax;
  }

  push(key: number): void {
    const now = this.#now;
    this.#now += 1;
    if (hashKey(key ^ SALT) >= this.#threshold) return;
    this.#followed += 1;
    const last = this.#lastUse.get(key);
    if (last !== undefined) {
      const bin = Math.ceil(Math.log2(now - last) * BINS_PER_OCTAVE);
      this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    }
    this.#lastUse.set(key, now);
    while (this.#lastUse.size > this.#keysMax) this.#halve();
  }

  #halve(): void {
    this.#threshold /= 2;
    for (const key of this.#lastUse.keys()) {
      if (hashKey(key ^ SALT) >= this.#threshold) this.#lastUse.delete(key);
    }
    for (let bin = 0; bin < this.#bins.length; bin += 1) {
      this.#bins[bin] = (this.#bins[bin] ?? 0) / 2;
    }
    this.#followed /= 2;
  }

  times(): ReuseTimes {
    const bounds: number[] = [0];
    const shareAbove: number[] = [1];
    const expected = (this.#now * this.#threshold) / 2 ** 32;
    // As in SHARDS-adj: requests beyond or below the sample's fair number belong to very hot keys,
    // whose reuse times are the shortest.
    let within = expected - this.#followed;
    this.#bins.forEach((count, bin) => {
      if (count === 0) return;
      within += count;
      bounds.push(2 ** (bin / BINS_PER_OCTAVE));
      shareAbove.push(Math.min(1, Math.max(0, 1 - within / expected)));
    });
    return {
      requestCount: this.#now,
      bounds: Float64Array.from(bounds),
      shareAbove: Float64Array.from(shareAbove),
    };
  }
}

/** Other keys are followed than for the curve: their errors are independent. */
const SALT = 0x2545f491;
