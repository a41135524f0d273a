import { DEFAULT_SETTINGS } from '../../../core/cache/settings.ts';
import { PROTECTIONS, type SimulationOptions, type TenantOptions } from '../../options.ts';
import type { Cluster } from '../cluster.ts';
import { asUse, needOfUses, type TenantUse } from '../need.ts';
import type { PlanSpec } from '../spec/schema.ts';
import type { World } from '../world.ts';

/** Tenants on one shard, from an empty cache: in the second half all their entries' lives are over. */
export function steadyOptions(
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
    // Nothing is looked at between the two, however long a life is.
    intervalS: settleS,
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
      // A bucket that holds no whole request would admit none.
      burst: tier.burst ?? Math.max(1, 2 * tier.ratePerSecond),
      quotaBytes: tenant.quotaBytes,
      atQuota: 'evict',
      pricePerMonth: tier.pricePerMonth,
    },
    arrivals: { kind: 'poisson', ratePerSecond: tenant.admittedPerSecond },
    popularity: { kind: 'zipf', keys: tenant.keyCount, alpha: tenant.zipfAlpha },
    valueBytes: { kind: 'constant', bytes: Math.max(1, Math.round(tenant.valueBytes)) },
    keyBytes: Math.max(1, Math.round(tenant.keyBytes)),
  };
}

const SPIKE_S = 20;
const SPIKE_RATE_MAX = 100_000;

/** The same deployment, warm, in whose second half the busiest tenant spikes. */
export function spikeOptions(options: SimulationOptions, spec: PlanSpec): SimulationOptions {
  const rates = options.tenants.map(({ arrivals }) =>
    'ratePerSecond' in arrivals ? arrivals.ratePerSecond : 0,
  );
  const hot = rates.indexOf(Math.max(...rates));
  const factor = Math.max(...spec.tenants.map((group) => group.spikeFactor));
  const ratePerSecond = rates[hot] ?? 0;
  return {
    ...options,
    durationS: 2 * SPIKE_S,
    intervalS: SPIKE_S,
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

const LOSS_AT_S = 10;
/** For so long nobody serves. */
export const TAKEOVER_S = 5;
const LOSS_RUN_S = 40;
/** Shards that a loss is simulated on, at most: one of more is lost less. */
const LOSS_SHARDS_MAX = 6;

/** A replica takes over after some seconds; where there is none, the node stays away. */
export function lossOptions(
  steady: SimulationOptions,
  { masters, replicas }: Cluster,
): SimulationOptions {
  const lost = { atS: LOSS_AT_S, shard: 0 };
  return {
    ...steady,
    durationS: LOSS_RUN_S,
    isWarm: true,
    redis: { ...steady.redis, shards: Math.min(LOSS_SHARDS_MAX, masters) },
    faults: [
      replicas > 0
        ? { kind: 'failover', ...lost, forS: TAKEOVER_S }
        : { kind: 'lost-shard', ...lost },
    ],
    phases: [
      { name: 'before', fromS: 0 },
      { name: 'lost', fromS: LOSS_AT_S },
      { name: 'after', fromS: LOSS_AT_S + TAKEOVER_S },
    ],
  };
}
