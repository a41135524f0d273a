import type { TenantId } from '../tenancy/tenant-id.ts';

/** What happened to one tenant in this process, in totals; moved by its own operations only. */
export interface CacheCounters {
  hitCount: number;
  localHitCount: number;
  missCount: number;
  /** Loads that gave a value, and requests that waited for another's load. */
  loadedCount: number;
  sharedCount: number;
  refreshedCount: number;
  storedCount: number;
  /** Puts and fills refused by the store; of them, those overtaken by an invalidation. */
  refusedCount: number;
  outdatedCount: number;
  invalidatedCount: number;
  /** Over the rate: by the store, by the local deny list, by the local share. */
  rejectedCount: number;
  deniedCount: number;
  localRejectedCount: number;
  deadlineCount: number;
  loaderFailedCount: number;
  storeFailedCount: number;
  circuitOpenCount: number;
  overloadedCount: number;
  retriedCount: number;
  /** Loads behind the local share while the store was unavailable. */
  bypassedCount: number;
  /** Values that failed their seal; above zero, the wall has a hole. */
  sealMismatchCount: number;
  /** Entries in no form that a store writes; they were removed. */
  unreadableCount: number;
}

export function makeCounters(): CacheCounters {
  return {
    hitCount: 0,
    localHitCount: 0,
    missCount: 0,
    loadedCount: 0,
    sharedCount: 0,
    refreshedCount: 0,
    storedCount: 0,
    refusedCount: 0,
    outdatedCount: 0,
    invalidatedCount: 0,
    rejectedCount: 0,
    deniedCount: 0,
    localRejectedCount: 0,
    deadlineCount: 0,
    loaderFailedCount: 0,
    storeFailedCount: 0,
    circuitOpenCount: 0,
    overloadedCount: 0,
    retriedCount: 0,
    bypassedCount: 0,
    sealMismatchCount: 0,
    unreadableCount: 0,
  };
}

/**
 * Counters by tenant, for at most `tenantsMax` of them; the rest share one set, so that the sum
 * over `all` is always everything that happened.
 */
export class CounterTable {
  private readonly counters = new Map<TenantId, CacheCounters>();
  private readonly others = makeCounters();
  private readonly tenantsMax: number;

  constructor(tenantsMax: number) {
    this.tenantsMax = tenantsMax;
  }

  /** The tenant's live counters. */
  of(tenant: TenantId): CacheCounters {
    return this.counters.get(tenant) ?? this.add(tenant);
  }

  /** The same for whoever only looks: zeros for a tenant that has none of its own. */
  read(tenant: TenantId): Readonly<CacheCounters> {
    return this.counters.get(tenant) ?? makeCounters();
  }

  /** Every tenant's counters, and those of the tenants beyond the bound under `undefined`. */
  *all(): Iterable<readonly [TenantId | undefined, Readonly<CacheCounters>]> {
    yield* this.counters;
    yield [undefined, this.others];
  }

  private add(tenant: TenantId): CacheCounters {
    if (this.counters.size >= this.tenantsMax) return this.others;
    const added = makeCounters();
    this.counters.set(tenant, added);
    return added;
  }
}
