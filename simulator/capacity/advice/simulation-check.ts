import { DEFAULT_SETTINGS } from '../../../core/cache/settings.ts';
import { PROTECTIONS, type SimulationOptions, type TenantOptions } from '../../options.ts';
import type { SimulationResult } from '../../result.ts';
import { simulate } from '../../simulate.ts';
import type { Cluster } from '../cluster.ts';
import { asUse, type Need, needOfUses, type TenantUse } from '../need.ts';
import type { PlanSpec } from '../spec/schema.ts';
import type { World } from '../world.ts';

/** The plan's formulas against the simulator, which runs the cache's own policy, tenant by tenant. */
export interface SimulationCheck {
  readonly rows: readonly SimulatedTenant[];
  readonly requestCount: number;
  readonly simulatedS: number;
  /** The others: before the spike, under it, and without limiter. */
  readonly spikes: readonly SimulatedRow[];
  /** All: before a node of the cluster is lost, while nobody serves for it, and afterwards. */
  readonly losses: readonly SimulatedRow[];
}

export interface SimulatedTenant {
  readonly tenant: string;
  readonly planHitRatio: number;
  readonly simulatedHitRatio: number;
  readonly planEntries: number;
  readonly simulatedEntries: number;
}

/** How tenants fare over a stretch of a simulated run. */
export interface SimulatedRow {
  readonly what: string;
  readonly msP99: number;
  /** Of requests that asked the cache. */
  readonly hitRatio: number;
  /** Requests a second that were answered by a load. */
  readonly loadsPerSecond: number;
  readonly failedShare: number;
}

/** More would keep the reader waiting: about four seconds. */
const REQUESTS_MAX = 6e6;
const SPIKE_S = 20;
const KEYS_MAX = 4e6;

/**
 * Simulates the middle tenant of each tier on one shard until its entries' lives are over; then the
 * busiest of them spikes; then a node is lost under some tenants of each tier. Undefined where that would be too long, or where a trace, which has no
 * law to draw from, is among them. The back-end is fast here (what is checked is the cache), and
 * TTL jitter and early refresh, which the formulas leave out, are off.
 */
export function checkBySimulation(source: CheckSource): SimulationCheck | undefined {
  const { spec, world, need, seed } = source;
  const sample = someOfEachTier(need, 1);
  const settleS = Math.ceil(Math.max(...sample.map(({ tenant }) => tenant.tier.ttlSeconds)));
  const rate = sample.reduce((sum, { tenant }) => sum + tenant.admittedPerSecond, 0);
  const keys = sample.reduce((sum, { tenant }) => sum + tenant.keyCount, 0);
  const isUnfit = sample.some(({ tenant }) => tenant.trace !== undefined || tenant.fillShare < 1);
  if (isUnfit || 2 * rate * settleS > REQUESTS_MAX || keys > KEYS_MAX) return undefined;

  const options = steadyOptions(world, sample, settleS);
  const steady = simulate(seed, options);
  const spike = spikeOptions(options, spec);
  return {
    rows: sample.map((use, index) => rowOf(use, steady, index)),
    requestCount: steady.requestCount,
    simulatedS: steady.simulatedS,
    spikes: [
      ...phaseRows(simulate(seed, spike), ['before the spike', 'spike, all protections on']),
      ...phaseRows(
        simulate(seed, { ...spike, protections: PROTECTIONS.filter((one) => one !== 'limiter') }),
        [undefined, 'spike, no limiter'],
      ),
    ],
    losses: lossRows(source),
  };
}

export interface CheckSource {
  readonly spec: PlanSpec;
  readonly world: World;
  readonly need: Need;
  /** Whose node is lost; without one none is. */
  readonly cluster: Cluster | undefined;
  readonly seed: number;
}

