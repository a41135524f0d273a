import { quantileOf } from './choose.ts';
import type { Need } from './need.ts';
import type { Capacity } from './options.ts';
import type { World } from './world.ts';

/** How many tenants of a tier fit, and how far its quotas may be sold beyond what exists. */
export interface TierRoom {
  readonly tier: string;
  readonly tenantCount: number;
  /** Tenants of this tier that fit beside all others at the accepted probability of overflow. */
  readonly tenantsMax: number;
  readonly quotaBytes: number;
  /** Bytes that the tier's tenants use together at most, at that probability. */
  readonly usageBytesHigh: number;
  /** Quota sold for each byte used: how far the tier may be overcommitted. */
  readonly overcommitMax: number;
}

export interface Overcommit {
  /** Accepted probability that the cluster runs short of memory. */
  readonly probability: number;
  readonly quotaBytesSold: number;
  readonly residentBytes: number;
  /** What is sold today over what the cluster holds. */
  readonly factor: number;
  /** Share of worlds in which use exceeds the cluster. */
  readonly overflowProbability: number;
  readonly tiers: readonly TierRoom[];
}

export function overcommitOf(
  needs: readonly Need[],
  worlds: readonly World[],
  capacity: Capacity,
  probability: number,
): Overcommit {
  const tiers = [...new Set(needs[0]?.tenants.map((use) => use.tenant.tierName) ?? [])];
  const rooms = tiers.map((tier) => roomOf(tier, { needs, worlds, capacity, probability }));
  const quotaBytesSold = rooms.reduce((sum, room) => sum + room.quotaBytes, 0);
  const short = needs.filter((need) => need.residentBytes > capacity.residentBytes).length;
  return {
    probability,
    quotaBytesSold,
    residentBytes: capacity.residentBytes,
    factor: quotaBytesSold / capacity.residentBytes,
    overflowProbability: short / needs.length,
    tiers: rooms,
  };
}

interface RoomSource {
  readonly needs: readonly Need[];
  readonly worlds: readonly World[];
  readonly capacity: Capacity;
  readonly probability: number;
}

function roomOf(tier: string, { needs, worlds, capacity, probability }: RoomSource): TierRoom {
  const ofTier = needs.map((need) => need.tenants.filter((use) => use.tenant.tierName === tier));
  const count = ofTier[0]?.length ?? 0;
  const used = ofTier.map((uses) => uses.reduce((sum, use) => sum + use.usageBytes, 0));
  const fits = needs.map((need, index) => {
    const world = worlds[index];
    const uses = ofTier[index] ?? [];
    if (world === undefined || count === 0) return 0;
    const bytesOfTier = (used[index] ?? 0) * world.fragmentation;
    const secondsOfTier =
      uses.reduce(
        (sum, use) =>
          sum + use.tenant.admittedPerSecond * world.lookupUs + use.putsPerSecond * world.putUs,
        0,
      ) / 1e6;
    const byMemory = roomFor(capacity.residentBytes, need.residentBytes - bytesOfTier, bytesOfTier);
    const byWork = roomFor(
      capacity.serverSeconds,
      need.serverSeconds - secondsOfTier,
      secondsOfTier,
    );
    return Math.floor(count * Math.min(byMemory, byWork));
  });
  const usageBytesHigh = quantileOf(used, 1 - probability);
  const quotaBytes = ofTier[0]?.reduce((sum, use) => sum + use.tenant.quotaBytes, 0) ?? 0;
  return {
    tier,
    tenantCount: count,
    tenantsMax: quantileOf(fits, probability),
    quotaBytes,
    usageBytesHigh,
    overcommitMax: usageBytesHigh === 0 ? Number.POSITIVE_INFINITY : quotaBytes / usageBytesHigh,
  };
}

/** How many times what the tier takes today would fit beside the others. */
function roomFor(capacity: number, others: number, mine: number): number {
  if (mine <= 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, capacity - others) / mine;
}
