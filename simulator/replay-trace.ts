import { ExactLru } from './exact-lru.ts';
import { RandomStream } from './random-stream.ts';
import { EvictionMarks, SampledEviction } from './sampled-eviction.ts';
import { readTrace } from './trace.ts';

export const REPLAY_POLICIES = ['lru', 'redis-lru'] as const;
export type ReplayPolicy = (typeof REPLAY_POLICIES)[number];

export interface ReplayOptions {
  readonly file: string;
  readonly policy: ReplayPolicy;
  readonly capacity: number;
  /** The capacity counts bytes, or entries whatever their size. */
  readonly unit: 'bytes' | 'entries';
  /** Of the samples under `redis-lru`. */
  readonly seed: number;
  readonly samples: number;
  /** Requests a second of the replay, whose clock `redis-lru` needs: traces may have none. */
  readonly ratePerSecond: number;
}

export interface ReplayResult {
  readonly requestCount: number;
  readonly keyCount: number;
  readonly hitCount: number;
  readonly missCount: number;
  readonly evictedCount: number;
}

/** Replays a trace against one cache. @throws BadInputError where the trace is none */
export async function replayTrace(options: ReplayOptions): Promise<ReplayResult> {
  const cache = options.policy === 'lru' ? new ExactLru(options.capacity) : new RedisLru(options);
  const isBytes = options.unit === 'bytes';
  const facts = await readTrace(options.file, ({ key, size }) => {
    cache.request(key, isBytes ? size : 1);
  });
  const { hitCount, missCount, evictedCount } = cache;
  return { ...facts, hitCount, missCount, evictedCount };
}

/** Redis's eviction over a replay: a write comes after every miss, and evicts before it is done. */
export class RedisLru {
  private readonly capacity: number;
  private readonly usPerRequest: number;
  private readonly eviction: SampledEviction;
  private sizes = new Float64Array(1024);
  private readonly marks = new EvictionMarks(1024);
  private used = 0;
  private requested = 0;
  /** Redis's hash table doubles when there are more entries than slots, and is part of the memory. */
  private readonly slotBytes: number;
  private tableBytes = 0;
  hitCount = 0;
  missCount = 0;
  evictedCount = 0;

  /** @param slotBytes of the server's hash table; 0 where the capacity is for entries alone */
  constructor(
    options: Pick<ReplayOptions, 'capacity' | 'seed' | 'samples' | 'ratePerSecond'>,
    slotBytes = 0,
  ) {
    this.slotBytes = slotBytes;
    this.capacity = options.capacity;
    this.usPerRequest = 1e6 / options.ratePerSecond;
    this.eviction = new SampledEviction(
      this.marks,
      options.samples,
      new RandomStream(options.seed, 1),
    );
  }

  /** Entries in it. */
  get size(): number {
    return this.eviction.size;
  }

  /** A lookup and, after a miss, a write at once; the clock is that of the rate. True for a hit. */
  request(key: number, size: number): boolean {
    const nowMs = (this.requested * this.usPerRequest) / 1000;
    this.requested += 1;
    const isHit = this.lookup(key, nowMs);
    if (!isHit) this.write(key, size, nowMs);
    return isHit;
  }

  /** True for a hit, which counts as a use. */
  lookup(key: number, nowMs: number): boolean {
    if (key >= this.sizes.length) this.grow(key);
    const isHit = this.eviction.has(key);
    if (isHit) {
      this.hitCount += 1;
      this.eviction.touch(key, nowMs);
    } else {
      this.missCount += 1;
    }
    return isHit;
  }

  /** Redis looks before a command whether it is over the limit: the write itself may go beyond. */
  write(key: number, size: number, nowMs: number): void {
    while (this.used + this.tableBytes > this.capacity) {
      const victim = this.eviction.pick(nowMs);
      if (victim < 0) break;
      this.eviction.remove(victim);
      this.used -= this.sizes[victim] as number;
      this.evictedCount += 1;
    }
    this.sizes[key] = size;
    this.used += size;
    this.eviction.add(key, nowMs);
    this.tableBytes = this.eviction.bucketCount * this.slotBytes;
  }

  private grow(key: number): void {
    const length = Math.max(key + 1, this.sizes.length * 2);
    const sizes = new Float64Array(length);
    sizes.set(this.sizes);
    this.sizes = sizes;
    this.marks.grow(length);
  }
}
