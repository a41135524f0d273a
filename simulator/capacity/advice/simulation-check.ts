import { DEFAULT_SETTINGS } from '../../../core/cache/settings.ts';
import { PROTECTIONS, type SimulationOptions, type TenantOptions } from '../../options.ts';
import type { SimulationResult } from '../../result.ts';
import { simulate } from '../../simulate.ts';
import { asUse, type Need, needOfUses, type TenantUse } from '../need.ts';
import type { PlanSpec } from '../spec/schema.ts';
import type { World } from '../world.ts';

/** The plan's formulas against the simulator, which runs the cache's own policy, tenant by tenant. */
export interface SimulationCheck {
  readonly rows: readonly SimulatedTenant[];
  readonly requestCount: number;
  readonly simulatedS: number;
  /** P99 of the others' answers in milliseconds: before the spike, under it, and without limiter. */
  readonly spikes: readonly SimulatedSpike[];
}

export interface SimulatedTenant {
  readonly tenant: string;
  readonly planHitRatio: number;
  readonly simulatedHitRatio: number;
  readonly planEntries: number;
  readonly simulatedEntries: number;
}

export interface SimulatedSpike {
  readonly what: string;
  readonly neighboursMsP99: number;
  readonly neighboursHitRatio: number;
  readonly neighboursFailed: number;
}

/** More would keep the reader waiting: about four seconds. */
const REQUESTS_MAX = 6e6;
const SPIKE_S = 20;
const KEYS_MAX = 4e6;

/**
 * Simulates the middle tenant of each tier on one shard until its entries' lives are over; then the
 * busiest of them spikes. Undefined where that would be too long, or where a trace, which has no
 * law to draw from, is among them. The back-end is fast here (what is checked is the cache), and
 * TTL jitter and early refresh, which the formulas leave out, are off.
 */
export function checkBySimulation(
  spec: PlanSpec,
  world: World,
  need: Need,
  seed: number,
): SimulationCheck | undefined {
  const sample = middleOfEachTier(need);
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
      spikeRow('before the spike', simulate(seed, spike), 0),
      spikeRow('spike, all protections on', simulate(seed, spike), 1),
      spikeRow(
        'spike, no limiter',
        simulate(seed, { ...spike, protections: PROTECTIONS.filter((one) => one !== 'limiter') }),
        1,
      ),
    ],
  };
}

function middleOfEachTier({ tenants }: Need): TenantUse[] {
  const tiers = [...new Set(tenants.map((use) => use.tenant.tierName))];
  return tiers.flatMap((tier) => {
    const ofTier = tenants.filter((use) => use.tenant.tierName === tier);
    return ofTier[ofTier.length >> 1] ?? [];
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

function spikeRow(what: string, result: SimulationResult, phase: number): SimulatedSpike {
  const neighbours = result.phases[phase]?.neighbours;
  return {
    what,
    neighboursMsP99: (neighbours?.latency.p99Us ?? Number.NaN) / 1_000,
    neighboursHitRatio: neighbours?.hitRatio ?? Number.NaN,
    neighboursFailed: neighbours?.failureCount ?? 0,
  };
}