/** So many tenants of each tier, evenly from its busiest to its quietest. */
function someOfEachTier({ tenants }: Need, count: number): TenantUse[] {
  const tiers = [...new Set(tenants.map((use) => use.tenant.tierName))];
  return tiers.flatMap((tier) => {
    const ofTier = tenants.filter((use) => use.tenant.tierName === tier);
    const some = Math.min(count, ofTier.length);
    return Array.from({ length: some }, (_, at) => {
      const use = ofTier[Math.floor(((at + 0.5) * ofTier.length) / some)];
      return use === undefined ? [] : [use];
    }).flat();
  });
}

function steadyOptions(
  world: World,
  sample: readonly TenantUse[],
  settleS: number,
): SimulationOptions {
  const loads = needOfUses(
    world,
    sample.map((use) => asUse(use.tenant, use.usageBytes, use.hitRatio)),
  );
  return {
    // One whole life after the first: what the cold start filled at once expires at once, too.
    durationS: 2 * settleS,
    tenants: sample.map(tenantOptions),
    redis: {
      shards: 1,
      maxmemoryBytes: 2 ** 45,
      maxmemoryPolicy: 'noeviction',
      maxmemorySamples: 5,
      lookupUs: world.lookupUs,
      putUs: world.putUs,
      rejectUs: world.lookupUs / 2,
      removeUs: 3,
      perKilobyteUs: 0,
      serviceShape: 'exponential',
      commandTimeoutMs: 1_000,
    },
    backend: {
      workers: Math.max(4, Math.ceil((loads.missesPerSecond * BACKEND_MS) / 1_000 / 0.5)),
      queueMax: 2_000,
      serviceMs: BACKEND_MS,
      serviceShape: 'erlang-4',
    },
    client: {
      instances: 1,
      connectionsPerInstance: 1_000,
      networkUs: 100,
      backendNetworkUs: 100,
      backendJitterUs: 0,
      requestRetriesMax: 0,
      requestRetryPauseMs: 50,
      cache: { ...DEFAULT_SETTINGS, ttlJitter: 0, earlyRefresh: false },
    },
    protections: PROTECTIONS,
    looseTimeoutMs: 2_000,
    unscopedRatio: 0,
    faults: [],
    invalidations: [],
    isWarm: false,
    phases: [
      { name: 'settling', fromS: 0 },
      { name: 'steady', fromS: settleS },
    ],
    neighbours: sample.map((_, index) => index),
    intervalS: 1,
  };
}

/** A fast back-end: no load of a healthy run comes near a deadline. */
const BACKEND_MS = 5;

function tenantOptions({ tenant }: TenantUse): TenantOptions {
  const { tier } = tenant;
  return {
    tenant: tenant.id,
    tier: {
      name: tenant.tierName,
      deadlineMs: Math.ceil(tier.deadlineMs),
      ttlMs: Math.round(1_000 * tier.ttlSeconds),
      ratePerSecond: tier.ratePerSecond,
      burst: tier.burst ?? 2 * tier.ratePerSecond,
      quotaBytes: tenant.quotaBytes,
      atQuota: 'evict',
      pricePerMonth: tier.pricePerMonth,
    },
    arrivals: { kind: 'poisson', ratePerSecond: tenant.admittedPerSecond },
    popularity: { kind: 'zipf', keys: tenant.keyCount, alpha: tenant.zipfAlpha },
    valueBytes: { kind: 'constant', bytes: Math.round(tenant.valueBytes) },
    keyBytes: Math.round(tenant.keyBytes),
  };
}

