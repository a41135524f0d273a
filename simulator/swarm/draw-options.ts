import { DEFAULT_SETTINGS } from '../../core/cache/settings.ts';
import type { Tier } from '../../core/tenancy/tier.ts';
import type { ArrivalProcess } from '../arrivals.ts';
import { DRAIN_S, RECOVERY_S } from '../checkers/make-checkers.ts';
import { FAULT_KINDS, type Fault } from '../faults.ts';
import {
  type ClientOptions,
  type Invalidation,
  PROTECTIONS,
  type RedisOptions,
  type SimulationOptions,
  type TenantOptions,
} from '../options.ts';
import type { Popularity } from '../popularity.ts';
import { RandomStream } from '../random-stream.ts';
import type { SizeDistribution } from '../sizes.ts';

/** A stream of its own: what is drawn here is nothing that happens in the run. */
const STREAM = 7777;

/** Trouble, then time to recover, a calm step, and the end without load. */
const TROUBLE_S = 20;
const CALM_S = 10;
const STEP_S = 5;
const LOADED_S = TROUBLE_S + RECOVERY_S + CALM_S;
const DURATION_S = LOADED_S + DRAIN_S + STEP_S;

const TENANTS_MAX = 8;
const FAULTS_MAX = 4;
const INVALIDATIONS_MAX = 6;

/**
 * A small deployment and its troubles, all drawn from the seed: kinds of faults are left out as a
 * whole for some seeds, so that rare mixes get their turn. Protections are on: what checkers watch
 * for is promised. Servers and connections could carry every request, and no fault leaves more work
 * behind than the time for recovery takes: a deployment that cannot may rightly stay down, since
 * loads that all miss their deadline fill no cache, and a server works off what nobody waits for.
 */
export function drawOptions(seed: number): SimulationOptions {
  const draw = new Draw(new RandomStream(seed, STREAM));
  const tenantCount = draw.between(1, TENANTS_MAX);
  const tenants = Array.from({ length: tenantCount }, (_, place) => drawTenant(draw, place));
  const shards = draw.between(1, 3);
  const invalidations = drawInvalidations(draw, tenantCount);
  return {
    durationS: DURATION_S,
    tenants,
    redis: drawRedis(draw, shards),
    backend: {
      workers: Math.ceil(tenants.reduce((sum, one) => sum + peakRate(one), 0) * 0.02 * 2) + 2,
      queueMax: draw.between(10, 500),
      // Not even the widest of the shapes then exceeds the shortest deadline.
      serviceMs: draw.pick([1, 5]),
      serviceShape: draw.pick(['constant', 'erlang-4', 'exponential', 'hyper-exponential']),
    },
    client: drawClient(draw),
    protections: PROTECTIONS,
    looseTimeoutMs: 2000,
    unscopedRatio: 0.001,
    faults: drawFaults(draw, shards, tenants),
    invalidations,
    isWarm: draw.chance(0.5),
    phases: [{ name: 'all', fromS: 0 }],
    neighbours: tenants.map((_, tenant) => tenant),
    intervalS: STEP_S,
  };
}

function drawTenant(draw: Draw, place: number): TenantOptions {
  const keys = draw.pick([1, 3, 50, 400, 2000]);
  const ratePerSecond = draw.pick([1, 10, 50, 150]);
  const name = draw.pick(['platinum', 'gold', 'silver']);
  const limitPerSecond = ratePerSecond * draw.pick([0.3, 1, 2, 10]);
  const tier: Tier = {
    name,
    deadlineMs: draw.pick([200, 500, 1000]),
    ttlMs: draw.pick([1, 300, 3000, 60_000, 3_600_000]),
    ratePerSecond: limitPerSecond,
    burst: Math.max(1, limitPerSecond * draw.pick([0.1, 1, 2])),
    quotaBytes: draw.pick([1000, 20_000, 400_000, 1e9]),
    ...(draw.chance(0.3) ? { quotaEntries: draw.pick([1, 20, 300]) } : {}),
    atQuota: draw.pick(['evict', 'evict', 'refuse']),
    pricePerMonth: 0,
  };
  return {
    tenant: `${name}-${place}`,
    tier,
    arrivals: drawArrivals(ratePerSecond),
    popularity: drawPopularity(draw, keys),
    valueBytes: drawSizes(draw),
    keyBytes: draw.between(1, 100),
  };
}

/** Up to the time when nobody asks any more. */
function drawArrivals(ratePerSecond: number): ArrivalProcess {
  return {
    kind: 'spike',
    ratePerSecond,
    spikeRatePerSecond: 0,
    fromS: LOADED_S,
    toS: DURATION_S,
  };
}

function peakRate({ arrivals }: TenantOptions): number {
  return arrivals.kind === 'none' ? 0 : arrivals.ratePerSecond;
}

