import type { Cluster } from '../cluster.ts';
import { MIDDLE } from '../draws.ts';
import { asUse, type Need, needOf, needOfUses } from '../need.ts';
import { bottleneckOf, type Capacity, capacityOf, loadOf, type Resource } from '../options.ts';
import type { Quantity } from '../spec/schema.ts';
import { makeWorld, type World, type WorldSource } from '../world.ts';

/** One change, and what becomes of the cluster under it; all in the middle world. */
export interface WhatIf {
  readonly change: string;
  readonly hitRatio: number;
  readonly residentBytes: number;
  readonly missesPerSecond: number;
  readonly load: number;
  readonly bottleneck: Resource;
  readonly fits: boolean;
  readonly note: string;
}

export function whatIfs(source: WorldSource, cluster: Cluster): WhatIf[] {
  const { spec } = source;
  const { capacity } = cluster;
  const row = (change: string, changed: WorldSource['spec'], note = ''): WhatIf =>
    judge(change, needOf(makeWorld({ ...source, spec: changed }, MIDDLE)), capacity, note);
  return [
    row('nothing', spec),
    ...spec.tenants.map((group, index) =>
      row(`one more ${group.name}`, withGroup(spec, index, { count: group.count + 1 })),
    ),
    row(
      'twice the lookups of all',
      withLookups(spec, 2),
      'limits of the tiers stay: more is throttled',
    ),
    row('twice the tenants', {
      ...spec,
      tenants: spec.tenants.map((group) => ({ ...group, count: group.count * 2 })),
    }),
    row('values twice as large', withValues(spec, 2)),
    row('TTLs halved', withTtl(spec, 0.5)),
    row('TTLs doubled', withTtl(spec, 2)),
    ...lateLoadRows(spec, row),
    spikeOf(makeWorld(source, MIDDLE), capacity, true),
    spikeOf(makeWorld(source, MIDDLE), capacity, false),
    nodeLoss(source, cluster),
    coldStart(makeWorld(source, MIDDLE), capacity),
  ];
}

function lateLoadRows(
  spec: Spec,
  row: (change: string, changed: Spec, note?: string) => WhatIf,
): WhatIf[] {
  const { backend } = spec;
  if (backend === undefined) return [];
  const lateLoads = backend.lateLoads === 'fill' ? ('abandon' as const) : ('fill' as const);
  const change =
    lateLoads === 'abandon'
      ? 'loads beyond the deadline abandoned'
      : 'loads beyond the deadline still fill the cache';
  const note = lateLoads === 'abandon' ? 'as the reference cache does' : '';
  return [row(change, { ...spec, backend: { ...backend, lateLoads } }, note)];
}

function judge(change: string, need: Need, capacity: Capacity, note: string): WhatIf {
  const loads = loadOf(need, capacity);
  const bottleneck = bottleneckOf(loads);
  return {
    change,
    hitRatio: need.hitRatio,
    residentBytes: need.residentBytes,
    missesPerSecond: need.missesPerSecond,
    load: loads[bottleneck],
    bottleneck,
    fits: loads[bottleneck] <= 1,
    note,
  };
}

type Spec = WorldSource['spec'];

function withGroup(spec: Spec, index: number, change: { readonly count: number }): Spec {
  const tenants = spec.tenants.map((group, at) => (at === index ? { ...group, ...change } : group));
  return { ...spec, tenants };
}

function withLookups(spec: Spec, factor: number): Spec {
  const tenants = spec.tenants.map((group) => ({
    ...group,
    lookupsPerSecond: times(group.lookupsPerSecond, factor),
  }));
  return { ...spec, tenants };
}

function withValues(spec: Spec, factor: number): Spec {
  const archetypes = Object.entries(spec.archetypes).map(([name, one]) => [
    name,
    { ...one, valueBytes: times(one.valueBytes, factor) },
  ]);
  return { ...spec, archetypes: Object.fromEntries(archetypes) };
}

function withTtl(spec: Spec, factor: number): Spec {
  const tiers = Object.entries(spec.tiers).map(([name, tier]) => [
    name,
    { ...tier, ttlSeconds: tier.ttlSeconds * factor },
  ]);
  return { ...spec, tiers: Object.fromEntries(tiers) };
}

export function times(quantity: Quantity, factor: number): Quantity {
  if (typeof quantity === 'number') return quantity * factor;
  const { low, mid, high, confidence } = quantity;
  return { low: low * factor, mid: mid * factor, high: high * factor, confidence };
}

/** The busiest tenant at its spike: held at its tier's limit, or let through. */
function spikeOf(world: World, capacity: Capacity, isLimited: boolean): WhatIf {
  const busiest = world.tenants.reduce((most, one) =>
    one.offeredPerSecond > most.offeredPerSecond ? one : most,
  );
  const offered = busiest.offeredPerSecond * busiest.spikeFactor;
  const admitted = isLimited ? Math.min(offered, busiest.tier.ratePerSecond) : offered;
  const tenants = world.tenants.map((tenant) =>
    tenant === busiest ? tenant.atRate(offered, admitted) : tenant,
  );
  const change = `${busiest.id} times ${busiest.spikeFactor}, ${isLimited ? 'limited by its tier' : 'without a limiter'}`;
  const note = `${Math.round(offered).toLocaleString('en-US')}/s offered, ${Math.round(admitted).toLocaleString('en-US')}/s admitted`;
  return judge(change, needOf({ ...world, tenants }), capacity, note);
}

/** A node is lost with its replica, and its tenants move to the others. */
function nodeLoss(source: WorldSource, { node, masters, replicas }: Cluster): WhatIf {
  const need = needOf(makeWorld(source, MIDDLE));
  if (masters === 1) {
    const none = { residentBytes: 0, serverSeconds: 0, networkMbps: 0 };
    const note =
      replicas > 0 ? 'its replica takes over whole: no capacity is lost' : 'nothing is left';
    const capacity = replicas > 0 ? capacityOf(node, 1, source.spec) : none;
    return judge('a node is lost', need, capacity, note);
  }
  const note =
    replicas > 0 ? 'for good, its replica too; one of them alone costs nothing' : 'for good';
  return judge('a node is lost', need, capacityOf(node, masters - 1, source.spec), note);
}

/** Everything is empty: how hard the back-end is hit, and how long it takes to come back. */
function coldStart(world: World, capacity: Capacity): WhatIf {
  const need = needOf(world);
  const lookups = need.lookupsPerSecond;
  const hitsAfter = (seconds: number) =>
    world.tenants.reduce(
      (sum, { demand, admittedPerSecond }) => sum + admittedPerSecond * demand.at(seconds).hitRatio,
      0,
    ) / lookups;
  let [low, high] = [0, 24];
  // Bisection over the logarithm of the seconds, up to some months.
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (hitsAfter(2 ** middle) >= 0.9 * need.hitRatio) high = middle;
    else low = middle;
  }
  const minutes = 2 ** high / 60;
  const note = `every lookup misses at first; nine tenths of the hits are back after ${minutes < 1 ? `${(60 * minutes).toFixed(0)} s` : `${minutes.toFixed(0)} min`}`;
  // Every lookup brings a load and its put, into memory that fills to what it was.
  const empty = needOfUses(
    world,
    need.tenants.map(({ tenant, usageBytes }) => asUse(tenant, usageBytes, 0)),
  );
  return judge('cold start', empty, capacity, note);
}
