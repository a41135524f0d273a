import { hashPair, type RandomStream } from './random-stream.ts';

/** Candidates that Redis remembers between evictions (EVPOOL_SIZE). */
const POOL_SIZE = 16;
/** Redis's LRU clock counts seconds in 24 bits. */
const CLOCK_MASK = 0xffffff;
/** Buckets of an empty table (DICT_HT_INITIAL_SIZE). */
const BUCKETS_LEAST = 4;
const ABSENT = -1;

/** Per-entry state that the shards of one deployment share: each entry is on one shard. */
export class EvictionMarks {
  /** LRU clock at the entry's last use. */
  clocks: Int32Array;
  /** The next entry in its bucket, plus one; 0 at a bucket's end, -1 while on no shard. */
  nexts: Int32Array;

  constructor(entryCount: number) {
    this.clocks = new Int32Array(entryCount);
    this.nexts = new Int32Array(entryCount).fill(-1);
  }

  grow(entryCount: number): void {
    const clocks = new Int32Array(entryCount);
    const nexts = new Int32Array(entryCount).fill(-1);
    clocks.set(this.clocks);
    nexts.set(this.nexts);
    this.clocks = clocks;
    this.nexts = nexts;
  }
}

/**
 * Which entry Redis evicts at maxmemory under allkeys-lru (evict.c, dict.c of 7.0): it takes the
 * keys that follow a random bucket of its hash table, keeps the idlest seen in a pool of 16 whose
 * idle times are not brought up to date, and evicts the idlest of the pool. Idle times come from a
 * clock of one second. Keys in crowded parts of the table are taken less often than others, which is
 * why the table is modelled. Nothing here is fitted.
 */
export class SampledEviction {
  private readonly marks: EvictionMarks;
  private readonly samples: number;
  private readonly random: RandomStream;
  /** First entry of each bucket, plus one; as many buckets as a power of two. */
  private heads = new Int32Array(BUCKETS_LEAST);
  private count = 0;
  /** Ascending by idle time; entries of -1 are empty and come last. */
  private readonly poolEntries = new Int32Array(POOL_SIZE).fill(-1);
  private readonly poolIdles = new Int32Array(POOL_SIZE);

  constructor(marks: EvictionMarks, samples: number, random: RandomStream) {
    this.marks = marks;
    this.samples = samples;
    this.random = random;
  }

  get size(): number {
    return this.count;
  }

  /** Buckets of the hash table, empty ones included. */
  get bucketCount(): number {
    return this.heads.length;
  }

  has(entry: number): boolean {
    return (this.marks.nexts[entry] as number) >= 0;
  }

  add(entry: number, nowMs: number): void {
    this.touch(entry, nowMs);
    if (this.has(entry)) return;
    if (this.count === this.heads.length) this.grow();
    this.link(entry);
    this.count += 1;
  }

  touch(entry: number, nowMs: number): void {
    this.marks.clocks[entry] = Math.floor(nowMs / 1000) & CLOCK_MASK;
  }

  remove(entry: number): void {
    if (!this.has(entry)) return;
    const { nexts } = this.marks;
    const bucket = this.bucketOf(entry);
    const after = nexts[entry] as number;
    let at = (this.heads[bucket] as number) - 1;
    if (at === entry) {
      this.heads[bucket] = after;
    } else {
      while (nexts[at] !== entry + 1) at = (nexts[at] as number) - 1;
      nexts[at] = after;
    }
    nexts[entry] = ABSENT;
    this.count -= 1;
  }

  clear(): void {
    for (const head of this.heads) this.clearChain(head - 1);
    this.heads = new Int32Array(BUCKETS_LEAST);
    this.count = 0;
    this.poolEntries.fill(-1);
  }

  private clearChain(first: number): void {
    const { nexts } = this.marks;
    let entry = first;
    while (entry >= 0) {
      const next = (nexts[entry] as number) - 1;
      nexts[entry] = ABSENT;
      entry = next;
    }
  }

  private bucketOf(entry: number): number {
    return hashPair(entry, 0) & (this.heads.length - 1);
  }

  private link(entry: number): void {
    const bucket = this.bucketOf(entry);
    this.marks.nexts[entry] = this.heads[bucket] as number;
    this.heads[bucket] = entry + 1;
  }

  private grow(): void {
    const { nexts } = this.marks;
    const before = this.heads;
    this.heads = new Int32Array(before.length * 2);
    for (const head of before) {
      let entry = head - 1;
      while (entry >= 0) {
        const next = (nexts[entry] as number) - 1;
        this.link(entry);
        entry = next;
      }
    }
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
    const { heads } = this;
    const { nexts, clocks } = this.marks;
    const mask = heads.length - 1;
    const wanted = Math.min(this.samples, this.count);
    let bucket = this.random.nextUint32() & mask;
    let taken = 0;
    let emptyCount = 0;
    for (let step = 0; step < 10 * wanted && taken < wanted; step += 1) {
      let entry = (heads[bucket] as number) - 1;
      if (entry < 0) {
        emptyCount += 1;
        if (emptyCount >= 5 && emptyCount > wanted) {
          bucket = this.random.nextUint32() & mask;
          emptyCount = 0;
        }
      } else {
        emptyCount = 0;
        while (entry >= 0 && taken < wanted) {
          this.consider(entry, (clock - (clocks[entry] as number)) & CLOCK_MASK);
          taken += 1;
          entry = (nexts[entry] as number) - 1;
        }
      }
      bucket = (bucket + 1) & mask;
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
