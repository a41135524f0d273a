import { FENCED_KEY } from '../core/policy/fence.ts';
import type { TenantSpace } from '../core/policy/tenant-space.ts';
import {
  CHARGE,
  ENTRY_FIELDS,
  EXPIRES,
  packed,
  STAMP,
  TENANT_KEYS_MAX,
  timeOf,
} from './entry-fields.ts';
import { ExpiryCalendar } from './expiry-calendar.ts';

/**
 * One tenant of a simulated Redis: what the policy sees, over flat arrays, its keys being whole
 * numbers from 0. The policy hands keys around without looking into them, so a number in place of
 * a string passes through it unseen: `numberOf` is the one place that knows.
 *
 * Both indexes are lazy: a key's place is not moved when the key is, it is skipped when it comes up
 * and no longer agrees with the entry. They give the same order as Redis's sorted sets, by score
 * and then by key (numbers in place of their zero-padded spelling). Tags and prefixes other than
 * the empty one are not modelled.
 */
export class ArraySpace implements TenantSpace {
  levelMicrotokens = 0;
  leveledAtUs = 0;
  generation = 0;
  fenceFloor = 0;
  fencedUntilMs = 0;
  usageBytes = 0;
  entryCount = 0;
  earliestExpiryMs = 0;
  hitCount = 0;
  missCount = 0;
  rejectedCount = 0;
  wouldRejectCount = 0;
  storedCount = 0;
  refusedCount = 0;
  evictedCount = 0;
  expiredCount = 0;
  invalidatedCount = 0;
  entryLimitCount = 0;
  stampMs = 0;
  expiresAtMs = 0;
  chargeBytes = 0;
  descriptor = '';
  body: unknown = undefined;
  walkCursor = '0';

  private readonly entries: Int32Array;
  private readonly keyCount: number;
  private readonly recency = new RecencyQueue();
  private readonly expiry: ExpiryCalendar;
  private readonly fences = new Map<string, number>();

  /**
   * @param entries `ENTRY_FIELDS` numbers a key, this tenant's alone
   * @param ttlMs usual life of an entry; another one costs speed only
   */
  constructor(entries: Int32Array, ttlMs = 1000) {
    this.entries = entries;
    this.expiry = new ExpiryCalendar(ttlMs);
    this.keyCount = entries.length / ENTRY_FIELDS;
  }

  earlierGeneration(): number {
    return 0;
  }

  readEntry(key: string): boolean {
    return this.readHeader(key);
  }

  readHeader(key: string): boolean {
    const { entries } = this;
    const at = numberOf(key) * ENTRY_FIELDS;
    const chargeBytes = entries[at + CHARGE] as number;
    if (chargeBytes === 0) return false;
    this.stampMs = entries[at + STAMP] as number;
    this.expiresAtMs = entries[at + EXPIRES] as number;
    this.chargeBytes = chargeBytes;
    this.descriptor = PRESENT;
    return true;
  }

  touch(key: string, nowMs: number): void {
    this.claim(key, nowMs);
  }

  claim(key: string, nowMs: number): boolean {
    const { entries } = this;
    const number = numberOf(key);
    const at = number * ENTRY_FIELDS;
    const before = entries[at + STAMP] as number;
    if (before === nowMs) return false;
    entries[at + STAMP] = nowMs;
    this.recency.append(nowMs, number, entries);
    return before === 0;
  }

  /** Done when the entry is written. */
  schedule(): boolean {
    return false;
  }

  writeEntry(
    key: string,
    _nowMs: number,
    expiresAtMs: number,
    chargeBytes: number,
    _replaced: string,
  ): boolean {
    const { entries } = this;
    const number = numberOf(key);
    const at = number * ENTRY_FIELDS;
    const isMoved = entries[at + EXPIRES] !== expiresAtMs || entries[at + CHARGE] === 0;
    entries[at + EXPIRES] = expiresAtMs;
    entries[at + CHARGE] = chargeBytes;
    if (isMoved) this.expiry.push(expiresAtMs, number, entries);
    return false;
  }

  removeEntry(key: string, _descriptor: string): void {
    const at = numberOf(key) * ENTRY_FIELDS;
    this.entries[at + STAMP] = 0;
    this.entries[at + CHARGE] = 0;
  }

  removeVanished(key: string): void {
    this.entries[numberOf(key) * ENTRY_FIELDS + STAMP] = 0;
  }

  /** Removals take effect at once here. */
  commitRemovals(): void {}

  oldestKeys(countMax: number): string[] {
    return this.recency.oldest(countMax, this.entries) as unknown as string[];
  }

  dueMembers(nowMs: number, countMax: number): string[] {
    return this.expiry.takeDue(nowMs, countMax, this.entries) as unknown as string[];
  }

  removeDue(member: string): number {
    const chargeBytes = this.entries[numberOf(member) * ENTRY_FIELDS + CHARGE] as number;
    this.removeEntry(member, PRESENT);
    return chargeBytes;
  }

  firstExpiryMs(): number {
    return this.expiry.first(this.entries);
  }

  get changeCount(): number {
    return this.storedCount + this.evictedCount + this.expiredCount + this.invalidatedCount;
  }

  indexMembers(from: number, countMax: number): string[] {
    const members: number[] = [];
    let place = 0;
    for (let key = 0; key < this.keyCount && members.length < countMax; key += 1) {
      if (this.chargeOf(key) === 0) continue;
      if (place >= from) members.push(key);
      place += 1;
    }
    return members as unknown as string[];
  }

