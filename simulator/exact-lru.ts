/**
 * Exact LRU over dense whole-number keys, with the semantics of libCacheSim's replays: a request is
 * a lookup and, after a miss, an insertion; an entry larger than the cache is not admitted; its
 * size is that of the request that inserted it, until it is evicted.
 */
export class ExactLru {
  private readonly capacity: number;
  /** Neighbours in the order of use, a ring: place 0 is its head, key k has place k + 1. */
  private newer: Int32Array;
  private older: Int32Array;
  private sizes: Float64Array;
  private used = 0;
  hitCount = 0;
  missCount = 0;
  evictedCount = 0;

  /**
   * @param capacity in the unit of the sizes: 1 an entry, or bytes
   * @param keyCount room to begin with; it grows
   */
  constructor(capacity: number, keyCount = 1024) {
    this.capacity = capacity;
    this.newer = new Int32Array(keyCount + 1).fill(ABSENT);
    this.older = new Int32Array(keyCount + 1).fill(ABSENT);
    this.sizes = new Float64Array(keyCount + 1);
    this.newer[HEAD] = HEAD;
    this.older[HEAD] = HEAD;
  }

  /** Occupied, in the unit of the capacity. */
  get usage(): number {
    return this.used;
  }

  /** True for a hit. */
  request(key: number, size: number): boolean {
    const place = key + 1;
    if (place >= this.newer.length) this.grow(place);
    if ((this.newer[place] as number) !== ABSENT) {
      this.hitCount += 1;
      this.unlink(place);
      this.linkNewest(place);
      return true;
    }
    this.missCount += 1;
    if (size > this.capacity) return false;
    while (this.used + size > this.capacity) this.evictOldest();
    this.sizes[place] = size;
    this.used += size;
    this.linkNewest(place);
    return false;
  }

  private evictOldest(): void {
    const place = this.newer[HEAD] as number;
    this.unlink(place);
    this.newer[place] = ABSENT;
    this.used -= this.sizes[place] as number;
    this.evictedCount += 1;
  }

  private unlink(place: number): void {
    const newer = this.newer[place] as number;
    const older = this.older[place] as number;
    this.older[newer] = older;
    this.newer[older] = newer;
  }

  private linkNewest(place: number): void {
    const newest = this.older[HEAD] as number;
    this.newer[place] = HEAD;
    this.older[place] = newest;
    this.newer[newest] = place;
    this.older[HEAD] = place;
  }

  private grow(place: number): void {
    const length = Math.max(place + 1, this.newer.length * 2);
    const newer = new Int32Array(length).fill(ABSENT);
    const older = new Int32Array(length).fill(ABSENT);
    const sizes = new Float64Array(length);
    newer.set(this.newer);
    older.set(this.older);
    sizes.set(this.sizes);
    this.newer = newer;
    this.older = older;
    this.sizes = sizes;
  }
}

const HEAD = 0;
const ABSENT = -1;
