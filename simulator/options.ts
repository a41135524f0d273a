import type { CacheSettings } from '../core/cache/settings.ts';
import type { Tier } from '../core/tenancy/tier.ts';
import type { ArrivalProcess } from './arrivals.ts';
import type { Fault } from './faults.ts';
import type { Popularity } from './popularity.ts';
import type { ServiceShape } from './service-time.ts';
import type { SizeDistribution } from './sizes.ts';

/** One tenant of a simulated deployment. */
export interface TenantOptions {
  readonly tenant: string;
  readonly tier: Tier;
  readonly arrivals: ArrivalProcess;
  readonly popularity: Popularity;
  readonly valueBytes: SizeDistribution;
  /** Bytes of a key as the store spells it; the mean is enough, keys are small beside values. */
  readonly keyBytes: number;
}

export interface RedisOptions {
  /** Masters; tenants are placed by the CRC16 slot of their hash tag, slots in even ranges. */
  readonly shards: number;
  /** Bytes of all entries that a shard may hold. */
  readonly maxmemoryBytes: number;
  /**
   * What a shard does at `maxmemoryBytes`: refuse writes, or evict the least recently used of a few
   * sampled keys, whose ever they are. Infinite memory where tenants' quotas bound it is a choice
   * of `maxmemoryBytes`.
   */
  readonly maxmemoryPolicy: 'noeviction' | 'allkeys-lru';
  readonly maxmemorySamples: number;
  /** Service time of a lookup and of a put without their bytes, in microseconds. */
  readonly lookupUs: number;
  readonly putUs: number;
  /** Of a command that answers a rejection. */
  readonly rejectUs: number;
  /** Of each entry that a put evicts or a batch invalidates. */
  readonly removeUs: number;
  /** What moving a kilobyte of a value costs the server, in microseconds. */
  readonly perKilobyteUs: number;
  readonly serviceShape: ServiceShape;
  /** A command unanswered for so long counts as failed, outcome unknown. */
  readonly commandTimeoutMs: number;
}

export interface BackendOptions {
  /** Loads served at once. */
  readonly workers: number;
  /** Loads that may wait; one more is answered 503. */
  readonly queueMax: number;
  readonly serviceMs: number;
  readonly serviceShape: ServiceShape;
}

export interface ClientOptions {
  /** Processes of the application; requests are spread evenly. */
  readonly instances: number;
  /** Commands under way from one process to Redis; further ones wait for a reply. */
  readonly connectionsPerInstance: number;
  /** From the application to Redis, one way. */
  readonly networkUs: number;
  /** From the application to the back-end, one way, with what both ends do about a load. */
  readonly backendNetworkUs: number;
  /** Mean of what comes on top, exponentially distributed, a load: late timers, a busy host. */
  readonly backendJitterUs: number;
  /** Further tries of a whole request after a failure, by the application's own callers. */
  readonly requestRetriesMax: number;
  /** Pause before the first of them; doubles. */
  readonly requestRetryPauseMs: number;
  /** The reference cache's settings: those that the model knows of. */
  readonly cache: CacheSettings;
}

export const PROTECTIONS = [
  'namespace',
  'limiter',
  'tenant-eviction',
  'single-flight',
  'scoped-invalidation',
  'timeout',
] as const;
export type Protection = (typeof PROTECTIONS)[number];

/** A tenant's documents change: its entries are invalidated. */
export interface Invalidation {
  readonly atS: number;
  /** Index among the tenants. */
  readonly tenantIndex: number;
}

/** A named stretch of the run: percentiles are kept for each. */
export interface Phase {
  readonly name: string;
  /** It ends where the next one begins. */
  readonly fromS: number;
}

export interface SimulationOptions {
  readonly durationS: number;
  readonly tenants: readonly TenantOptions[];
  readonly redis: RedisOptions;
  readonly backend: BackendOptions;
  readonly client: ClientOptions;
  /** Protections that are on. */
  readonly protections: readonly Protection[];
  /** What deadlines are where `timeout` is off. */
  readonly looseTimeoutMs: number;
  /** Share of requests whose code path forgot the tenant in its keys, where `namespace` is off. */
  readonly unscopedRatio: number;
  readonly faults: readonly Fault[];
  readonly invalidations: readonly Invalidation[];
  /** Begin with the most popular entries in place, as after hours of the same load. */
  readonly isWarm: boolean;
  readonly phases: readonly Phase[];
  /** Indexes of the tenants that are observed: their share of each phase is given apart. */
  readonly neighbours: readonly number[];
  /** Length of a step of the time-line. */
  readonly intervalS: number;
}