/** A minute of the same deployment, warm, in whose second half the busiest tenant spikes. */
function spikeOptions(options: SimulationOptions, spec: PlanSpec): SimulationOptions {
  const rates = options.tenants.map(({ arrivals }) =>
    'ratePerSecond' in arrivals ? arrivals.ratePerSecond : 0,
  );
  const hot = rates.indexOf(Math.max(...rates));
  const factor = Math.max(...spec.tenants.map((group) => group.spikeFactor));
  const ratePerSecond = rates[hot] ?? 0;
  return {
    ...options,
    durationS: 2 * SPIKE_S,
    isWarm: true,
    phases: [
      { name: 'before', fromS: 0 },
      { name: 'spike', fromS: SPIKE_S },
    ],
    tenants: options.tenants.map((tenant, index) =>
      index === hot
        ? {
            ...tenant,
            arrivals: {
              kind: 'spike',
              ratePerSecond,
              fromS: SPIKE_S,
              toS: 2 * SPIKE_S,
              // A spike that would fill five threads alone is spike enough.
              spikeRatePerSecond: Math.min(ratePerSecond * factor, SPIKE_RATE_MAX),
            },
          }
        : tenant,
    ),
    neighbours: options.neighbours.filter((index) => index !== hot),
  };
}

const SPIKE_RATE_MAX = 100_000;

function rowOf(use: TenantUse, result: SimulationResult, index: number): SimulatedTenant {
  const steady = result.phases[1]?.tenants[index];
  return {
    tenant: use.tenant.id,
    planHitRatio: use.hitRatio,
    simulatedHitRatio: steady?.hitRatio ?? Number.NaN,
    planEntries: use.usageBytes / use.tenant.entryBytes,
    simulatedEntries: result.tenants[index]?.entryCount ?? Number.NaN,
  };
}

/** Tenants of each tier that a node's loss is simulated with, and for how long nobody serves. */
const LOSS_TENANTS = 4;
const LOSS_AT_S = 10;
const TAKEOVER_S = 5;
const LOSS_RUN_S = 40;
/** Shards that a loss is simulated on, at most: one of more is lost less. */
const LOSS_SHARDS_MAX = 6;

/** A replica takes over after some seconds; where there is none, the node stays away. */
function lossRows({ world, need, cluster, seed }: CheckSource): SimulatedRow[] {
  if (cluster === undefined) return [];
  const sample = someOfEachTier(need, LOSS_TENANTS);
  const keys = sample.reduce((sum, { tenant }) => sum + tenant.keyCount, 0);
  const rate = sample.reduce((sum, { tenant }) => sum + tenant.admittedPerSecond, 0);
  if (rate * LOSS_RUN_S > REQUESTS_MAX || keys > LOSS_KEYS_MAX) return [];
  const steady = steadyOptions(world, sample, 1);
  const shards = Math.min(LOSS_SHARDS_MAX, cluster.masters);
  const lost = { atS: LOSS_AT_S, shard: 0 };
  const takesOver = cluster.replicas > 0;
  const result = simulate(seed, {
    ...steady,
    durationS: LOSS_RUN_S,
    isWarm: true,
    redis: { ...steady.redis, shards },
    faults: [
      takesOver ? { kind: 'failover', ...lost, forS: TAKEOVER_S } : { kind: 'lost-shard', ...lost },
    ],
    phases: [
      { name: 'before', fromS: 0 },
      { name: 'lost', fromS: LOSS_AT_S },
      { name: 'after', fromS: LOSS_AT_S + TAKEOVER_S },
    ],
  });
  return phaseRows(result, [
    'before',
    `one of ${shards} masters gone, ${TAKEOVER_S} s`,
    takesOver ? 'its replica serves' : 'still gone: there is no replica',
  ]);
}

const LOSS_KEYS_MAX = 8e6;

/** A row for each phase that has a name here. */
function phaseRows(
  { phases }: SimulationResult,
  names: readonly (string | undefined)[],
): SimulatedRow[] {
  return names.flatMap((what, at) => {
    const phase = phases[at];
    if (what === undefined || phase === undefined) return [];
    const { latency, hitRatio, failureCount, counts } = phase.neighbours;
    return {
      what,
      msP99: latency.p99Us / 1_000,
      hitRatio: hitRatio ?? Number.NaN,
      loadsPerSecond: counts.loaded / (phase.toS - phase.fromS),
      failedShare: failureCount / Math.max(1, counts.requests),
    };
  });
}
