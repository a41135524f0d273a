/**
 * What is asked of the policy, one type an operation. Times are the caller's or the store's clock,
 * already read; the policy never reads one. A policy function's parameter of these types is named
 * `asked`.
 */

export interface LookupAsked {
  readonly key: string;
  readonly ratePerSecond: number;
  readonly burst: number;
  /** 'off', 'shadow' or 'enforce'. */
  readonly enforcement: string;
  readonly cost: number;
  readonly nowMs: number;
  readonly nowUs: number;
}

export interface PutAsked {
  readonly key: string;
  readonly ttlMs: number;
  /** What the entry adds to the usage: key, stored bytes and the constant overhead. */
  readonly chargeBytes: number;
  readonly quotaBytes: number;
  /** 0 where only bytes count. */
  readonly quotaEntries: number;
  /** 'evict' or 'refuse'. */
  readonly atQuota: string;
  readonly enforcement: string;
  /** From the lookup whose miss this fills; `NO_FENCE` for an unconditional write. */
  readonly fence: number;
  readonly nowMs: number;
  readonly nowUs: number;
}

export interface InvalidateAsked {
  /** 'key', 'prefix' or 'tag'; a whole tenant is the empty prefix. */
  readonly scope: string;
  /** The key, prefix or tag. */
  readonly target: string;
  /** '' for the first batch, then what the batch before answered. */
  readonly cursor: string;
  readonly nowMs: number;
}

export interface LeaseAsked {
  readonly key: string;
  readonly token: string;
  readonly leaseMs: number;
  readonly nowMs: number;
}

export interface SettleAsked {
  readonly nowMs: number;
}

/** What the batch before answered; zeros and `changes` of -1 at first. */
export interface ReconcileAsked {
  readonly cursor: number;
  readonly bytes: number;
  readonly entries: number;
  readonly changes: number;
  readonly nowMs: number;
}
