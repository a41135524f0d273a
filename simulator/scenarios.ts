import type { Fault } from './faults.ts';
import type { CheckName } from './judge.ts';
import type { Invalidation, Protection, SimulationOptions, TenantOptions } from './options.ts';
import {
  backendFor,
  ENTRY_BYTES,
  MISS_RATIO,
  type Preset,
  presetOptions,
  presetTenant,
  UNIT_BYTES,
} from './presets.ts';
import { meanBytes } from './sizes.ts';

/** A question about a deployment, and the deployment in which it is asked. */
export interface Scenario {
  readonly name: string;
  readonly question: string;
  /** Protections that it is about: what `--without` is likely to take away. */
  readonly protections: readonly Protection[];
  /** What decides about it: see `judgeSimulation`. */
  readonly checks: readonly CheckName[];
  options(preset: Preset): SimulationOptions;
}

/** A quiet time, the trouble, and the time after it. */
const BEFORE_S = 120;
const DURING_S = 120;
const AFTER_S = 60;
const TROUBLE = {
  durationS: BEFORE_S + DURING_S + AFTER_S,
  intervalS: 10,
  phases: [
    { name: 'before', fromS: 0 },
    { name: 'during', fromS: BEFORE_S },
    { name: 'after', fromS: BEFORE_S + DURING_S },
  ],
};

/** After every end. */
const FOREVER_S = 1e8;

/** Name of the tenant that makes the trouble. */
export const HOT = 'hot';

/** The tenant that spikes is the last one. */
function withHotTenant(options: SimulationOptions, hot: TenantOptions): SimulationOptions {
  // The neighbours stay those of before: all the others.
  return { ...options, tenants: [...options.tenants, { ...hot, tenant: HOT }] };
}

/** Requests per second of all tenants together, ordinary times. */
function ordinaryRate({ tenants }: SimulationOptions): number {
  return tenants.reduce((sum, one) => sum + rateOf(one), 0);
}

function rateOf({ arrivals }: TenantOptions): number {
  return arrivals.kind === 'none' ? 0 : arrivals.ratePerSecond;
}

/** A back-end that copes with ordinary misses and so many others a second. */
function backendBeside(options: SimulationOptions, othersPerSecond: number) {
  return backendFor(options.backend, ordinaryRate(options) * MISS_RATIO + othersPerSecond);
}

function steady(preset: Preset): SimulationOptions {
  return presetOptions(preset);
}

function spike(preset: Preset): SimulationOptions {
  const base = presetOptions(preset);
  const hot = presetTenant('platinum', 0, 100);
  const backend = backendBeside(base, hot.tier.ratePerSecond * MISS_RATIO);
  return withHotTenant(
    { ...base, ...TROUBLE, backend },
    {
      ...hot,
      arrivals: {
        kind: 'spike',
        ratePerSecond: 100,
        spikeRatePerSecond: 10_000,
        fromS: BEFORE_S,
        toS: BEFORE_S + DURING_S,
      },
    },
  );
}

/**
 * Every tenant's job goes round its documents. At ordinary times the working sets take 5/6 of the
 * memory; then every third tenant has more documents and asks for as many more, until all together
 * want 5/4 of it: 240 GB on 192 GB. Going round, each entry is wanted just after it was evicted.
 */