  recount(member: string): number {
    const chargeBytes = this.chargeOf(numberOf(member));
    return chargeBytes === 0 ? -1 : chargeBytes;
  }

  walkKeys(cursor: string, prefix: string, countMax: number): string[] {
    if (prefix !== '') throw new Error('the simulator knows no prefixes');
    const members: number[] = [];
    let key = cursor === '' ? 0 : Number(cursor);
    for (; key < this.keyCount && members.length < countMax; key += 1) {
      if (this.chargeOf(key) > 0) members.push(key);
    }
    this.walkCursor = key < this.keyCount ? String(key) : '0';
    return members as unknown as string[];
  }

  takeTagged(): string[] {
    throw new Error('the simulator knows no tags');
  }

  hasTag(): boolean {
    return false;
  }

  fence(member: string, generation: number): number {
    // Newest last, so that trimming drops from the front.
    this.fences.delete(member);
    this.fences.set(member, generation);
    return this.fences.size;
  }

  newestFence(key: string): number {
    if (this.fences.size === 0) return -1;
    return this.fences.get(FENCED_KEY + key) ?? 0;
  }

  trimFences(countMax: number): number {
    let newest = 0;
    for (const [member, generation] of this.fences) {
      if (this.fences.size <= countMax) break;
      this.fences.delete(member);
      newest = generation;
    }
    return newest;
  }

  /** 0 where there is no entry. */
  chargeOf(key: number): number {
    return this.entries[key * ENTRY_FIELDS + CHARGE] as number;
  }

  expiryOf(key: number): number {
    return this.entries[key * ENTRY_FIELDS + EXPIRES] as number;
  }

  stampOf(key: number): number {
    return this.entries[key * ENTRY_FIELDS + STAMP] as number;
  }

  /** What is held, counted entry by entry. */
  countHolding(): { readonly usageBytes: number; readonly entryCount: number } {
    let usageBytes = 0;
    let entryCount = 0;
    for (let key = 0; key < this.keyCount; key += 1) {
      const chargeBytes = this.chargeOf(key);
      usageBytes += chargeBytes;
      if (chargeBytes > 0) entryCount += 1;
    }
    return { usageBytes, entryCount };
  }

  /** Takes an entry away behind the policy's back, as a server's own eviction does; its charge. */
  lose(key: number): number {
    const chargeBytes = this.chargeOf(key);
    this.entries[key * ENTRY_FIELDS + STAMP] = 0;
    this.entries[key * ENTRY_FIELDS + CHARGE] = 0;
    this.usageBytes -= chargeBytes;
    this.entryCount -= 1;
    return chargeBytes;
  }

  /** Everything the server held of the tenant is gone: a flush, or a restart without persistence. */
  loseAll(): void {
    for (let at = 0; at < this.entries.length; at += ENTRY_FIELDS) {
      this.entries[at + STAMP] = 0;
      this.entries[at + CHARGE] = 0;
    }
    this.recency.clear();
    this.expiry.clear();
    this.fences.clear();
    this.levelMicrotokens = 0;
    this.leveledAtUs = 0;
    this.generation = 0;
    this.fenceFloor = 0;
    this.fencedUntilMs = 0;
    this.usageBytes = 0;
    this.entryCount = 0;
    this.earliestExpiryMs = 0;
  }
}

/** What stands for a descriptor: there is an entry. The policy only tells it from ''. */
const PRESENT = '+';

/** Sees a key that went through the policy as the number it is. */
function numberOf(key: string): number {
  return key as unknown as number;
}

/** Shows a number to the policy, which takes it for a key. */
export function keyOf(number: number): string {
  return number as unknown as string;
}

/** Keys by their last recorded use: uses come almost in order, so a queue is nearly sorted as it is. */
class RecencyQueue {
  private places = new Float64Array(64);
  private head = 0;
  private tail = 0;

  append(stampMs: number, key: number, entries: Int32Array): void {
    if (this.tail === this.places.length) this.sweep(entries);
    const { places } = this;
    const place = packed(stampMs, key);
    let at = this.tail;
    this.tail = at + 1;
    // Only ties, and uses after the clock was set back, are not the latest.
    while (at > this.head && (places[at - 1] as number) > place) {
      places[at] = places[at - 1] as number;
      at -= 1;
    }
    places[at] = place;
  }

  oldest(countMax: number, entries: Int32Array): number[] {
    const keys: number[] = [];
    const { places } = this;
    let isFront = true;
    let before = -1;
    for (let at = this.head; at < this.tail && keys.length < countMax; at += 1) {
      const place = places[at] as number;
      const stampMs = timeOf(place);
      const key = place - stampMs * TENANT_KEYS_MAX;
      if (entries[key * ENTRY_FIELDS + STAMP] === stampMs && place !== before) {
        keys.push(key);
        isFront = false;
      } else if (isFront) {
        this.head = at + 1;
      }
      before = place;
    }
    return keys;
  }

  clear(): void {
    this.head = 0;
    this.tail = 0;
  }

  /** Drops outdated places; doubles the room where more than half are current. */
  private sweep(entries: Int32Array): void {
    const { places } = this;
    let kept = 0;
    for (let at = this.head; at < this.tail; at += 1) {
      const place = places[at] as number;
      const stampMs = timeOf(place);
      const key = place - stampMs * TENANT_KEYS_MAX;
      if (entries[key * ENTRY_FIELDS + STAMP] === stampMs) places[kept++] = place;
    }
    this.head = 0;
    this.tail = kept;
    if (kept * 2 > places.length) {
      this.places = new Float64Array(places.length * 2);
      this.places.set(places);
    }
  }
}
