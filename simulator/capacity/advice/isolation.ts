import type { Cluster } from '../cluster.ts';
import { characteristicSeconds, type Demand, workingSetBytes } from '../curve/demand.ts';
import { responseQuantileUs } from '../knee.ts';
import { threadLoad } from '../knee-report.ts';
import { needOf, useWithin } from '../need.ts';
import type { TenantLoad, World } from '../world.ts';

/** How the neighbours fare while the busiest tenant spikes, by the way memory is shared. */
export interface IsolationRow {
  readonly sharing: string;
  /** Least over greatest of the tenants' hit ratio over what they have alone: 1 is perfect. */
  readonly minMaxRatio: number;
  /** Mean and worst hit ratio of the neighbours. */
  readonly neighboursHitRatio: number;
  readonly worstHitRatio: number;
  /** Points of hit ratio lost against being alone: the worst neighbour's. */
  readonly worstLoss: number;
}

export interface IsolationScore {
  readonly hotTenant: string;
  readonly spikeFactor: number;
  readonly memoryBytes: number;
  readonly rows: readonly IsolationRow[];
  /** P99 of a neighbour's hit on the hot tenant's shard: before, limited, unlimited; milliseconds. */
  readonly hitMsP99: {
    readonly before: number;
    readonly limited: number;
    readonly unlimited: number;
  };
}

/** Of the memory that the tenants want together: enough to matter, usual where caches are shared. */
const TIGHT = 0.5;

/**
 * The scorecard at a tight memory, where sharing matters; in the advised cluster nobody is short,
 * and all ways are alike. What the spike asks for beyond the tenant's ordinary lookups are keys
 * never asked for before, as in a scan or a launch: each is filled and none is hit.
 */
export function isolationScore(world: World, cluster: Cluster): IsolationScore | undefined {
  const hot = world.tenants.reduce<TenantLoad | undefined>(
    (most, one) => (most && most.offeredPerSecond >= one.offeredPerSecond ? most : one),
    undefined,
  );
  if (hot === undefined || world.tenants.length < 2) return undefined;
  const neighbours = world.tenants.filter((tenant) => tenant !== hot);
  const wanted = world.tenants.reduce((sum, { demand }) => sum + workingSetBytes(demand), 0);
  const memoryBytes = TIGHT * wanted;
  const offered = hot.offeredPerSecond * hot.spikeFactor;
  const unlimited = spikeDemand(hot, offered);
  const limited = spikeDemand(hot, Math.min(offered, hot.tier.ratePerSecond));
  const alone = neighbours.map((tenant) => useWithin(tenant, memoryBytes).hitRatio);
  const score = (sharing: string, hits: readonly number[]) => rowOf(sharing, hits, alone);
  const shared = (spiking: Demand) => sharedHits(neighbours, spiking, memoryBytes);
  const equal = memoryBytes / world.tenants.length;
  return {
    hotTenant: hot.id,
    spikeFactor: hot.spikeFactor,
    memoryBytes,
    rows: [
      score(
        'own quotas, own eviction (this cache)',
        neighbours.map(
          (tenant) => useWithin(tenant, TIGHT * workingSetBytes(tenant.demand)).hitRatio,
        ),
      ),
      score(
        'equal split',
        neighbours.map((tenant) => useWithin(tenant, equal).hitRatio),
      ),
      score('one LRU for all, limited', shared(limited)),
      score('one LRU for all, no limiter', shared(unlimited)),
    ],
    hitMsP99: hitTimes(world, hot, cluster),
  };
}

/** The tenant's ordinary lookups, and a stream of new keys for the rest of the rate. */
function spikeDemand(hot: TenantLoad, lookupsPerSecond: number): Demand {
  const newPerSecond = Math.max(0, lookupsPerSecond - hot.admittedPerSecond);
  const ordinaryPerSecond = lookupsPerSecond - newPerSecond;
  const ordinary = hot.atRate(ordinaryPerSecond, ordinaryPerSecond).demand;
  return {
    lookupsPerSecond,
    entryBytes: ordinary.entryBytes,
    at(seconds) {
      const { entries, hitRatio } = ordinary.at(seconds);
      const held = newPerSecond * Math.min(seconds, hot.tier.ttlSeconds);
      return {
        entries: entries + held,
        hitRatio: (hitRatio * ordinary.lookupsPerSecond) / (lookupsPerSecond || 1),
      };
    },
  };
}

/** One LRU over all entries: all streams share its characteristic time. */
function sharedHits(neighbours: readonly TenantLoad[], spiking: Demand, bytes: number): number[] {
  const seconds = characteristicSeconds(
    [spiking, ...neighbours.map(({ demand }) => demand)],
    bytes,
  );
  return neighbours.map(({ demand }) => demand.at(seconds).hitRatio);
}

function rowOf(sharing: string, hits: readonly number[], alone: readonly number[]): IsolationRow {
  const relative = hits.map((hit, index) => (alone[index] ? hit / (alone[index] ?? 1) : 1));
  return {
    sharing,
    minMaxRatio: Math.min(...relative) / Math.max(...relative),
    neighboursHitRatio: hits.reduce((sum, hit) => sum + hit, 0) / hits.length,
    worstHitRatio: Math.min(...hits),
    worstLoss: Math.max(...hits.map((hit, index) => (alone[index] ?? 0) - hit)),
  };
}

/** The whole spike lands on one shard: a tenant has one slot. */
function hitTimes(world: World, hot: TenantLoad, { masters }: Cluster): IsolationScore['hitMsP99'] {
  const need = needOf(world);
  const before = threadLoad(need, world, masters);
  const at = (admitted: number) => {
    const arrivals = before.arrivalsPerSecond + admitted - hot.admittedPerSecond;
    return responseQuantileUs({ ...before, arrivalsPerSecond: arrivals }, 0.99) / 1_000;
  };
  const offered = hot.offeredPerSecond * hot.spikeFactor;
  return {
    before: at(hot.admittedPerSecond),
    limited: at(Math.min(offered, hot.tier.ratePerSecond)),
    unlimited: at(offered),
  };
}
