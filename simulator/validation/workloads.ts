import { DEFAULT_SETTINGS } from '../../core/cache/settings.ts';
import type { Tier } from '../../core/tenancy/tier.ts';
import { PROTECTIONS, type SimulationOptions, type TenantOptions } from '../options.ts';
import type { Popularity } from '../popularity.ts';
import type { ServiceShape } from '../service-time.ts';
import type { SizeDistribution } from '../sizes.ts';
import { entryKeyBytes } from './entry-key.ts';

/** A load that is put on real servers and on simulated ones. */
export interface Workload {
  readonly name: string;
  readonly set: 'calibration' | 'held-out';
  /** What the calibration has not seen of it. */
  readonly unseen: string;
  readonly seed: number;
  readonly options: SimulationOptions;
}

/** The caches begin empty, and for five seconds hardly anybody comes: this is not compared. */
export const SETTLING_S = 10;
const RISING_S = 5;
const RISING_SHARE = 0.3;
const MEASURED_S = 22;
/** Long enough for the last answers: the longest deadline is a second. */
export const TAIL_S = 2;
export const ARRIVING_S = SETTLING_S + MEASURED_S;

interface TenantsLike {
  readonly tier: 'platinum' | 'gold' | 'silver';
  readonly count: number;
  /** Of each. */
  readonly ratePerSecond: number;
  readonly popularity: Popularity;
  /** Admitted; burst is two seconds of it. Left out: far above the rate. */
  readonly limitPerSecond?: number;
  readonly quotaBytes: number;
  readonly ttlMs: number;
}

interface BackendLike {
  readonly workers: number;
  readonly serviceMs: number;
  readonly serviceShape: Extract<ServiceShape, 'constant' | 'exponential'>;
}

const DEADLINES_MS = { platinum: 200, gold: 500, silver: 1000 } as const;
const VALUE_BYTES: SizeDistribution = { kind: 'lognormal', medianBytes: 500, p90Bytes: 2000 };
const MEGABYTE = 1_000_000;

/**
 * A queue that is worked off before the shortest deadline is over: else nobody who waits in a full
 * one is answered in time, nothing is stored, and the queue stays full.
 */
const QUEUE_PER_WORKER = 5;

/** Longer than a run: nothing expires. */
const LONG_MS = 15 * 60_000;

const zipf = (keys: number, alpha = 0.99): Popularity => ({ kind: 'zipf', keys, alpha });

/**
 * Tenants have 2,000 lookups and more in the measured stretch: half a point of miss ratio is ten of
 * them. Two loads to learn from, of platinum and gold tenants before a back-end of constant service time,
 * and four others: more load, fewer hits, more hits, and another tier with another back-end.
 */
export function makeWorkloads(): Workload[] {
  return [
    workload('learn, few', 'calibration', '', 11, {
      tenants: [
        { ...PLATINUM, count: 3, ratePerSecond: 100, popularity: zipf(2000) },
        { ...GOLD, count: 3, ratePerSecond: 60, popularity: zipf(2000), limitPerSecond: 50 },
      ],
      backend: { workers: 6, serviceMs: 20, serviceShape: 'constant' },
    }),
    workload('learn, many', 'calibration', '', 12, {
      tenants: [
        { ...PLATINUM, count: 3, ratePerSecond: 250, popularity: zipf(1500, 1.2) },
        { ...GOLD, count: 3, ratePerSecond: 80, popularity: zipf(3000, 1.1) },
      ],
      backend: { workers: 6, serviceMs: 20, serviceShape: 'constant' },
    }),
    workload('more load', 'held-out', 'rates, and how busy the back-end is', 21, {
      tenants: [
        { ...PLATINUM, count: 4, ratePerSecond: 250, popularity: zipf(2000), limitPerSecond: 200 },
        { ...GOLD, count: 4, ratePerSecond: 120, popularity: zipf(2500), limitPerSecond: 90 },
      ],
      backend: { workers: 11, serviceMs: 20, serviceShape: 'constant' },
    }),
    workload('fewer hits', 'held-out', 'hit ratios below half, most stores evict', 22, {
      tenants: [
        {
          ...PLATINUM,
          count: 3,
          ratePerSecond: 80,
          popularity: { kind: 'uniform', keys: 4000 },
          limitPerSecond: 70,
        },
        {
          ...GOLD,
          count: 3,
          ratePerSecond: 60,
          popularity: zipf(8000, 0.6),
          quotaBytes: 0.7 * MEGABYTE,
        },
      ],
      backend: { workers: 14, serviceMs: 20, serviceShape: 'constant' },
    }),
    workload('more hits', 'held-out', 'hit ratios above nine tenths', 23, {
      tenants: [
        { ...PLATINUM, count: 4, ratePerSecond: 250, popularity: zipf(1500, 1.4) },
        { ...GOLD, count: 4, ratePerSecond: 120, popularity: zipf(1500, 1.4), limitPerSecond: 90 },
      ],
      backend: { workers: 4, serviceMs: 20, serviceShape: 'constant' },
    }),
    workload('silver tier', 'held-out', 'tier, expiry, exponential service time', 24, {
      tenants: [
        { ...SILVER, count: 3, ratePerSecond: 150, popularity: zipf(3000), limitPerSecond: 120 },
        {
          ...GOLD,
          count: 1,
          ratePerSecond: 180,
          popularity: zipf(3000),
          quotaBytes: ROOMY,
          ttlMs: 5000,
        },
      ],
      backend: { workers: 14, serviceMs: 30, serviceShape: 'exponential' },
    }),
  ];
}

