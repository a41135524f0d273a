/**
 * What a tenant's stream asks of an LRU cache, by the cache's characteristic time: the time after
 * which an unused entry has been pushed out (Che, Tung and Wang 2002; the average eviction time of
 * Hu and others, ATC 2016). Tenants that share one LRU share one characteristic time, so demands add
 * up: that is how curves of single tenants are composed into the curve of a shared cache.
 */
export interface Demand {
  /** Lookups a second. */
  readonly lookupsPerSecond: number;
  /** Bytes of one entry in memory, overhead included. */
  readonly entryBytes: number;
  /** Entries held, and the share of lookups that hit, when unused entries leave after so long. */
  at(characteristicSeconds: number): { readonly entries: number; readonly hitRatio: number };
}

/** Unused entries never leave: only their TTL ends them. */
export const NEVER_EVICTED = Number.POSITIVE_INFINITY;

/** Bytes that the stream would fill if nothing were ever evicted. */
export function workingSetBytes(demand: Demand): number {
  return demand.at(NEVER_EVICTED).entries * demand.entryBytes;
}

/** The characteristic time at which these streams together fill `bytes`; infinite where they cannot. */
export function characteristicSeconds(demands: readonly Demand[], bytes: number): number {
  const filled = (seconds: number) =>
    demands.reduce((sum, demand) => sum + demand.at(seconds).entries * demand.entryBytes, 0);
  if (filled(NEVER_EVICTED) <= bytes) return NEVER_EVICTED;
  if (bytes <= 0) return 0;
  let low = -20;
  let high = 40;
  // Bisection of the logarithm: 2^-20 s to 2^40 s, to one part in a million.
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (filled(2 ** middle) > bytes) high = middle;
    else low = middle;
  }
  return 2 ** low;
}

/** The hit ratio of one stream that has `bytes` to itself. */
export function hitRatioAlone(demand: Demand, bytes: number): number {
  return demand.at(characteristicSeconds([demand], bytes)).hitRatio;
}
