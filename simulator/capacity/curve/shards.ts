import { Fenwick } from './fenwick.ts';
import { hashKey } from './hash-key.ts';
import { type MissRatioCurve, missRatioAt } from './miss-ratio-curve.ts';

/**
 * A miss-ratio curve from a sample of the keys (SHARDS: Waldspurger and others, FAST 2015): a key is
 * followed always or never, by its hash, and distances among the followed are scaled up. Each part
 * follows at most `keysMax` keys and halves its rate when it would follow more, so memory is bounded
 * whatever the trace. The keys are dealt to four disjoint parts; how far the four curves lie apart
 * is the error that the curve states about itself.
 */
export class ShardsSampler {
  readonly #parts: readonly Part[];
  #requestCount = 0;

  /** @param keysMax keys followed in all four parts together */
  constructor(keysMax = 65_536) {
    this.#parts = [0, 1, 2, 3].map(() => new Part(Math.max(64, Math.floor(keysMax / 4))));
  }

  /** Keys are any 32-bit integers; they are hashed here. */
  push(key: number): void {
    this.#requestCount += 1;
    const hash = hashKey(key);
    // The two low bits choose the part, the others decide inside it.
    this.#parts[hash & 3]?.push(key, hash >>> 2);
  }

  curve(): MissRatioCurve {
    // Each part is a sample of the whole stream: a hot key weighs on the part that has it alone.
    const offered = this.#requestCount / this.#parts.length;
    const curves = this.#parts.map((part) => part.curve(offered));
    const sizes = commonSizes(curves);
    const mean = sizes.map((size) => meanOf(curves.map((curve) => missRatioAt(curve, size))));
    const errors = sizes.map((size) =>
      standardError(curves.map((curve) => missRatioAt(curve, size))),
    );
    return {
      unit: 'entries',
      sizes,
      missRatios: neverRising(mean),
      requestCount: this.#requestCount,
      method: 'shards',
      errorExpected: errors.length === 0 ? 1 : meanOf([...errors]),
    };
  }
}

const HASH_RANGE = 2 ** 30;

/** Distances are kept in bins of this ratio: 1.1 % of a size, far below the sampling error. */
const BINS_PER_OCTAVE = 64;

class Part {
  readonly #keysMax: number;
  #threshold = HASH_RANGE;
  readonly #lastUse = new Map<number, { hash: number; at: number }>();
  #tree: Fenwick;
  #now = 0;
  #first = 0;
  #requests = 0;
  readonly #bins = new Map<number, number>();

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
    this.#tree = new Fenwick(8 * keysMax);
  }

  push(key: number, hash: number): void {
    if (hash >= this.#threshold) return;
    this.#requests += 1;
    if (this.#now === this.#tree.size) this.#renumber();
    this.#now += 1;
    const seen = this.#lastUse.get(key);
    if (seen === undefined) this.#follow(key, hash);
    else this.#reuse(seen);
  }

  #follow(key: number, hash: number): void {
    this.#first += 1;
    this.#lastUse.set(key, { hash, at: this.#now });
    this.#tree.add(this.#now, 1);
    while (this.#lastUse.size > this.#keysMax) this.#halve();
  }

  #reuse(seen: { hash: number; at: number }): void {
    const between = this.#lastUse.size - this.#tree.sumTo(seen.at) + 1;
    this.#tree.add(seen.at, -1);
    this.#tree.add(this.#now, 1);
    seen.at = this.#now;
    // A part sees a quarter of the keys, and follows threshold / range of those.
    const distance = (between * 4 * HASH_RANGE) / this.#threshold;
    const bin = Math.ceil(Math.log2(distance) * BINS_PER_OCTAVE);
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
  }

  /** Follows half as many keys; what was counted stands for half as much. */
  #halve(): void {
    this.#threshold /= 2;
    for (const [key, { hash, at }] of this.#lastUse) {
      if (hash < this.#threshold) continue;
      this.#lastUse.delete(key);
      this.#tree.add(at, -1);
    }
    for (const [bin, count] of this.#bins) this.#bins.set(bin, count / 2);
    this.#first /= 2;
    this.#requests /= 2;
  }

  #renumber(): void {
    const inOrder = [...this.#lastUse.values()].sort((a, b) => a.at - b.at);
    this.#tree = new Fenwick(this.#tree.size);
    inOrder.forEach((seen, index) => {
      seen.at = index + 1;
      this.#tree.add(index + 1, 1);
    });
    this.#now = inOrder.length;
  }

  /** @param offered requests that a quarter of the keys would fairly get */
  curve(offered: number): MissRatioCurve {
    const expected = (offered * this.#threshold) / HASH_RANGE;
    const bins = [...this.#bins].sort(([a], [b]) => a - b);
    const sizes = Float64Array.from(bins, ([bin]) => 2 ** (bin / BINS_PER_OCTAVE));
    // SHARDS-adj: requests of followed keys beyond their fair number belong to very hot keys, whose
    // distances are short; the difference goes to the first bin.
    let hits = expected - this.#requests;
    const missRatios = Float64Array.from(bins, ([, count]) => {
      hits += count;
      return Math.min(1, Math.max(0, 1 - hits / expected));
    });
    return {
      unit: 'entries',
      sizes,
      missRatios,
      requestCount: offered,
      method: 'shards',
      errorExpected: 0,
    };
  }
}

function commonSizes(curves: readonly MissRatioCurve[]): Float64Array {
  const all = new Set<number>();
  for (const curve of curves) for (const size of curve.sizes) all.add(size);
  return Float64Array.from([...all].sort((a, b) => a - b));
}

function neverRising(values: Float64Array): Float64Array {
  let least = 1;
  return values.map((value) => {
    least = Math.min(least, value);
    return least;
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardError(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
