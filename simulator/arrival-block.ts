import type { MergedArrivals } from './arrivals.ts';
import type { Deployment } from './deployment.ts';
import { ENTRY_FIELDS } from './entry-fields.ts';
import type { KeySource } from './popularity.ts';
import type { RandomStream } from './random-stream.ts';

/** Arrivals drawn at a time: their entries together fit the first cache of a core. */
const BLOCK = 128;

/**
 * The next arrivals and their keys, drawn together, with one look at each of their entries: the
 * processor then fetches many of them from memory at the same time, and none has to be waited for
 * when its turn comes.
 */
export class ArrivalBlock {
  private readonly arrivals: MergedArrivals;
  private readonly deployment: Deployment;
  private readonly keyRandom: RandomStream;
  private readonly timesUs = new Float64Array(BLOCK);
  private readonly tenants = new Int32Array(BLOCK);
  private readonly keys = new Int32Array(BLOCK);
  private at = 0;
  /** Keeps the look at the entries from being optimised away. */
  seen = 0;

  constructor(arrivals: MergedArrivals, deployment: Deployment, keyRandom: RandomStream) {
    this.arrivals = arrivals;
    this.deployment = deployment;
    this.keyRandom = keyRandom;
    this.draw();
  }

  /** When the next one comes, in microseconds; infinity where none does. */
  get timeUs(): number {
    return this.timesUs[this.at] as number;
  }

  get tenant(): number {
    return this.tenants[this.at] as number;
  }

  get key(): number {
    return this.keys[this.at] as number;
  }

  /** Goes on to the one after it. */
  advance(): void {
    if (this.at + 1 === BLOCK) this.draw();
    else this.at += 1;
  }

  private draw(): void {
    const { arrivals, timesUs, tenants, keys, keyRandom } = this;
    const { keys: sources, entries, entryBase } = this.deployment;
    for (let at = 0; at < BLOCK; at += 1) {
      timesUs[at] = arrivals.timeUs;
      tenants[at] = arrivals.tenant;
      if (arrivals.timeUs < Number.POSITIVE_INFINITY) arrivals.next();
    }
    for (let at = 0; at < BLOCK; at += 1) {
      const source = sources[tenants[at] as number] as KeySource;
      keys[at] = source.draw(keyRandom, timesUs[at] as number);
    }
    let seen = 0;
    for (let at = 0; at < BLOCK; at += 1) {
      const entry = (entryBase[tenants[at] as number] as number) + (keys[at] as number);
      seen ^= entries[entry * ENTRY_FIELDS] as number;
    }
    this.seen = seen;
    this.at = 0;
  }
}
