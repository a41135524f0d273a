import { CHARGE, ENTRY_FIELDS, EXPIRES, packed, TENANT_KEYS_MAX, timeOf } from './entry-fields.ts';
import { longerFloat } from './request-pool.ts';

/** Buckets of the calendar: a life takes half of them. */
const BUCKETS = 256;

/**
 * Keys by the end of their life. What ends soon lies in a small heap; what ends later is appended
 * to a bucket of its time, which is put into the heap when its turn comes, less what is outdated by
 * then. Lives being much alike, most writes go to the ends of a few buckets, where one large heap
 * would be touched at random places.
 */
export class ExpiryCalendar {
  private readonly heap = new ExpiryHeap();
  private readonly widthMs: number;
  private readonly buckets: Float64Array[] = [];
  private readonly counts = new Int32Array(BUCKETS);
  /** Everything of this bucket and before is in the heap. */
  private front = 0;
  private laterCount = 0;

  /** @param ttlMs usual life of an entry */
  constructor(ttlMs: number) {
    this.widthMs = Math.max(1, Math.ceil((2 * ttlMs) / BUCKETS));
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) this.buckets.push(NOTHING);
  }

  push(expiresAtMs: number, key: number, entries: Int32Array): void {
    const bucket = Math.floor(expiresAtMs / this.widthMs);
    if (this.laterCount === 0 && bucket > this.front + 1) {
      // Nothing lies between: the calendar begins where it is used.
      this.front = Math.max(this.front, bucket - BUCKETS / 2);
    }
    const place = packed(expiresAtMs, key);
    if (bucket <= this.front || bucket >= this.front + BUCKETS) {
      this.heap.add(place);
      if (this.heap.size > 4 * entries.length) this.heap.sweep(entries);
      return;
    }
    const at = bucket % BUCKETS;
    const count = this.counts[at] as number;
    let places = this.buckets[at] as Float64Array;
    if (count === places.length) {
      places = longerFloat(places, Math.max(16, 2 * count));
      this.buckets[at] = places;
    }
    places[count] = place;
    this.counts[at] = count + 1;
    this.laterCount += 1;
    if (this.laterCount > entries.length + 1024) this.sweep(entries);
  }

  /** When the first one ends; 0 without any. */
  first(entries: Int32Array): number {
    for (;;) {
      const firstMs = this.heap.first(entries);
      if (!this.isBucketBefore(firstMs)) return firstMs;
      this.openBucket(entries);
    }
  }

  /** Takes out at most `countMax` keys due; the policy removes every one of them. */
  takeDue(nowMs: number, countMax: number, entries: Int32Array): number[] {
    while (this.laterCount > 0 && (this.front + 1) * this.widthMs <= nowMs) {
      this.openBucket(entries);
    }
    return this.heap.takeDue(nowMs, countMax, entries);
  }

  clear(): void {
    this.heap.clear();
    this.counts.fill(0);
    this.laterCount = 0;
  }

  /** Whether a bucket may hold something that ends before. */
  private isBucketBefore(firstMs: number): boolean {
    if (this.laterCount === 0) return false;
    return firstMs === 0 || firstMs >= (this.front + 1) * this.widthMs;
  }

  private openBucket(entries: Int32Array): void {
    this.front += 1;
    const at = this.front % BUCKETS;
    const count = this.counts[at] as number;
    const places = this.buckets[at] as Float64Array;
    for (let next = 0; next < count; next += 1) {
      const place = places[next] as number;
      if (isCurrentPlace(entries, place)) this.heap.add(place);
    }
    this.counts[at] = 0;
    this.laterCount -= count;
  }

  /** Drops what is outdated: entries written over and over before their life ends. */
  private sweep(entries: Int32Array): void {
    this.laterCount = 0;
    for (let at = 0; at < BUCKETS; at += 1) {
      const places = this.buckets[at] as Float64Array;
      const count = this.counts[at] as number;
      let kept = 0;
      for (let next = 0; next < count; next += 1) {
        const place = places[next] as number;
        if (isCurrentPlace(entries, place)) places[kept++] = place;
      }
      this.counts[at] = kept;
      this.laterCount += kept;
    }
  }
}

const NOTHING = new Float64Array(0);

/** The keys whose life ends next. */
class ExpiryHeap {
  private places = new Float64Array(64);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** When the first one ends; 0 without any. */
  first(entries: Int32Array): number {
    while (this.count > 0) {
      const place = this.places[0] as number;
      const expiresAtMs = timeOf(place);
      if (isCurrent(entries, expiresAtMs, place - expiresAtMs * TENANT_KEYS_MAX)) {
        return expiresAtMs;
      }
      this.drop();
    }
    return 0;
  }

  /** Takes out at most `countMax` keys due; the policy removes every one of them. */
  takeDue(nowMs: number, countMax: number, entries: Int32Array): number[] {
    const keys: number[] = [];
    let before = -1;
    while (this.count > 0 && keys.length < countMax) {
      const place = this.places[0] as number;
      const expiresAtMs = timeOf(place);
      if (expiresAtMs > nowMs) break;
      const key = place - expiresAtMs * TENANT_KEYS_MAX;
      this.drop();
      if (place !== before && isCurrent(entries, expiresAtMs, key)) keys.push(key);
      before = place;
    }
    return keys;
  }

  clear(): void {
    this.count = 0;
  }

  add(place: number): void {
    if (this.count === this.places.length) this.places = longerFloat(this.places, 2 * this.count);
    const { places } = this;
    let at = this.count;
    this.count = at + 1;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const above = places[parent] as number;
      if (above <= place) break;
      places[at] = above;
      at = parent;
    }
    places[at] = place;
  }

  private drop(): void {
    const { places } = this;
    const last = this.count - 1;
    this.count = last;
    const place = places[last] as number;
    let at = 0;
    for (;;) {
      const first = 4 * at + 1;
      if (first >= last) break;
      const end = first + 4 < last ? first + 4 : last;
      let best = first;
      let bestPlace = places[first] as number;
      for (let child = first + 1; child < end; child += 1) {
        const childPlace = places[child] as number;
        if (childPlace < bestPlace) {
          best = child;
          bestPlace = childPlace;
        }
      }
      if (bestPlace >= place) break;
      places[at] = bestPlace;
      at = best;
    }
    places[at] = place;
  }

  /** Drops what is outdated. */
  sweep(entries: Int32Array): void {
    const { places, count } = this;
    this.count = 0;
    for (let at = 0; at < count; at += 1) {
      const place = places[at] as number;
      if (isCurrentPlace(entries, place)) this.add(place);
    }
  }
}

function isCurrentPlace(entries: Int32Array, place: number): boolean {
  const expiresAtMs = timeOf(place);
  return isCurrent(entries, expiresAtMs, place - expiresAtMs * TENANT_KEYS_MAX);
}

function isCurrent(entries: Int32Array, expiresAtMs: number, key: number): boolean {
  const at = key * ENTRY_FIELDS;
  return entries[at + EXPIRES] === expiresAtMs && (entries[at + CHARGE] as number) > 0;
}