/** Some hundred entries of 1.5 kB each. */
const PLATINUM = { tier: 'platinum', quotaBytes: 0.6 * MEGABYTE, ttlMs: LONG_MS } as const;
const GOLD = { tier: 'gold', quotaBytes: 0.5 * MEGABYTE, ttlMs: LONG_MS } as const;
/** Room enough: what leaves has expired. */
const ROOMY = 50 * MEGABYTE;
const SILVER = { tier: 'silver', quotaBytes: ROOMY, ttlMs: 4000 } as const;

function workload(
  name: string,
  set: Workload['set'],
  unseen: string,
  seed: number,
  { tenants, backend }: { tenants: readonly TenantsLike[]; backend: BackendLike },
): Workload {
  const all = tenants.flatMap((like) =>
    Array.from({ length: like.count }, (_, place) => tenantOf(like, place)),
  );
  return { name, set, unseen, seed, options: deploymentOf(all, backend) };
}

function tenantOf(like: TenantsLike, place: number): TenantOptions {
  const { ratePerSecond, popularity, quotaBytes, ttlMs } = like;
  const limit = like.limitPerSecond ?? 10_000;
  const tier: Tier = {
    name: like.tier,
    deadlineMs: DEADLINES_MS[like.tier],
    ttlMs,
    ratePerSecond: limit,
    burst: 2 * limit,
    quotaBytes,
    atQuota: 'evict',
    pricePerMonth: 0,
  };
  const tenant = `${like.tier.slice(0, 1)}${place}`;
  return {
    tenant,
    tier,
    arrivals: {
      kind: 'spike',
      ratePerSecond: RISING_SHARE * ratePerSecond,
      spikeRatePerSecond: ratePerSecond,
      fromS: RISING_S,
      toS: ARRIVING_S,
    },
    popularity,
    valueBytes: VALUE_BYTES,
    keyBytes: entryKeyBytes(tenant, tier),
  };
}

/**
 * What the live load is made of: one process without single-flight, deny list or early refresh, and
 * connections enough. Times of network and servers come from the calibration.
 */
function deploymentOf(tenants: readonly TenantOptions[], backend: BackendLike): SimulationOptions {
  return {
    durationS: ARRIVING_S + TAIL_S,
    tenants,
    redis: {
      shards: 1,
      maxmemoryBytes: 1e12,
      maxmemoryPolicy: 'noeviction',
      maxmemorySamples: 5,
      lookupUs: 0,
      putUs: 0,
      rejectUs: 0,
      removeUs: 0,
      perKilobyteUs: 0,
      serviceShape: 'constant',
      commandTimeoutMs: 5000,
    },
    backend: { ...backend, queueMax: QUEUE_PER_WORKER * backend.workers },
    client: {
      instances: 1,
      connectionsPerInstance: 100_000,
      networkUs: 0,
      backendNetworkUs: 0,
      backendJitterUs: 0,
      requestRetriesMax: 0,
      requestRetryPauseMs: 50,
      cache: {
        ...DEFAULT_SETTINGS,
        singleFlight: false,
        localDeny: false,
        earlyRefresh: false,
        ttlJitter: 0,
        loadsMax: 100_000,
      },
    },
    protections: PROTECTIONS,
    looseTimeoutMs: 2000,
    unscopedRatio: 0,
    faults: [],
    invalidations: [],
    isWarm: false,
    phases: [
      { name: 'settling', fromS: 0 },
      { name: 'measured', fromS: SETTLING_S },
      { name: 'tail', fromS: ARRIVING_S },
    ],
    neighbours: tenants.map((_, tenant) => tenant),
    intervalS: 1,
  };
}
