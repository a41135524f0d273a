import { DEFAULT_SETTINGS } from '../core/cache/settings.ts';
import { TIERS } from '../core/tenancy/tier.ts';
import { BadInputError } from '../results/output/operating-errors.ts';
import { PROTECTIONS, type SimulationOptions, type TenantOptions } from './options.ts';
import { backendFor, presetOptions } from './presets.ts';
import type { Scenario } from './scenarios.ts';
import { readTrace } from './trace.ts';

/** Keys and sizes of a whole trace are options of the run, and part of its record. */
const KEYS_MAX = 2_000_000;
const TENANTS_MAX = 1000;
/** Steps of the time-line. */
const STEPS = 60;
/** Where a trace names no tenants, there is one. */
const ONLY_TENANT = 'trace';
const TIER_ORDER = ['platinum', 'gold', 'silver'] as const;
const TIER_SHARES = { platinum: 4, gold: 2, silver: 1 } as const;
/** Of the loads that the back-end is made for; a cold cache asks for more at first. */
const MISS_RATIO = 0.5;

/** The question of a replayed trace: nothing has to hold but what always has to. */
export const REPLAY: Pick<Scenario, 'name' | 'question' | 'checks'> = {
  name: 'replay',
  question: 'what becomes of the requests of this trace?',
  checks: ['foreign'],
};

/** Who asks in a trace, and for what. */
export interface TraceTenants {
  readonly requestCount: number;
  readonly names: readonly string[];
  /** By tenant, the size under each of its keys: that of its last request. */
  readonly sizes: readonly (readonly number[])[];
  /** By key of the whole trace: whose it is, and which of that tenant's keys. */
  readonly tenantOf: readonly number[];
  readonly keyOf: readonly number[];
}

/** Reads who asks for what; memory grows with the number of keys. @throws BadInputError */
export async function readTenants(file: string): Promise<TraceTenants> {
  const numbers = new Map<string, number>();
  const sizes: number[][] = [];
  const tenantOf: number[] = [];
  const keyOf: number[] = [];
  const { requestCount } = await readTrace(file, ({ key, size, tenant }) => {
    const name = tenant === '' ? ONLY_TENANT : tenant;
    let number = numbers.get(name);
    if (number === undefined) {
      if (numbers.size === TENANTS_MAX) throw tooMany(file, `more than ${TENANTS_MAX} tenants`);
      number = numbers.size;
      numbers.set(name, number);
      sizes.push([]);
    }
    const own = sizes[number] as number[];
    if (key === tenantOf.length) {
      if (key === KEYS_MAX) throw tooMany(file, `more than ${KEYS_MAX} keys`);
      tenantOf.push(number);
      keyOf.push(own.length);
    }
    own[keyOf[key] as number] = size;
  });
  return { requestCount, names: [...numbers.keys()], sizes, tenantOf, keyOf };
}

function tooMany(file: string, why: string): BadInputError {
  const expected = `a trace for a whole deployment (${why}): --policy lru takes it`;
  return new BadInputError([{ field: '--trace', value: file, expected }]);
}

/** How a trace is put on a deployment. */
export interface TraceLoad {
  readonly ratePerSecond: number;
  /** Of all tenants together, divided among them by the shares of their tiers. */
  readonly capacity: number;
  readonly unit: 'bytes' | 'entries';
}

/** The servers of the small deployment, and the trace's tenants, of the three tiers in turn. */
export function traceDeployment(
  { names, sizes, requestCount }: TraceTenants,
  { ratePerSecond, capacity, unit }: TraceLoad,
): SimulationOptions {
  const base = presetOptions('small');
  const tierOf = (place: number) => TIER_ORDER[place % TIER_ORDER.length] ?? 'silver';
  const units = names.reduce((sum, _, place) => sum + TIER_SHARES[tierOf(place)], 0);
  const tenants = names.map((tenant, place): TenantOptions => {
    const name = tierOf(place);
    const share = Math.max(1, Math.floor((capacity * TIER_SHARES[name]) / units));
    const limit = unit === 'bytes' ? { quotaBytes: share } : { quotaEntries: share };
    const bytes = sizes[place] as readonly number[];
    return {
      tenant,
      tier: { ...TIERS[name], ...limit },
      arrivals: { kind: 'none' },
      popularity: { kind: 'trace', keys: bytes.length },
      valueBytes: { kind: 'listed', bytes },
      keyBytes: 32,
    };
  });
  const durationS = Math.max(1, Math.ceil(requestCount / ratePerSecond));
  return {
    ...base,
    tenants,
    durationS,
    intervalS: durationS / Math.min(STEPS, durationS),
    redis: { ...base.redis, maxmemoryBytes: 1e15 },
    backend: backendFor(base.backend, ratePerSecond * MISS_RATIO),
    client: { ...base.client, cache: DEFAULT_SETTINGS },
    protections: PROTECTIONS,
    isWarm: false,
    neighbours: tenants.map((_, tenant) => tenant),
  };
}
