import type { RandomStream } from './random-stream.ts';

/** Candidates that Redis remembers between evictions (EVPOOL_SIZE). */
const POOL_SIZE = 16;
/** Redis's LRU clock counts seconds in 24 bits. */
const CLOCK_MASK = 0xffffff;

/** Per-entry state that the shards of one deployment share: each entry is on one shard. */
export class EvictionMarks {
  /** LRU clock at the entry's last use. */
  clocks: Int32Array;
  /** Place among the shard's entries; -1 while it is none of them. */
  places: Int32Array;

  constructor(entryCount: number) {
    this.clocks = new Int32Array(entryCount);
    this.places = new Int32Array(entryCount).fill(-1);
  }

  grow(entryCount: number): void {
    const clocks = new Int32Array(entryCount);
    const places = new Int32Array(entryCount).fill(-1);
    clocks.set(this.clocks);
    places.set(this.places);
    this.clocks = clocks;
    this.places = places;
  }
}

/**
 * Which entry Redis evicts at maxmemory under allkeys-lru (evict.c): it takes a few random keys,
 * keeps the idlest seen in a pool of 16 whose idle times are not brought up to date, and evicts the
 * idlest of the pool. Idle times come from a clock of one second. Nothing here is fitted.
 */
export class SampledEviction {
  private readonly marks: EvictionMarks;
  private readonly samples: number;
  private readonly random: RandomStream;
  private resident = new Int32Array(1024);
  private count = 0;
  /** Ascending by idle time; entries of -1 are empty and come last. */
  private readonly poolEntries = new Int32Array(POOL_SIZE).fill(-1);
  private readonly poolIdles = new Int32Array(POOL_SIZE);
  private readonly drawn: Int32Array;

  constructor(marks: EvictionMarks, samples: number, random: RandomStream) {
    this.marks = marks;
    this.samples = samples;
    this.drawn = new Int32Array(samples);
    this.random = random;
  }

  get size(): number {
    return this.count;
  }

  has(entry: number): boolean {
    return (this.marks.places[entry] as number) >= 0;
  }

  add(entry: number, nowMs: number): void {
    const { places } = this.marks;
    this.touch(entry, nowMs);
    if ((places[entry] as number) >= 0) return;
    if (this.count === this.resident.length) {
      const resident = new Int32Array(this.count * 2);
      resident.set(this.resident);
      this.resident = resident;
    }
    places[entry] = this.count;
    this.resident[this.count++] = entry;
  }

  touch(entry: number, nowMs: number): void {
    this.marks.clocks[entry] = Math.floor(nowMs / 1000) & CLOCK_MASK;
  }

  remove(entry: number): void {
    const { places } = this.marks;
    const place = places[entry] as number;
    if (place < 0) return;
    const last = this.resident[--this.count] as number;
    this.resident[place] = last;
    places[last] = place;
    places[entry] = -1;
  }

  clear(): void {
    for (let at = 0; at < this.count; at += 1) this.marks.places[this.resident[at] as number] = -1;
    this.count = 0;
    this.poolEntries.fill(-1);
  }

  /** The entry to evict, or -1 without any; the caller removes it. */
  pick(nowMs: number): number {
    while (this.count > 0) {
      this.fillPool(nowMs);
      for (let at = POOL_SIZE - 1; at >= 0; at -= 1) {
        const entry = this.poolEntries[at] as number;
        if (entry < 0) continue;
        this.poolEntries[at] = -1;
        this.poolIdles[at] = 0;
        // One that went meanwhile is a ghost: the next idlest is taken.
        if (this.has(entry)) return entry;
      }
    }
    return -1;
  }

  private fillPool(nowMs: number): void {
    const clock = Math.floor(nowMs / 1000) & CLOCK_MASK;
    // Redis walks neighbouring buckets of its hash table: keys without order, none twice.
    const { drawn } = this;
    const taken = Math.min(this.samples, this.count);
    for (let sample = 0; sample < taken; sample += 1) {
      let place = this.random.below(this.count);
      while (isAmong(drawn, sample, place)) place = place + 1 === this.count ? 0 : place + 1;
      drawn[sample] = place;
      const entry = this.resident[place] as number;
      this.consider(entry, (clock - (this.marks.clocks[entry] as number)) & CLOCK_MASK);
    }
  }

  private consider(entry: number, idle: number): void {
    const { poolEntries, poolIdles } = this;
    let at = 0;
    while (at < POOL_SIZE && (poolEntries[at] as number) >= 0 && (poolIdles[at] as number) < idle) {
      at += 1;
    }
    const isFull = (poolEntries[POOL_SIZE - 1] as number) >= 0;
    if (at === 0 && isFull) return;
    if (at < POOL_SIZE && (poolEntries[at] as number) < 0) {
      // An empty place: nothing moves.
    } else if (!isFull) {
      poolEntries.copyWithin(at + 1, at, POOL_SIZE - 1);
      poolIdles.copyWithin(at + 1, at, POOL_SIZE - 1);
    } else {
      at -= 1;
      poolEntries.copyWithin(0, 1, at + 1);
      poolIdles.copyWithin(0, 1, at + 1);
    }
    poolEntries[at] = entry;
    poolIdles[at] = idle;
  }
}

function isAmong(drawn: Int32Array, count: number, place: number): boolean {
  for (let at = 0; at < count; at += 1) {
    if (drawn[at] === place) return true;
  }
  return false;
}
