/**
 * How a cache behaves. Every protection has its own switch, so that a load scenario can show what
 * breaks without it; the limiter's switch is the tenant's {@link TenantContext}.
 */
export interface CacheSettings {
  /** One load of a key of a tenant at a time in this process. */
  readonly singleFlight: boolean;
  /** Loads longer than the tier's deadline are abandoned. */
  readonly deadline: boolean;
  /** Rejections are remembered here until their retry-after. */
  readonly localDeny: boolean;
  /** Longest that a rejection is remembered, so that a raised limit is soon noticed. */
  readonly denyMsMax: number;
  /** Hits refresh their entry before it expires, with a probability that rises towards the end. */
  readonly earlyRefresh: boolean;
  /** Eagerness of early refresh; 1 is XFetch's optimum. */
  readonly earlyRefreshBeta: number;
  /** Share of an entry's life by which it may be shortened at random; 0 is none. */
  readonly ttlJitter: number;
  /** One process of many loads a key; costs a miss one more round trip. */
  readonly lease: boolean;
  readonly leaseMs: number;
  /** Who did not get the lease looks again this often. */
  readonly leasePollMs: number;
  /** `fail-open` loads without the cache behind a local share of the limit; neither ever waits. */
  readonly onStoreFailure: 'fail-open' | 'fail-closed';
  /** This process's share of a tenant's rate limit while the store is unavailable. */
  readonly localShare: number;
  /** Further tries after a lost connection; time-outs are never retried. */
  readonly retriesMax: number;
  /** Longest pause before the first further try; doubles, and is drawn at random below that. */
  readonly retryPauseMs: number;
  /** Failures in a row of a tenant's store calls that open its circuit; 0 means never. */
  readonly circuitFailuresMax: number;
  /** How long an open circuit refuses before it lets one call try. */
  readonly circuitOpenMs: number;
  /** Whose clock decides expiry and admission: the store's own, or this cache's `nowMs`. */
  readonly storeClock: 'own' | 'cache';
  /** Loads of one tenant running at once, abandoned ones included until they settle. */
  readonly loadsMax: number;
  /** Requests that wait for one load. */
  readonly waitersMax: number;
  /** Tenants that each local table remembers. */
  readonly tenantsMax: number;
  /** Keeps values in the process; its hits reach no store and cost no tokens. */
  readonly localTier: boolean;
  readonly localEntriesMax: number;
  readonly localBytesMax: number;
  /** Longest that a value stays there: bounds staleness where an invalidation message is lost. */
  readonly localTtlMs: number;
}

export const DEFAULT_SETTINGS: CacheSettings = {
  singleFlight: true,
  deadline: true,
  localDeny: true,
  denyMsMax: 1000,
  earlyRefresh: true,
  earlyRefreshBeta: 1,
  ttlJitter: 0.1,
  lease: false,
  leaseMs: 1000,
  leasePollMs: 20,
  onStoreFailure: 'fail-open',
  localShare: 0.1,
  retriesMax: 1,
  retryPauseMs: 10,
  circuitFailuresMax: 5,
  circuitOpenMs: 1000,
  storeClock: 'own',
  loadsMax: 1024,
  waitersMax: 4096,
  tenantsMax: 10_000,
  localTier: false,
  localEntriesMax: 1000,
  localBytesMax: 16 * 1024 * 1024,
  localTtlMs: 5000,
};
