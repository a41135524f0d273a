import { DEFAULT_SETTINGS } from '../core/cache/settings.ts';
import { TIERS, type Tier } from '../core/tenancy/tier.ts';
import {
  type BackendOptions,
  PROTECTIONS,
  type SimulationOptions,
  type TenantOptions,
} from './options.ts';
import type { SizeDistribution } from './sizes.ts';

/** Sizes of deployment that the tiers were made for. */
export const PRESETS = ['small', 'medium', 'large'] as const;
export type Preset = (typeof PRESETS)[number];

interface Scale {
  readonly platinum: number;
  readonly gold: number;
  readonly silver: number;
  /** Requests per second of a silver tenant; gold asks twice, platinum four times as often. */
  readonly silverRate: number;
  readonly shards: number;
  readonly instances: number;
}

/** 20 tenants at 2,000, 50 at 10,000, 200 at 40,000 requests a second. */
const SCALES: Readonly<Record<Preset, Scale>> = {
  small: { platinum: 2, gold: 6, silver: 12, silverRate: 62.5, shards: 1, instances: 2 },
  medium: { platinum: 5, gold: 15, silver: 30, silverRate: 125, shards: 2, instances: 4 },
  large: { platinum: 20, gold: 60, silver: 120, silverRate: 125, shards: 8, instances: 8 },
};

/** Shares of a tier in memory and load, silver being 1: those of the tiers' quotas. */
const UNITS = { platinum: 4, gold: 2, silver: 1 } as const;
export type TierName = keyof typeof UNITS;

/** 192 GB over the 320 units of the large deployment, as entries of 38 kB: five million. */
export const UNIT_BYTES = 600_000_000;
/** Keys that a silver tenant's requests are spread over; four times what fits its quota. */
const UNIT_KEYS = 60_000;
export const ENTRY_BYTES: SizeDistribution = {
  kind: 'lognormal',
  medianBytes: 24_000,
  p90Bytes: 80_000,
};
const KEY_BYTES = 64;
const ZIPF_ALPHA = 0.99;

/** What misses keep busy of the back-end in ordinary times. */
const BACKEND_LOAD = 0.6;
/** Of the presets' tenants: see `simulate steady`. */
export const MISS_RATIO = 0.18;
const BACKEND_MS = 40;

/** The same back-end with as many workers as so many loads a second keep busy to 60 %. */
export function backendFor(backend: BackendOptions, loadsPerSecond: number): BackendOptions {
  const busy = (loadsPerSecond * backend.serviceMs) / 1000;
  return { ...backend, workers: Math.max(1, Math.ceil(busy / BACKEND_LOAD)) };
}

/** A deployment of the given size under Poisson traffic, everything protected, for a while. */
export function presetOptions(preset: Preset): SimulationOptions {
  const scale = SCALES[preset];
  const tenants = tierNames().flatMap((tier) =>
    Array.from({ length: scale[tier] }, (_, number) =>
      presetTenant(tier, number, scale.silverRate * UNITS[tier]),
    ),
  );
  const units = tierNames().reduce((sum, tier) => sum + scale[tier] * UNITS[tier], 0);
  return {
    durationS: 3600,
    tenants,
    redis: {
      shards: scale.shards,
      // Shards hold unequal shares of the tenants: half as much again keeps the fullest in bounds.
      maxmemoryBytes: Math.round((units * UNIT_BYTES * 1.5) / scale.shards),
      maxmemoryPolicy: 'noeviction',
      maxmemorySamples: 5,
      lookupUs: 8,
      putUs: 13,
      rejectUs: 4,
      removeUs: 3,
      perKilobyteUs: 0.4,
      serviceShape: 'constant',
      commandTimeoutMs: 1000,
    },
    backend: backendFor(
      { workers: 1, queueMax: 2000, serviceMs: BACKEND_MS, serviceShape: 'erlang-4' },
      units * scale.silverRate * MISS_RATIO,
    ),
    client: {
      instances: scale.instances,
      connectionsPerInstance: 1000,
      networkUs: 100,
      backendNetworkUs: 100,
      backendJitterUs: 0,
      requestRetriesMax: 0,
      requestRetryPauseMs: 50,
      cache: DEFAULT_SETTINGS,
    },
    protections: PROTECTIONS,
    looseTimeoutMs: 2000,
    unscopedRatio: 0.0001,
    faults: [],
    invalidations: [],
    isWarm: true,
    phases: [{ name: 'all', fromS: 0 }],
    neighbours: tenants.map((_, tenant) => tenant),
    intervalS: 60,
  };
}

/** A tier as the seed deployment grants it, its quota scaled to the memory there is. */
export function presetTier(tier: TierName): Tier {
  return { ...TIERS[tier], quotaBytes: UNIT_BYTES * UNITS[tier] };
}

export function presetTenant(tier: TierName, number: number, rate: number): TenantOptions {
  return {
    tenant: `${tier}-${number}`,
    tier: presetTier(tier),
    arrivals: { kind: 'poisson', ratePerSecond: rate },
    popularity: { kind: 'zipf', keys: UNIT_KEYS * UNITS[tier], alpha: ZIPF_ALPHA },
    valueBytes: ENTRY_BYTES,
    keyBytes: KEY_BYTES,
  };
}

function tierNames(): TierName[] {
  return ['platinum', 'gold', 'silver'];
}
