import type { Calibration } from './calibration.ts';
import { type Demand, NEVER_EVICTED } from './curve/demand.ts';
import { reuseDemand } from './curve/reuse-demand.ts';
import type { TraceStudy } from './curve/trace-study.ts';
import { zipfDemand } from './curve/zipf-demand.ts';
import type { Draw } from './draws.ts';
import { type EntryOverhead, entryOverheadBytes } from './entry-overhead.ts';
import { type Lognormal, lognormalBelow, lognormalOf, normalQuantile } from './normal.ts';
import { quantityAt } from './spec/quantity.ts';
import type { Archetype, Group, PlanSpec, PlanTier, Quantity } from './spec/schema.ts';

const GIB = 2 ** 30;

/** One tenant in one world. */
export interface TenantLoad {
  readonly id: string;
  readonly group: string;
  readonly tierName: string;
  readonly tier: PlanTier;
  /** What the tenant asks for, and what its tier admits of it. */
  readonly offeredPerSecond: number;
  readonly admittedPerSecond: number;
  readonly writesPerLookup: number;
  /** Share of misses whose load is stored. */
  readonly fillShare: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  /** Of one entry beside its key and value. */
  readonly overheadBytes: number;
  readonly entryBytes: number;
  readonly quotaBytes: number;
  /** Of the admitted lookups. */
  readonly demand: Demand;
  /** The same tenant where it asks for so much: its keys stay, what it holds changes. */
  readonly atRate: (offeredPerSecond: number, admittedPerSecond: number) => TenantLoad;
  readonly trace: TraceStudy | undefined;
  /** The law that its keys are drawn from, where no trace is. */
  readonly keyCount: number;
  readonly zipfAlpha: number;
  readonly spikeFactor: number;
  readonly hostile: boolean;
}

/** One way the deployment may turn out to be: every quantity has one value. */
export interface World {
  readonly tenants: readonly TenantLoad[];
  readonly lookupUs: number;
  readonly putUs: number;
  readonly fragmentation: number;
  readonly currencyPerPriceUnit: number;
  readonly backendMs: Lognormal | undefined;
  readonly growth: {
    readonly tenantsPerMonth: number;
    readonly lookupsPerMonth: number;
    readonly valueBytesPerMonth: number;
  };
  readonly cpuMsPerRequest: number;
}

/** The traces that archetypes name. */
export type TraceStudies = ReadonlyMap<string, TraceStudy>;

export interface WorldSource {
  readonly spec: PlanSpec;
  readonly calibration: Calibration;
  readonly traces: TraceStudies;
}

/** The world that a set of draws describes. */
export function makeWorld({ spec, calibration, traces }: WorldSource, draw: Draw): World {
  const at = (name: string, quantity: Quantity) => quantityAt(quantity, draw(name));
  const entryBytes = at('overhead', calibration.entryOverheadBytes.quantity);
  const overhead = {
    entryBytes,
    // The same draw: what one index takes more, the other does too.
    smallEntryBytes: Math.min(
      entryBytes,
      at('overhead', calibration.smallEntryOverheadBytes.quantity),
    ),
    listpackEntriesMax: calibration.listpackEntriesMax,
    allocatorShare: at('allocator', calibration.allocatorShare.quantity),
  };
  const { growth, backend, service, currency } = spec;
  const backendMs = backend && backendTimes(backend, at);
  const tenants = spec.tenants.flatMap((group) =>
    tenantsOfGroup({ group, spec, traces, draw, overhead, backendMs }),
  );
  return {
    tenants,
    lookupUs: at('service-time', calibration.lookupUs.quantity),
    putUs: at('service-time', calibration.putUs.quantity),
    fragmentation: Math.max(1, at('fragmentation', calibration.fragmentation.quantity)),
    currencyPerPriceUnit: at('currency', currency.perPriceUnit),
    backendMs,
    growth: {
      tenantsPerMonth: at('growth-tenants', growth.tenantsPerMonth),
      lookupsPerMonth: at('growth-lookups', growth.lookupsPerMonth),
      valueBytesPerMonth: at('growth-values', growth.valueBytesPerMonth),
    },
    cpuMsPerRequest: service === undefined ? 0 : at('cpu', service.cpuMsPerRequest),
  };
}

/**
 * One draw for both quantiles: a slow back-end is slow in its median and in its tail. Their
 * intervals may cross far from the middle, where the tail is then as slow as the median.
 */
