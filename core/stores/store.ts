import type { TenantId } from '../tenancy/tenant-id.ts';

/**
 * Where entries live. The port speaks the cache's verbs, never Redis commands: each call is one
 * atomic step on one tenant and cannot name two tenants.
 *
 * Promises of every adapter (checked by the contract suite):
 * - A reply concerns the tenant and key that were asked for, or the promise rejects.
 * - `nowMs` left out means the store's own clock; given, it is the only clock that counts.
 * - Values come back as they went in: a string as a string, bytes as bytes.
 * - Operating trouble (connection, time-out, malformed reply) rejects with a `StoreError`
 *   (`store-error.ts`); bad input rejects with another error and leaves no trace.
 */
export interface Store {
  /** Admission, read, recency touch and accounting in one round trip. */
  lookup(request: LookupRequest): Promise<LookupReply>;
  /**
   * Quota check, eviction of the tenant's own entries, write and accounting in one step. Bytes are
   * taken as they are at the call: what becomes of the array while it is under way changes nothing.
   */
  put(request: PutRequest): Promise<PutReply>;
  /** Removes everything in the scope; bounded batches; resolved when nothing of it is readable. */
  invalidate(request: InvalidateRequest): Promise<InvalidateReply>;
  /** Takes a short lease on loading a key, so that one process of many loads it. */
  acquireLease(request: LeaseRequest): Promise<{ readonly acquired: boolean }>;
  /** Gives the lease back; only its holder's token has an effect. */
  releaseLease(request: LeaseRequest): Promise<void>;
  /**
   * What the tenant occupies and what happened to it, as counted by the store itself. Settles what has
   * expired: of a tenant that went silent nothing else does, and its indexes stay until then.
   */
  readUsage(tenant: TenantId, nowMs?: number): Promise<TenantUsage>;
  /** The tenant's keys (as the tenant spells them), in no promised order, expired ones left out. */
  listKeys(tenant: TenantId, nowMs?: number): Promise<string[]>;
  /** Recounts the tenant's entries, corrects the accounting and reports the drift found. */
  reconcile(tenant: TenantId, nowMs?: number): Promise<ReconcileReply>;
  /** Removes the tenant with its entries, counters and limits; a tenant re-created is empty. */
  removeTenant(tenant: TenantId): Promise<void>;
  close(): Promise<void>;
}

/** A value is text or bytes; the k6 adapter takes text only. */
export type Value = string | Uint8Array;

/** Whether limits act: `shadow` counts what would have been rejected and rejects nothing. */
export type Enforcement = 'off' | 'shadow' | 'enforce';

/** The part of a tier that admission needs. */
export interface RateLimit {
  readonly ratePerSecond: number;
  readonly burst: number;
  readonly enforcement: Enforcement;
}

/** The part of a tier that storage needs. */
export interface Quota {
  readonly quotaBytes: number;
  readonly quotaEntries?: number;
  readonly atQuota: 'evict' | 'refuse';
  readonly enforcement: Enforcement;
}

export interface LookupRequest {
  readonly tenant: TenantId;
  readonly key: string;
  readonly limit: RateLimit;
  /** Tokens this request costs; 1 unless elements or bytes are weighed. */
  readonly cost?: number;
  readonly nowMs?: number;
}

export type LookupReply =
  | {
      readonly kind: 'hit';
      readonly value: Value;
      /** As given to `put`: what binds the value to its tenant and key. */
      readonly seal: string;
      readonly ttlRemainingMs: number;
      /** As given to `put`: how long the load took; early refresh needs it. */
      readonly loadMs: number;
      /** As in a miss: an early refresh, or a value that fails its seal, is filled behind it. */
      readonly fence: Fence;
      /** True from 80 % of the rate limit on. */
      readonly nearLimit: boolean;
      /** Present in shadow mode only: this request would have been rejected. */
      readonly wouldReject?: boolean;
    }
  | {
      readonly kind: 'miss';
      /** Hand it to the `put` that fills this miss: an invalidation in between refuses the fill. */
      readonly fence: Fence;
      readonly nearLimit: boolean;
      readonly wouldReject?: boolean;
    }
  | {
      readonly kind: 'rejected';
      readonly reason: 'rate';
      readonly retryAfterMs: number;
      /** It speaks for the keys of one partition of the tenant, not for all of them. */
      readonly ofPartition?: boolean;
    };

/**
 * Opaque. Two lookups of a tenant between which nothing of it was invalidated carry equal fences,
 * so a request joins a load in flight only when their fences are equal; any other comparison is
 * `put`'s.
 */
export type Fence = string;

export interface PutRequest {
  readonly tenant: TenantId;
  readonly key: string;
  readonly value: Value;
  readonly seal: string;
  readonly ttlMs: number;
  readonly quota: Quota;
  readonly loadMs?: number;
  readonly tags?: readonly string[];
  /**
   * From the lookup that this put fills; absent: an unconditional write. Such a write is no fence: a
   * fill already under way may replace it. Invalidate the key first where that matters.
   */
  readonly fence?: Fence;
  readonly nowMs?: number;
}

export type PutReply =
  | {
      readonly kind: 'stored';
      readonly usageBytes: number;
      readonly evictedCount: number;
      /** True from 80 % of the storage quota on. */
      readonly nearLimit: boolean;
      readonly wouldReject?: boolean;
    }
  | {
      readonly kind: 'rejected';
      readonly reason: 'quota' | 'entry-too-large' | 'eviction-budget' | 'outdated';
      readonly usageBytes: number;
    };

export type Scope =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'tenant' };

export interface InvalidateRequest {
  readonly tenant: TenantId;
  readonly scope: Scope;
  readonly nowMs?: number;
}

export interface InvalidateReply {
  readonly removedCount: number;
}

export interface LeaseRequest {
  readonly tenant: TenantId;
  readonly key: string;
  /** Random and unique to the holder. */
  readonly token: string;
  readonly leaseMs: number;
  readonly nowMs?: number;
}

/** All counters are totals since the tenant was created. */
export interface TenantUsage {
  readonly usageBytes: number;
  readonly entryCount: number;
  readonly admittedCount: number;
  readonly rejectedCount: number;
  readonly hitCount: number;
  readonly missCount: number;
  readonly storedCount: number;
  readonly refusedCount: number;
  readonly evictedCount: number;
  readonly expiredCount: number;
  readonly invalidatedCount: number;
  /** Shadow mode: what would have been rejected or refused, and was not. */
  readonly wouldRejectCount: number;
  /** Puts that found the tenant at its limit of entries. */
  readonly entryLimitCount: number;
}

export interface ReconcileReply {
  readonly driftBytes: number;
  readonly driftEntries: number;
}
