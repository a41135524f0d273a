import { mattsonCurve } from './mattson.ts';
import type { MissRatioCurve } from './miss-ratio-curve.ts';
import type { ReuseTimes } from './reuse-demand.ts';
import { ReuseSampler } from './reuse-sampler.ts';
import { ShardsSampler } from './shards.ts';

/** What a plan knows of a trace: its curve in entries, and its reuse times for composition. */
export interface TraceStudy {
  readonly requestCount: number;
  readonly curve: MissRatioCurve;
  readonly times: ReuseTimes;
  /** Of the trace's bytes as they were read. */
  readonly digest: string;
}

/** Up to here the exact curve is made (80 MB of keys); beyond it SHARDS's, with its error. */
export const EXACT_REQUESTS_MAX = 2e7;

/** Takes requests one by one, in bounded memory, and gives the study of all of them. */
export class TraceStudier {
  readonly #exactMax: number;
  #keys: Uint32Array = new Uint32Array(1 << 16);
  #count = 0;
  #shards: ShardsSampler | undefined;
  readonly #reuse = new ReuseSampler();

  constructor(exactMax = EXACT_REQUESTS_MAX) {
    this.#exactMax = exactMax;
  }

  get requestCount(): number {
    return this.#count;
  }

  /** Keys are any 32-bit integers. */
  push(key: number): void {
    this.#reuse.push(key);
    if (this.#shards !== undefined) this.#shards.push(key);
    else this.#keep(key);
    this.#count += 1;
  }

  #keep(key: number): void {
    if (this.#count === this.#exactMax) {
      this.#startSampling();
      this.#shards?.push(key);
      return;
    }
    if (this.#count === this.#keys.length) {
      const larger = new Uint32Array(Math.min(this.#exactMax, 2 * this.#keys.length));
      larger.set(this.#keys);
      this.#keys = larger;
    }
    this.#keys[this.#count] = key;
  }

  #startSampling(): void {
    const shards = new ShardsSampler();
    for (let at = 0; at < this.#count; at += 1) shards.push(this.#keys[at] as number);
    this.#keys = new Uint32Array(0);
    this.#shards = shards;
  }

  finish(digest: string): TraceStudy {
    return {
      requestCount: this.#count,
      curve: this.#shards?.curve() ?? this.#exactCurve(),
      times: this.#reuse.times(),
      digest,
    };
  }

  #exactCurve(): MissRatioCurve {
    const dense = new Map<number, number>();
    const keys = this.#keys.subarray(0, this.#count);
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at] as number;
      let number = dense.get(key);
      if (number === undefined) {
        number = dense.size;
        dense.set(key, number);
      }
      keys[at] = number;
    }
    return mattsonCurve(keys, dense.size);
  }
}
