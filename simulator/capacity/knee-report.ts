import { kneePerSecond, mixOf, responseQuantileUs, type ThreadLoad } from './knee.ts';
import type { Need } from './need.ts';
import { bottleneckOf, type Capacity, loadOf, type Resource } from './options.ts';
import type { World } from './world.ts';

/** How far a cluster is from the edge. */
export interface KneeReport {
  /** Share of each resource's safe capacity in use. */
  readonly load: Record<Resource, number>;
  readonly bottleneck: Resource;
  /** Lookups a second today, at the safe load, and at the knee (see `knee.ts`). */
  readonly lookupsPerSecond: number;
  readonly safeLookupsPerSecond: number;
  readonly kneeLookupsPerSecond: number;
  /** Share of the safe capacity of the bottleneck that is free. */
  readonly headroom: number;
  /** Mean utilisation of a master's thread. */
  readonly threadUtilisation: number;
  readonly hitMsP99: number;
}

/** The load of one master's thread when tenants are spread evenly over the masters. */
export function threadLoad(need: Need, world: World, masters: number): ThreadLoad {
  return mixOf(
    { perSecond: need.lookupsPerSecond / masters, us: world.lookupUs },
    { perSecond: need.putsPerSecond / masters, us: world.putUs },
  );
}

export function kneeReport(
  need: Need,
  world: World,
  cluster: { readonly masters: number; readonly capacity: Capacity },
): KneeReport {
  const load = loadOf(need, cluster.capacity);
  const bottleneck = bottleneckOf(load);
  const thread = threadLoad(need, world, cluster.masters);
  const perLookup = need.lookupsPerSecond / (need.lookupsPerSecond + need.putsPerSecond || 1);
  return {
    load,
    bottleneck,
    lookupsPerSecond: need.lookupsPerSecond,
    safeLookupsPerSecond: need.lookupsPerSecond / (load.processing || 1),
    kneeLookupsPerSecond: kneePerSecond(thread) * cluster.masters * perLookup,
    headroom: 1 - load[bottleneck],
    threadUtilisation: need.serverSeconds / cluster.masters,
    hitMsP99: responseQuantileUs(thread, 0.99) / 1_000,
  };
}
