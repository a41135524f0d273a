import { NEVER_EVICTED, workingSetBytes } from './curve/demand.ts';
import type { TenantLoad, World } from './world.ts';

/** What one tenant uses where nobody is short of memory but by its own quota. */
export interface TenantUse {
  readonly tenant: TenantLoad;
  /** Entries' bytes in Redis, overhead included, fragmentation not. */
  readonly usageBytes: number;
  readonly hitRatio: number;
  /** Puts a second: fills of misses and writes. */
  readonly putsPerSecond: number;
}

/** What a deployment needs of Redis in one world, before reserve and replicas. */
export interface Need {
  readonly tenants: readonly TenantUse[];
  /** Key and value bytes; what Redis adds; what the allocator adds. */
  readonly dataBytes: number;
  readonly overheadBytes: number;
  readonly fragmentationBytes: number;
  /** The three together: resident memory of all masters, empty processes left out. */
  readonly residentBytes: number;
  readonly lookupsPerSecond: number;
  readonly putsPerSecond: number;
  /** Seconds of one server thread used a second: 1 fills one master. */
  readonly serverSeconds: number;
  /** Replies and written values, in megabits a second. */
  readonly networkMbps: number;
  readonly missesPerSecond: number;
  readonly hitRatio: number;
}

/** Bytes of a command beside key and value: the script's digest, its arguments, the reply's frame. */
const FRAME_BYTES = 300;

export function needOf(world: World): Need {
  return needOfUses(world, world.tenants.map(useOf));
}

/** A tenant alone with its quota: entries leave by TTL, or by its own quota. */
export function useOf(tenant: TenantLoad): TenantUse {
  const { entries, hitRatio } = tenant.demand.at(NEVER_EVICTED);
  const wanted = entries * tenant.entryBytes;
  if (wanted <= tenant.quotaBytes) return asUse(tenant, wanted, hitRatio);
  return asUse(tenant, tenant.quotaBytes, hitRatioWithin(tenant, tenant.quotaBytes));
}

/** The tenant with this much memory of its own. */
export function useWithin(tenant: TenantLoad, bytes: number): TenantUse {
  const wanted = workingSetBytes(tenant.demand);
  const usageBytes = Math.min(wanted, bytes, tenant.quotaBytes);
  if (usageBytes === wanted) return useOf(tenant);
  return asUse(tenant, usageBytes, hitRatioWithin(tenant, usageBytes));
}

export function asUse(tenant: TenantLoad, usageBytes: number, hitRatio: number): TenantUse {
  const putsPerSecond =
    tenant.admittedPerSecond * ((1 - hitRatio) * tenant.fillShare + tenant.writesPerLookup);
  return { tenant, usageBytes, hitRatio, putsPerSecond };
}

function hitRatioWithin({ demand }: TenantLoad, bytes: number): number {
  let low = -20;
  let high = 40;
  while (high - low > 1e-4) {
    const middle = (low + high) / 2;
    if (demand.at(2 ** middle).entries * demand.entryBytes > bytes) high = middle;
    else low = middle;
  }
  return demand.at(2 ** low).hitRatio;
}

export function needOfUses(world: World, tenants: readonly TenantUse[]): Need {
  let [usage, overheadBytes, lookups, puts, hits, bits] = [0, 0, 0, 0, 0, 0];
  for (const { tenant, usageBytes, hitRatio, putsPerSecond } of tenants) {
    usage += usageBytes;
    overheadBytes += (usageBytes / tenant.entryBytes) * tenant.overheadBytes;
    lookups += tenant.admittedPerSecond;
    puts += putsPerSecond;
    hits += tenant.admittedPerSecond * hitRatio;
    const bytes = tenant.valueBytes + tenant.keyBytes;
    const transferred = tenant.admittedPerSecond * hitRatio + putsPerSecond;
    bits += 8 * (transferred * bytes + (tenant.admittedPerSecond + putsPerSecond) * FRAME_BYTES);
  }
  const fragmentationBytes = usage * (world.fragmentation - 1);
  return {
    tenants,
    dataBytes: usage - overheadBytes,
    overheadBytes,
    fragmentationBytes,
    residentBytes: usage + fragmentationBytes,
    lookupsPerSecond: lookups,
    putsPerSecond: puts,
    serverSeconds: (lookups * world.lookupUs + puts * world.putUs) / 1e6,
    networkMbps: bits / 1e6,
    missesPerSecond: lookups - hits,
    hitRatio: lookups === 0 ? 0 : hits / lookups,
  };
}