function cascade(preset: Preset): SimulationOptions {
  const base = presetOptions(preset);
  const growsAtS = 600;
  const bytes = meanBytes(ENTRY_BYTES);
  const unit = (UNIT_BYTES / bytes) * (5 / 6);
  const tenants = base.tenants.map((one, place) => {
    const units = one.tier.quotaBytes / UNIT_BYTES;
    const startKeys = Math.floor(unit * units);
    const isGrowing = place % 3 === 0;
    // A third of the memory wants 5/4 - 2/3 * 5/6 of it, over the third it had.
    const growth = isGrowing ? ((5 / 4 - (2 / 3) * (5 / 6)) * 3) / (5 / 6) : 1;
    const ratePerSecond = rateOf(one);
    return {
      ...one,
      arrivals: {
        kind: 'spike' as const,
        ratePerSecond,
        spikeRatePerSecond: ratePerSecond * growth,
        fromS: growsAtS,
        toS: FOREVER_S,
      },
      popularity: {
        kind: 'loop' as const,
        keys: Math.floor(startKeys * growth),
        startKeys,
        growsAtS,
        loopShare: 0.95,
        alpha: 0.9,
      },
    };
  });
  const { shards } = base.redis;
  const capacity = tenants.reduce((sum, { tier }) => sum + tier.quotaBytes, 0);
  return {
    ...base,
    durationS: growsAtS + 900,
    intervalS: 60,
    phases: [
      // Until all loops have gone round, and lives have ended as they will from then on.
      { name: 'settling', fromS: 0 },
      { name: 'before', fromS: growsAtS - 300 },
      { name: 'growing', fromS: growsAtS },
      { name: 'during', fromS: growsAtS + 600 },
    ],
    tenants,
    neighbours: base.neighbours.filter((tenant) => tenant % 3 !== 0),
    // Tenants that outgrew their quota miss with every step of their loop.
    backend: backendBeside(base, (ordinaryRate(base) * 2.5) / 3),
    redis: { ...base.redis, maxmemoryBytes: Math.round(capacity / shards) },
  };
}

/** Twenty keys that everybody asks for at once vanish, every second anew. */
function stampede(preset: Preset): SimulationOptions {
  const base = presetOptions(preset);
  const hotKeys = 20;
  const ratePerSecond = hotKeys * 500;
  const ordinary = presetTenant('platinum', 0, ratePerSecond);
  const limit = { ratePerSecond: 2 * ratePerSecond, burst: 4 * ratePerSecond };
  const hot: TenantOptions = {
    ...ordinary,
    tier: { ...ordinary.tier, ...limit },
    popularity: { kind: 'uniform', keys: hotKeys },
  };
  const backend = backendBeside(base, hotKeys * base.client.instances);
  const options = withHotTenant({ ...base, ...TROUBLE, backend }, hot);
  const tenantIndex = options.tenants.length - 1;
  const faults: Fault[] = [];
  for (let atS = BEFORE_S; atS < BEFORE_S + DURING_S; atS += 1) {
    for (let key = 0; key < hotKeys; key += 1) {
      faults.push({ kind: 'expire-key', atS, tenantIndex, key });
    }
  }
  return { ...options, faults };
}

/** One tenant's documents change, and its entries are invalidated. */
function invalidation(preset: Preset): SimulationOptions {
  const base = { ...presetOptions(preset), ...TROUBLE };
  const tenantIndex = base.tenants.length - 1;
  const invalidations: Invalidation[] = [{ atS: BEFORE_S, tenantIndex }];
  return {
    ...base,
    invalidations,
    neighbours: base.neighbours.filter((one) => one !== tenantIndex),
  };
}

/** The back-end's answers take 500 to 800 ms for a while: four times the platinum deadline. */
function timeout(preset: Preset): SimulationOptions {
  const base = { ...presetOptions(preset), ...TROUBLE };
  const factor = 620 / base.backend.serviceMs;
  return {
    ...base,
    backend: { ...base.backend, workers: base.backend.workers * 40 },
    faults: [{ kind: 'slow-backend', atS: BEFORE_S, forS: DURING_S, factor }],
  };
}

/** One tenant asks for more than all others together, for two hours. */
function hotTenant(preset: Preset): SimulationOptions {
  const base = presetOptions(preset);
  const ratePerSecond = ordinaryRate(base) * 1.5;
  const hot = presetTenant('platinum', 0, 100);
  const backend = backendBeside(base, hot.tier.ratePerSecond * MISS_RATIO);
  // A warm cache is a guess: after the longest life every entry is one that this load has written.
  const settledS = 4200;
  const fromS = settledS + 1200;
  return withHotTenant(
    {
      ...base,
      backend,
      durationS: fromS + 7200,
      phases: [
        { name: 'settling', fromS: 0 },
        { name: 'before', fromS: settledS },
        { name: 'during', fromS },
      ],
    },
    {
      ...hot,
      arrivals: {
        kind: 'spike',
        ratePerSecond: 100,
        spikeRatePerSecond: ratePerSecond,
        fromS,
        toS: FOREVER_S,
      },
    },
  );
}

