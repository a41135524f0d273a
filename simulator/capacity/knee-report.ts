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
  /** P99 of a hit by load, up to a full thread. */
  readonly curve: readonly { readonly lookupsPerSecond: number; readonly hitMsP99: number }[];
}

/** Utilisations at which the curve has a point: close where it bends. */
const CURVE_UTILISATIONS = [
  0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.83, 0.86, 0.89, 0.91, 0.93, 0.95,
  0.96, 0.97,
];

/** The load of one master's thread when tenants are spread evenly over the masters. */
export function threadLoad(need: Need, world: World, masters: number): ThreadLoad {
  return mixOf(
    { perSecond: need.lookupsPerSecond / masters, us: world.lookupUs },
    { perSecond: need.putsPerSecond / masters, us: world.putUs },
  );
}

/** Lookups a second at which the masters' threads are at the knee, the share of puts as it is. */
export function kneeLookupsPerSecond(need: Need, world: World, masters: number): number {
  const perLookup = need.lookupsPerSecond / (need.lookupsPerSecond + need.putsPerSecond || 1);
  return kneePerSecond(threadLoad(need, world, masters)) * masters * perLookup;
}

export function kneeReport(
  need: Need,
  world: World,
  cluster: { readonly masters: number; readonly capacity: Capacity },
): KneeReport {
  const load = loadOf(need, cluster.capacity);
  const bottleneck = bottleneckOf(load);
  const thread = threadLoad(need, world, cluster.masters);
  const utilisation = need.serverSeconds / cluster.masters;
  return {
    load,
    bottleneck,
    lookupsPerSecond: need.lookupsPerSecond,
    safeLookupsPerSecond: need.lookupsPerSecond / (load.processing || 1),
    kneeLookupsPerSecond: kneeLookupsPerSecond(need, world, cluster.masters),
    headroom: 1 - load[bottleneck],
    threadUtilisation: utilisation,
    hitMsP99: responseQuantileUs(thread, 0.99) / 1_000,
    curve: CURVE_UTILISATIONS.map((at) => {
      const factor = at / (utilisation || 1);
      const arrivalsPerSecond = thread.arrivalsPerSecond * factor;
      return {
        lookupsPerSecond: need.lookupsPerSecond * factor,
        hitMsP99: responseQuantileUs({ ...thread, arrivalsPerSecond }, 0.99) / 1_000,
      };
    }),
  };
}
