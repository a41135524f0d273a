import { FENCED_KEY, FENCED_TAG } from '../policy/fence.ts';
import type { LeaseSpace } from '../policy/lease.ts';
import type { TenantSpace } from '../policy/tenant-space.ts';
import { OrderedIndex } from './ordered-index.ts';
import type { StoredEntry } from './stored-entry.ts';

interface MemoryEntry {
  stampMs: number;
  readonly expiresAtMs: number;
  readonly chargeBytes: number;
  readonly descriptor: string;
  readonly stored: StoredEntry;
  readonly tags: readonly string[];
}

/** One tenant in memory: plain maps, nothing shared with another tenant. */
export class MemorySpace implements TenantSpace, LeaseSpace {
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
  leaseToken = '';
  leaseEndsAtMs = 0;

  /** What the put in progress brought with it. */
  pending: { readonly stored: StoredEntry; readonly tags: readonly string[] } | undefined;

  private readonly bornAfter: number;
  private readonly entries = new Map<string, MemoryEntry>();
  private readonly lru = new OrderedIndex();
  private readonly expiry = new OrderedIndex();
  private readonly tagged = new Map<string, Set<string>>();
  private readonly fences = new OrderedIndex();
  private readonly leases = new Map<
    string,
    { readonly token: string; readonly endsAtMs: number }
  >();

  /** @param bornAfter no generation of this life is below */
  constructor(bornAfter: number) {
    this.bornAfter = bornAfter;
  }

  earlierGeneration(): number {
    return this.bornAfter;
  }

  readEntry(key: string): boolean {
    if (!this.readHeader(key)) return false;
    this.body = this.entries.get(key)?.stored;
    return true;
  }

  readHeader(key: string): boolean {
    const entry = this.entries.get(key);
    if (entry === undefined) return false;
    this.stampMs = entry.stampMs;
    this.expiresAtMs = entry.expiresAtMs;
    this.chargeBytes = entry.chargeBytes;
    this.descriptor = entry.descriptor;
    return true;
  }

  touch(key: string, nowMs: number): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    entry.stampMs = nowMs;
    this.lru.set(key, nowMs);
  }

  claim(key: string, nowMs: number): boolean {
    return this.lru.set(key, nowMs);
  }

  /** Done when the entry is written. */
  schedule(): boolean {
    return false;
  }

  writeEntry(
    key: string,
    nowMs: number,
    expiresAtMs: number,
    chargeBytes: number,
    replaced: string,
  ): boolean {
    if (this.pending === undefined) throw new Error('a write without anything to store');
    const { stored, tags } = this.pending;
    if (replaced !== '') this.forget(key, replaced);
    // Spelt as in Redis, so that entries that expire together are settled in the same order.
    const descriptor = `${String(chargeBytes).padStart(12, '0')}${tags.length > 0 ? 't' : '-'}`;
    this.entries.set(key, { stampMs: nowMs, expiresAtMs, chargeBytes, descriptor, stored, tags });
    this.expiry.set(descriptor + key, expiresAtMs);
    for (const tag of tags) {
      const keys = this.tagged.get(tag);
      if (keys === undefined) this.tagged.set(tag, new Set([key]));
      else keys.add(key);
    }
    return false;
  }

  removeEntry(key: string, descriptor: string): void {
    this.forget(key, descriptor);
    this.lru.delete(key);
  }

  removeVanished(key: string): void {
    this.lru.delete(key);
  }

  /** Removals take effect at once here. */
  commitRemovals(): void {}

  oldestKeys(countMax: number): string[] {
    return this.lru.first(countMax).map(({ member }) => member);
  }

  dueMembers(nowMs: number, countMax: number): string[] {
    return this.expiry.first(countMax, nowMs).map(({ member }) => member);
  }

  removeDue(member: string): number {
    const key = member.slice(13);
    this.removeEntry(key, member.slice(0, 13));
    return Number(member.slice(0, 12));
  }

  firstExpiryMs(): number {
    return this.expiry.first(1)[0]?.score ?? 0;
  }

  get changeCount(): number {
    return this.storedCount + this.evictedCount + this.expiredCount + this.invalidatedCount;
  }

  indexMembers(from: number, countMax: number): string[] {
    return [...this.expiry.members()].slice(from, from + countMax);
  }

  recount(member: string): number {
    const entry = this.entries.get(member.slice(13));
    if (entry?.descriptor === member.slice(0, 13)) return entry.chargeBytes;
    this.expiry.delete(member);
    return -1;
  }

  /** A walk is one step here: nothing comes between. */
  walkKeys(_cursor: string, prefix: string): string[] {
    this.walkCursor = '0';
    return [...this.entries.keys()].filter((key) => key.startsWith(prefix));
  }

  takeTagged(tag: string, countMax: number): string[] {
    const keys = [...(this.tagged.get(tag) ?? [])].slice(0, countMax);
    for (const key of keys) this.untag(tag, key);
    return keys;
  }

  hasTag(key: string, tag: string): boolean {
    return this.entries.get(key)?.tags.includes(tag) ?? false;
  }

  fence(member: string, generation: number): number {
    this.fences.set(member, generation);
    return this.fences.size;
  }

  newestFence(key: string): number {
    if (this.fences.size === 0) return -1;
    const members = [
      FENCED_KEY + key,
      ...(this.pending?.tags ?? []).map((tag) => FENCED_TAG + tag),
    ];
    return Math.max(0, ...members.map((member) => this.fences.score(member) ?? 0));
  }

  trimFences(countMax: number): number {
    const dropped = this.fences.first(this.fences.size - countMax);
    for (const { member } of dropped) this.fences.delete(member);
    return dropped.at(-1)?.score ?? 0;
  }

  readLease(key: string): boolean {
    const lease = this.leases.get(key);
    if (lease === undefined) return false;
    this.leaseToken = lease.token;
    this.leaseEndsAtMs = lease.endsAtMs;
    return true;
  }

  writeLease(key: string, token: string, endsAtMs: number): void {
    if (this.leases.size >= LEASES_MAX) this.leases.clear();
    this.leases.set(key, { token, endsAtMs });
  }

  dropLease(key: string): void {
    this.leases.delete(key);
  }

  /** Keys that have not expired. */
  liveKeys(nowMs: number): string[] {
    return [...this.entries].filter(([, entry]) => entry.expiresAtMs > nowMs).map(([key]) => key);
  }

  private forget(key: string, descriptor: string): void {
    for (const tag of this.entries.get(key)?.tags ?? []) this.untag(tag, key);
    this.entries.delete(key);
    this.expiry.delete(descriptor + key);
  }

  private untag(tag: string, key: string): void {
    const keys = this.tagged.get(tag);
    keys?.delete(key);
    if (keys?.size === 0) this.tagged.delete(tag);
  }
}

/** As in Redis: see `core/stores/lua/lease-space.ts`. */
const LEASES_MAX = 4096;
