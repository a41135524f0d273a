/**
 * What a tier grants its tenants. Tiers are data: replace {@link TIERS} by configuration.
 */
export interface Tier {
  readonly name: string;
  /**
   * Milliseconds after which a load is abandoned, and after which nobody waits any longer for the put
   * behind it. A lookup takes as long as the store's client lets it: see its `commandTimeout`.
   */
  readonly deadlineMs: number;
  /** Life of an entry unless the put says otherwise. */
  readonly ttlMs: number;
  /** Sustained admission rate. */
  readonly ratePerSecond: number;
  /** Depth of the admission bucket: requests admitted at once after a quiet time. */
  readonly burst: number;
  /** Bytes of keys, stored values and overhead that a tenant may hold. */
  readonly quotaBytes: number;
  /** Entries that a tenant may hold; absent means no limit but bytes. */
  readonly quotaEntries?: number;
  /** At the quota: evict the tenant's own least recently used entries, or refuse writes at 95 %. */
  readonly atQuota: 'evict' | 'refuse';
  /** Price of one tenant of this tier a month, in the deployment's currency. */
  readonly pricePerMonth: number;
}

const GIB = 1024 ** 3;

/** The seed deployment's three tiers; burst is two seconds of the sustained rate. */
export const TIERS = {
  platinum: {
    name: 'platinum',
    deadlineMs: 200,
    ttlMs: 60 * 60_000,
    ratePerSecond: 1000,
    burst: 2000,
    quotaBytes: 40 * GIB,
    atQuota: 'evict',
    pricePerMonth: 15_000,
  },
  gold: {
    name: 'gold',
    deadlineMs: 500,
    ttlMs: 30 * 60_000,
    ratePerSecond: 500,
    burst: 1000,
    quotaBytes: 20 * GIB,
    atQuota: 'evict',
    pricePerMonth: 8_000,
  },
  silver: {
    name: 'silver',
    deadlineMs: 1000,
    ttlMs: 15 * 60_000,
    ratePerSecond: 200,
    burst: 400,
    quotaBytes: 10 * GIB,
    atQuota: 'evict',
    pricePerMonth: 5_000,
  },
} as const satisfies Record<string, Tier>;
