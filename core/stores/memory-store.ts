import { chargeOf } from '../policy/charge.ts';
import { invalidate } from '../policy/invalidation.ts';
import { acquireLease, releaseLease } from '../policy/lease.ts';
import { lookup } from '../policy/lookup.ts';
import { NO_FENCE, put } from '../policy/put.ts';
import { reconcile } from '../policy/reconciliation.ts';
import { settleForUsage } from '../policy/usage.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { utf8Bytes } from '../tenancy/utf8.ts';
import { checkInvalidate, checkLease, checkLookup, checkNow, checkPut } from './check-request.ts';
import { ENTRY_OVERHEAD_BYTES } from './entry-overhead.ts';
import { MemorySpace } from './memory-space.ts';
import {
  FIRST_COUNT,
  parseBatch,
  parseCount,
  parseFlag,
  parseLookup,
  parsePut,
  parseUsage,
} from './replies.ts';
import { spellScope } from './spell-scope.ts';
import type {
  InvalidateReply,
  InvalidateRequest,
  LeaseRequest,
  LookupReply,
  LookupRequest,
  PutReply,
  PutRequest,
  ReconcileReply,
  Store,
  TenantUsage,
} from './store.ts';
import { type StoredEntry, spellAttributes } from './stored-entry.ts';

export interface MemoryStoreOptions {
  /** Milliseconds; asked only where a request brings no time of its own. */
  readonly nowMs: () => number;
  /** Charged for an entry beside its key and value; {@link ENTRY_OVERHEAD_BYTES} unless given. */
  readonly entryOverheadBytes?: number;
}

/**
 * The policy over plain maps: the model that the other stores are compared with, and the store of
 * tests and simulations. Nothing outlives the process; tenants live until they are removed.
 */
export class MemoryStore implements Store {
  private readonly tenants = new Map<TenantId, MemorySpace>();
  private readonly options: MemoryStoreOptions;
  /** Above every generation that a removed tenant reached, so that none of its fences fits again. */
  private generationFloor = 0;

  constructor(options: MemoryStoreOptions) {
    this.options = options;
  }

  async lookup(request: LookupRequest): Promise<LookupReply> {
    checkLookup(request);
    const { ratePerSecond, burst, enforcement } = request.limit;
    const now = this.clock(request.nowMs);
    const space = this.spaceOf(request.tenant);
    const cost = request.cost ?? 1;
    const asked = { key: request.key, ratePerSecond, burst, enforcement, cost, ...now };
    const row = lookup(space, asked);
    return parseLookup(row, (body) => copyOut(body as StoredEntry));
  }

  async put(request: PutRequest): Promise<PutReply> {
    checkPut(request);
    const { key, value, seal, ttlMs, quota, loadMs = 0 } = request;
    const tags = [...new Set(request.tags ?? [])];
    const attributes = spellAttributes(typeof value === 'string', loadMs, seal);
    const chargeBytes = chargeOf(
      utf8Bytes(key),
      utf8Bytes(attributes) + (typeof value === 'string' ? utf8Bytes(value) : value.byteLength),
      this.options.entryOverheadBytes ?? ENTRY_OVERHEAD_BYTES,
      tags.length,
      tags.reduce((sum, tag) => sum + utf8Bytes(tag), 0),
    );
    const { quotaBytes, quotaEntries = 0, atQuota, enforcement } = quota;
    const fence = request.fence === undefined ? NO_FENCE : Number(request.fence);
    const now = this.clock(request.nowMs);
    const space = this.spaceOf(request.tenant);
    space.pending = { stored: copyOut({ value, seal, loadMs }), tags };
    const limits = { quotaBytes, quotaEntries, atQuota, enforcement };
    const row = put(space, { key, ttlMs, chargeBytes, fence, ...limits, ...now });
    space.pending = undefined;
    return parsePut(row);
  }

  async invalidate(request: InvalidateRequest): Promise<InvalidateReply> {
    checkInvalidate(request);
    const { nowMs } = this.clock(request.nowMs);
    const space = this.spaceOf(request.tenant);
    if (space.generation === 0) return { removedCount: 0 };
    const { scope, target } = spellScope(request.scope);
    let total = 0;
    for (let cursor = ''; cursor !== '0'; ) {
      const batch = parseBatch(invalidate(space, { scope, target, cursor, nowMs }));
      total += batch.removedCount;
      cursor = batch.cursor;
    }
    return { removedCount: total };
  }

  async acquireLease(request: LeaseRequest): Promise<{ acquired: boolean }> {
    checkLease(request);
    const { key, token, leaseMs } = request;
    const { nowMs } = this.clock(request.nowMs);
    const held = acquireLease(this.spaceOf(request.tenant), { key, token, leaseMs, nowMs });
    return { acquired: parseFlag([held], 'acquire-lease') };
  }

  async releaseLease(request: LeaseRequest): Promise<void> {
    checkLease(request);
    const { key, token, leaseMs } = request;
    releaseLease(this.spaceOf(request.tenant), { key, token, leaseMs, nowMs: 0 });
  }

  async readUsage(tenant: TenantId, nowMs?: number): Promise<TenantUsage> {
    checkNow(nowMs);
    const space = this.spaceOf(tenant);
    const now = this.clock(nowMs);
    while (settleForUsage(space, now) === 1);
    return parseUsage([
      0,
      space.usageBytes,
      space.entryCount,
      space.rejectedCount,
      space.hitCount,
      space.missCount,
      space.storedCount,
      space.refusedCount,
      space.evictedCount,
      space.expiredCount,
      space.invalidatedCount,
      space.wouldRejectCount,
      space.entryLimitCount,
    ]);
  }

  async listKeys(tenant: TenantId, nowMs?: number): Promise<string[]> {
    checkNow(nowMs);
    return this.spaceOf(tenant).liveKeys(this.clock(nowMs).nowMs);
  }

  async reconcile(tenant: TenantId, nowMs?: number): Promise<ReconcileReply> {
    checkNow(nowMs);
    const space = this.spaceOf(tenant);
    const now = this.clock(nowMs);
    let counted = FIRST_COUNT;
    for (;;) {
      const reply = parseCount(reconcile(space, { ...counted, ...now }));
      if ('driftBytes' in reply) return reply;
      counted = reply;
    }
  }

  async removeTenant(tenant: TenantId): Promise<void> {
    const generation = this.tenants.get(tenant)?.generation ?? 0;
    if (generation > this.generationFloor) this.generationFloor = generation;
    this.tenants.delete(tenant);
  }

  async close(): Promise<void> {}

  private clock(nowMs: number | undefined): { nowMs: number; nowUs: number } {
    const now = nowMs ?? Math.floor(this.options.nowMs());
    return { nowMs: now, nowUs: now * 1000 };
  }

  private spaceOf(tenant: TenantId): MemorySpace {
    let space = this.tenants.get(tenant);
    if (space === undefined) {
      space = new MemorySpace(this.generationFloor);
      this.tenants.set(tenant, space);
    }
    return space;
  }
}

/**
 * Bytes are copied in and out: what a caller does to its array changes nobody's entry. (A Node
 * Buffer's own `slice` would share them.)
 */
function copyOut({ value, seal, loadMs }: StoredEntry): StoredEntry {
  return { value: typeof value === 'string' ? value : new Uint8Array(value), seal, loadMs };
}
