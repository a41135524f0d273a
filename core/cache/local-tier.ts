import type { Scope, Value } from '../stores/store.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';

/** Tells the local tiers of other processes what is no longer current. */
export interface InvalidationMessage {
  readonly tenant: TenantId;
  readonly scope: Scope;
}

/** The transport of these messages. A lost one costs staleness of at most the local life. */
export interface InvalidationChannel {
  /** Must not throw or wait; delivery is best effort. */
  publish(message: InvalidationMessage): void;
  subscribe(listener: (message: InvalidationMessage) => void): void;
}

export interface LocalTierBounds {
  /** Per tenant. */
  readonly entriesMax: number;
  /** Per tenant; a string counts two bytes a unit. */
  readonly bytesMax: number;
  readonly ttlMs: number;
  readonly tenantsMax: number;
}

interface LocalEntry {
  readonly value: Value;
  readonly bytes: number;
  readonly keptAtMs: number;
  readonly expiresAtMs: number;
}

interface Shelf {
  /** In order of use, the least recent first. */
  readonly entries: Map<string, LocalEntry>;
  usageBytes: number;
  /** Differs after every invalidation, and from that of any other shelf there ever was. */
  epoch: number;
  /** No entry lives longer. */
  busyUntilMs: number;
}

/** Idle shelves looked for each time a new tenant finds all of them taken. */
const SWEEP_MAX = 16;

/**
 * Hot values kept in the process, keyed by tenant, then key, each tenant bounded by itself and
 * evicting its own. When all shelves are taken by others, a tenant goes without. An entry lives as
 * long as in the store, at most `ttlMs`. Bytes are copied in and out, so nobody holds a reference
 * into the tier.
 */
export class LocalTier {
  private readonly shelves = new Map<TenantId, Shelf>();
  private readonly bounds: LocalTierBounds;
  private epochCount = 0;

  constructor(bounds: LocalTierBounds) {
    this.bounds = bounds;
  }

  read(tenant: TenantId, key: string, nowMs: number): Value | undefined {
    const shelf = this.shelves.get(tenant);
    const entry = shelf?.entries.get(key);
    if (shelf === undefined || entry === undefined) return undefined;
    remove(shelf, key);
    if (nowMs >= entry.expiresAtMs || nowMs < entry.keptAtMs) return undefined;
    add(shelf, key, entry);
    return copyOf(entry.value);
  }

  /** To be asked before a lookup whose value is to be kept; undefined if none can be kept. */
  epochOf(tenant: TenantId, nowMs: number): number | undefined {
    const shelf = this.shelves.get(tenant);
    if (shelf !== undefined) return shelf.epoch;
    if (!this.makeRoom(nowMs)) return undefined;
    this.epochCount += 1;
    const entries = new Map<string, LocalEntry>();
    const added = { entries, usageBytes: 0, epoch: this.epochCount, busyUntilMs: nowMs };
    this.shelves.set(tenant, added);
    return added.epoch;
  }

  /** Keeps a value, unless something of the tenant was dropped since `epoch` was asked for. */
  keep(
    tenant: TenantId,
    key: string,
    value: Value,
    life: { readonly ttlRemainingMs: number; readonly epoch: number | undefined },
    nowMs: number,
  ): void {
    const shelf = this.shelves.get(tenant);
    if (shelf === undefined || shelf.epoch !== life.epoch) return;
    const bytes = 2 * key.length + (typeof value === 'string' ? 2 * value.length : value.length);
    if (bytes > this.bounds.bytesMax) return;
    remove(shelf, key);
    const expiresAtMs = nowMs + Math.min(life.ttlRemainingMs, this.bounds.ttlMs);
    add(shelf, key, { value: copyOf(value), bytes, keptAtMs: nowMs, expiresAtMs });
    shelf.busyUntilMs = Math.max(shelf.busyUntilMs, expiresAtMs);
    for (const oldest of shelf.entries.keys()) {
      const { entriesMax, bytesMax } = this.bounds;
      if (shelf.entries.size <= entriesMax && shelf.usageBytes <= bytesMax) break;
      remove(shelf, oldest);
    }
  }

  /** Drops the tenant's entries in the scope; all of them for a tag, as tags are not known here. */
  drop(tenant: TenantId, scope: Scope): void {
    const shelf = this.shelves.get(tenant);
    if (shelf === undefined) return;
    this.epochCount += 1;
    shelf.epoch = this.epochCount;
    if (scope.kind === 'key') {
      remove(shelf, scope.key);
    } else if (scope.kind === 'prefix') {
      for (const key of shelf.entries.keys()) if (key.startsWith(scope.prefix)) remove(shelf, key);
    } else {
      shelf.entries.clear();
      shelf.usageBytes = 0;
    }
  }

  usageBytesOf(tenant: TenantId): number {
    return this.shelves.get(tenant)?.usageBytes ?? 0;
  }

  private makeRoom(nowMs: number): boolean {
    if (this.shelves.size < this.bounds.tenantsMax) return true;
    let sweptCount = 0;
    for (const [tenant, shelf] of this.shelves) {
      if (shelf.busyUntilMs < nowMs) {
        this.shelves.delete(tenant);
        return true;
      }
      sweptCount += 1;
      if (sweptCount >= SWEEP_MAX) break;
      // The next sweep begins with those behind it.
      this.shelves.delete(tenant);
      this.shelves.set(tenant, shelf);
    }
    return false;
  }
}

function add(shelf: Shelf, key: string, entry: LocalEntry): void {
  shelf.entries.set(key, entry);
  shelf.usageBytes += entry.bytes;
}

function remove(shelf: Shelf, key: string): void {
  const entry = shelf.entries.get(key);
  if (entry === undefined) return;
  shelf.entries.delete(key);
  shelf.usageBytes -= entry.bytes;
}

/** The same value, sharing no bytes with it. (A Node Buffer's own `slice` would share them.) */
export function copyOf(value: Value): Value {
  return typeof value === 'string' ? value : new Uint8Array(value);
}