function drawPopularity(draw: Draw, keys: number): Popularity {
  const hotKeys = draw.between(1, keys);
  const startKeys = draw.between(1, keys);
  return draw.pick<Popularity>([
    { kind: 'uniform', keys },
    { kind: 'zipf', keys, alpha: draw.pick([0.6, 0.99, 1.88]) },
    { kind: 'hot-set', keys, hotKeys, hotShare: 0.9 },
    { kind: 'scan', keys },
    { kind: 'loop', keys, startKeys, growsAtS: TROUBLE_S / 2, loopShare: 0.9, alpha: 0.9 },
  ]);
}

function drawSizes(draw: Draw): SizeDistribution {
  return draw.pick<SizeDistribution>([
    { kind: 'constant', bytes: 1 },
    { kind: 'constant', bytes: 3000 },
    { kind: 'lognormal', medianBytes: 300, p90Bytes: 3000 },
  ]);
}

function drawRedis(draw: Draw, shards: number): RedisOptions {
  return {
    shards,
    maxmemoryBytes: draw.pick([50_000, 1_000_000, 1e12]),
    maxmemoryPolicy: draw.pick(['noeviction', 'allkeys-lru']),
    maxmemorySamples: draw.between(1, 10),
    lookupUs: draw.pick([1, 8, 100]),
    putUs: draw.pick([1, 13, 100]),
    rejectUs: 4,
    removeUs: 3,
    perKilobyteUs: 0.4,
    serviceShape: draw.pick(['constant', 'exponential']),
    commandTimeoutMs: draw.pick([5, 100, 1000]),
  };
}

function drawClient(draw: Draw): ClientOptions {
  return {
    instances: draw.between(1, 4),
    // One connection carries a request a round trip: fewer would be a queue of their own.
    connectionsPerInstance: draw.pick([16, 100, 1000]),
    networkUs: draw.pick([0, 100, 1000]),
    backendNetworkUs: draw.pick([0, 100, 1000]),
    backendJitterUs: draw.pick([0, 300]),
    requestRetriesMax: draw.between(0, 2),
    requestRetryPauseMs: draw.pick([1, 50]),
    cache: {
      ...DEFAULT_SETTINGS,
      singleFlight: draw.chance(0.7),
      localDeny: draw.chance(0.7),
      earlyRefresh: draw.chance(0.7),
      ttlJitter: draw.pick([0, 0.1, 0.9]),
      onStoreFailure: draw.pick(['fail-open', 'fail-closed']),
      retriesMax: draw.between(0, 3),
      circuitFailuresMax: draw.pick([0, 1, 5]),
      circuitOpenMs: draw.pick([10, 1000]),
      localShare: draw.pick([0.01, 0.1, 1]),
    },
  };
}

function drawFaults(draw: Draw, shards: number, tenants: readonly TenantOptions[]): Fault[] {
  const kinds = FAULT_KINDS.filter((kind) => kind !== 'lost-shard' && draw.chance(0.5));
  if (kinds.length === 0) return [];
  return Array.from({ length: draw.between(0, FAULTS_MAX) }, () =>
    drawFault(draw, draw.pick(kinds), shards, tenants),
  );
}

function drawFault(
  draw: Draw,
  kind: Fault['kind'],
  shards: number,
  tenants: readonly TenantOptions[],
): Fault {
  // What lasts ends before the time for recovery begins.
  const forS = draw.pick([0.01, 0.5, 4]);
  const atS = draw.uniform() * (TROUBLE_S - forS);
  const shard = draw.between(0, shards - 1);
  switch (kind) {
    case 'slow-redis':
      // What a slower server is sent meanwhile takes it longer than the time for recovery.
      return { kind, atS, forS, factor: draw.pick([3, 20]), shard };
    case 'restart-redis':
    case 'failover':
      return { kind, atS, forS, shard };
    case 'flush':
    case 'lost-shard':
      return { kind: 'flush', atS, shard };
    case 'clock-step':
      return { kind, atS, stepMs: draw.pick([-60_000, -1000, 1, 1000, 60_000]) };
    case 'slow-backend':
      return { kind, atS, forS, factor: draw.pick([2, 20, 200]) };
    case 'expire-key': {
      const tenantIndex = draw.between(0, tenants.length - 1);
      const { keys } = (tenants[tenantIndex] as TenantOptions).popularity;
      return { kind, atS, tenantIndex, key: draw.between(0, keys - 1) };
    }
  }
}

function drawInvalidations(draw: Draw, tenantCount: number): Invalidation[] {
  if (draw.chance(0.3)) return [];
  return Array.from({ length: draw.between(1, INVALIDATIONS_MAX) }, () => ({
    atS: draw.uniform() * LOADED_S,
    tenantIndex: draw.between(0, tenantCount - 1),
  }));
}

class Draw {
  private readonly random: RandomStream;

  constructor(random: RandomStream) {
    this.random = random;
  }

  uniform(): number {
    return this.random.uniform();
  }

  chance(probability: number): boolean {
    return this.random.uniform() < probability;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.random.below(most - least + 1);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.random.below(items.length)] as T;
  }
}