function backendTimes(
  { serviceMsP50, serviceMsP95 }: NonNullable<PlanSpec['backend']>,
  at: (name: string, quantity: Quantity) => number,
): Lognormal {
  const median = at('backend', serviceMsP50);
  return lognormalOf(median, Math.max(median, at('backend', serviceMsP95)));
}

interface GroupSource {
  readonly group: Group;
  readonly spec: PlanSpec;
  readonly traces: TraceStudies;
  readonly draw: Draw;
  readonly overhead: EntryOverhead;
  readonly backendMs: Lognormal | undefined;
}

function tenantsOfGroup(source: GroupSource): TenantLoad[] {
  const { group, spec, traces, draw, overhead, backendMs } = source;
  const tier = spec.tiers[group.tier];
  const archetype = spec.archetypes[group.archetype];
  if (tier === undefined || archetype === undefined)
    throw new Error(`unchecked spec: ${group.name}`);
  const of = (name: string, quantity: Quantity) =>
    quantityAt(quantity, draw(`${group.archetype} ${name}`));
  const mean = quantityAt(group.lookupsPerSecond, draw(`${group.name} lookups`));
  const keyBytes = of('key', archetype.keyBytes);
  const valueBytes = of('value', archetype.valueBytes);
  const writesPerLookup = of('writes', archetype.writesPerLookup);
  const keys = keysOf(archetype, of);
  const isAbandoned = backendMs !== undefined && spec.backend?.lateLoads === 'abandon';
  const fillShare = isAbandoned ? lognormalBelow(backendMs, tier.deadlineMs) : 1;

  return spreadOf(group).map((factor, index) => {
    const id = group.count === 1 ? group.name : `${group.name}-${spellIndex(index, group.count)}`;
    // Beside what the group is: what this tenant happens to be in this world.
    const own = Math.exp(
      (group.spread / 2) * draw(id) - (draw(id) === 0 ? 0 : group.spread ** 2 / 8),
    );
    const trace = archetype.trace === undefined ? undefined : traces.get(archetype.trace);
    const demandAt = (lookupsPerSecond: number): Demand => {
      const stream = { lookupsPerSecond, entryBytes: 0 };
      return trace === undefined
        ? zipfDemand({ ...stream, ...keys, ttlSeconds: tier.ttlSeconds, fillShare })
        : reuseDemand(trace.times, stream);
    };
    const atRate = (offeredPerSecond: number, admittedPerSecond: number): TenantLoad => {
      // How many entries are held decides how large one is, not the other way round.
      const demand = demandAt(admittedPerSecond);
      const { entries } = demand.at(NEVER_EVICTED);
      const overheadBytes = entryOverheadBytes(entries, valueBytes, overhead);
      const entryBytes = keyBytes + valueBytes + overheadBytes;
      return {
        id,
        group: group.name,
        tierName: group.tier,
        tier,
        offeredPerSecond,
        admittedPerSecond,
        writesPerLookup,
        fillShare,
        keyBytes,
        valueBytes,
        overheadBytes,
        entryBytes,
        quotaBytes: tier.quotaGiB * GIB,
        demand: { ...demand, entryBytes },
        atRate,
        trace,
        ...keys,
        spikeFactor: group.spikeFactor,
        hostile: group.hostile,
      };
    };
    const offeredPerSecond = mean * factor * own;
    return atRate(offeredPerSecond, Math.min(offeredPerSecond, tier.ratePerSecond));
  });
}

function keysOf(archetype: Archetype, of: (name: string, quantity: Quantity) => number) {
  return {
    keyCount: Math.max(1, Math.round(of('keys', archetype.keyCount ?? 1))),
    zipfAlpha: of('alpha', archetype.zipfAlpha ?? 0),
  };
}

/**
 * How the rates of a group's tenants lie around their mean: the quantiles of a lognormal, scaled so
 * that their mean is exactly 1.
 */
function spreadOf({ count, spread }: Group): number[] {
  const raw = Array.from({ length: count }, (_, index) =>
    Math.exp(spread * normalQuantile((index + 0.5) / count)),
  );
  const mean = raw.reduce((sum, factor) => sum + factor, 0) / count;
  return raw.map((factor) => factor / mean).reverse();
}

function spellIndex(index: number, count: number): string {
  return `${index + 1}`.padStart(`${count}`.length, '0');
}