/** A code path that forgets the tenant in its keys takes one request in 2,000. */
function collision(preset: Preset): SimulationOptions {
  return { ...presetOptions(preset), ...TROUBLE, unscopedRatio: 1 / 2000 };
}

/** Nothing is in the cache, and everybody comes. */
function coldStart(preset: Preset): SimulationOptions {
  return {
    ...presetOptions(preset),
    durationS: 1800,
    isWarm: false,
    phases: [
      { name: 'cold', fromS: 0 },
      { name: 'warm', fromS: 1200 },
    ],
  };
}

/** A day: each tier's peak at another hour, a fifth of the ordinary rate. */
function diurnal(preset: Preset): SimulationOptions {
  const base = presetOptions(preset);
  const daySeconds = 86_400;
  const tenants = base.tenants.map((one, place): TenantOptions => {
    const rate = rateOf(one) / 5;
    const phase = (place % 3) / 3;
    return {
      ...one,
      arrivals: {
        kind: 'diurnal',
        ratePerSecond: rate,
        swing: 0.8,
        periodS: daySeconds,
        phase,
      },
    };
  });
  const { workers } = base.backend;
  return {
    ...base,
    tenants,
    backend: { ...base.backend, workers: Math.ceil(workers / 2) },
    durationS: daySeconds,
    intervalS: 900,
  };
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'steady',
    question: 'what do tenants get in ordinary times?',
    protections: [],
    checks: ['failures', 'foreign', 'deadline'],
    options: steady,
  },
  {
    name: 'spike',
    question: 'does one tenant at 100 -> 10,000 requests/s reach its neighbours?',
    protections: ['limiter'],
    checks: ['latency', 'failures', 'hits', 'foreign'],
    options: spike,
  },
  {
    name: 'cascade',
    question: 'do tenants that outgrow the memory evict the entries of the others?',
    protections: ['tenant-eviction'],
    checks: ['latency', 'failures', 'hits', 'foreign'],
    options: cascade,
  },
  {
    name: 'stampede',
    question: 'what do keys do to the back-end that vanish while everybody wants them?',
    protections: ['single-flight'],
    checks: ['latency', 'failures', 'hits', 'foreign'],
    options: stampede,
  },
  {
    name: 'invalidation',
    question: 'does the invalidation of one tenant leave the entries of the others?',
    protections: ['scoped-invalidation'],
    checks: ['latency', 'failures', 'hits', 'foreign'],
    options: invalidation,
  },
  {
    name: 'timeout',
    question: 'are answers that come too late cut off at the deadline of the tier?',
    protections: ['timeout'],
    checks: ['deadline', 'foreign'],
    options: timeout,
  },
  {
    name: 'hot-tenant',
    question: 'what do two hours at over half of all load by one tenant do to the others?',
    protections: ['limiter'],
    checks: ['latency', 'failures', 'hits', 'foreign'],
    options: hotTenant,
  },
  {
    name: 'collision',
    question: 'does a code path that forgot the tenant hand out the answers of others?',
    protections: ['namespace'],
    checks: ['foreign'],
    options: collision,
  },
  {
    name: 'cold-start',
    question: 'how long does an empty cache take to become useful?',
    protections: ['single-flight', 'limiter'],
    checks: ['failures', 'foreign', 'deadline'],
    options: coldStart,
  },
  {
    name: 'diurnal',
    question: 'what does a day with its peaks look like?',
    protections: [],
    checks: ['failures', 'foreign', 'deadline'],
    options: diurnal,
  },
];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((one) => one.name === name);
}

/** Options with protections taken away, and what a deployment without them looks like. */
export function withoutProtections(
  options: SimulationOptions,
  without: readonly Protection[],
): SimulationOptions {
  const protections = options.protections.filter((one) => !without.includes(one));
  if (!without.includes('tenant-eviction')) return { ...options, protections };
  // Without quotas of tenants it is Redis itself that must evict.
  const { redis } = options;
  const capacity = options.tenants.reduce((sum, { tier }) => sum + tier.quotaBytes, 0);
  const maxmemoryBytes = Math.round(capacity / redis.shards);
  return {
    ...options,
    protections,
    redis: { ...redis, maxmemoryPolicy: 'allkeys-lru', maxmemoryBytes },
  };
}
