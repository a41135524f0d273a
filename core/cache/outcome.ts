import type { Value } from '../stores/store.ts';
import type { CacheError } from './errors.ts';

/** An entry was found, current and sealed for this tenant and key. */
export interface Hit {
  readonly kind: 'hit';
  readonly value: Value;
  readonly source: 'store' | 'local-tier';
  /** True from 80 % of the rate limit on. */
  readonly nearLimit: boolean;
  /** Shadow mode only: the request would have been rejected. */
  readonly wouldReject: boolean;
}

/** Nothing current was found. */
export interface Miss {
  readonly kind: 'miss';
  readonly nearLimit: boolean;
  readonly wouldReject: boolean;
}

/** The loader gave the value: this request's own, or one already in flight for the same key. */
export interface Loaded {
  readonly kind: 'loaded';
  readonly value: Value;
  readonly source: 'loader' | 'shared-flight';
  readonly fill: Fill;
}

/**
 * What became of a loaded value in the store: `outdated` means an invalidation came in between,
 * `bypassed` that the store was not asked because it is unavailable or answered with somebody
 * else's entry, `unknown` that it failed to answer the put.
 */
export type Fill =
  | 'stored'
  | 'outdated'
  | 'quota'
  | 'entry-too-large'
  | 'eviction-budget'
  | 'bypassed'
  | 'unknown';

/** A put landed. */
export interface Stored {
  readonly kind: 'stored';
  readonly usageBytes: number;
  readonly evictedCount: number;
  /** True from 80 % of the storage quota on. */
  readonly nearLimit: boolean;
  readonly wouldReject: boolean;
}

/** An invalidation is complete: nothing of its scope that was written before is readable. */
export interface Invalidated {
  readonly kind: 'invalidated';
  readonly removedCount: number;
}

/** The tenant is gone with all it had in the store: created again, it starts empty. */
export interface Removed {
  readonly kind: 'removed';
}

/** The tenant is over its rate; nothing was read or loaded. */
export interface RateRejected {
  readonly kind: 'rejected';
  readonly reason: 'rate';
  readonly retryAfterMs: number;
  /** Who refused: the store, this process's memory of it, or the local share in a failure. */
  readonly by: 'store' | 'deny-list' | 'local-share';
}

/** The put was refused; retrying does not help before something of the tenant is removed. */
export interface PutRejected {
  readonly kind: 'rejected';
  readonly reason: 'quota' | 'entry-too-large' | 'eviction-budget' | 'outdated';
  readonly usageBytes: number;
}

/** The tier's deadline passed: the load may or may not have had effects at its source. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: 'deadline';
  readonly error: CacheError<'deadline'>;
}

/** The operation did not take place for a reason that is not the tenant's fault. */
export interface Failed {
  readonly kind: 'failed';
  readonly reason: 'store-unavailable' | 'circuit-open' | 'loader-failed' | 'overloaded';
  readonly error: CacheError;
}

export type GetOutcome = Hit | Miss | RateRejected | Failed;
export type LoadOutcome = Hit | Loaded | RateRejected | Unknown | Failed;
export type PutOutcome = Stored | PutRejected | Failed;
export type InvalidateOutcome = Invalidated | Failed;
export type RemoveOutcome = Removed | Failed;

/** Everything an operation of the cache can come to. */
export type Outcome = GetOutcome | LoadOutcome | PutOutcome | InvalidateOutcome | RemoveOutcome;
