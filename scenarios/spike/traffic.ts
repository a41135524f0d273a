import { mix } from './mix.ts';

/**
 * What every request of a run asks for, as a pure function of its number. Hits go to pre-loaded
 * keys, misses to keys never used before: whether a request hits is planned, since a window that
 * warms the cache for the next would make the arms measure their order.
 */
export interface Traffic {
  readonly seed: number;
  readonly neighbours: readonly TenantPlan[];
  readonly neighbourRatePerSecond: number;
  readonly hot: TenantPlan;
  readonly ordinaryRatePerSecond: number;
  readonly hotRatePerSecond: number;
}

export interface TenantPlan {
  readonly id: string;
  readonly tier: string;
  /** Pre-loaded keys, drawn by Zipf's law. */
  readonly warmKeys: number;
}

/** Three requests of 25 miss: 12 %, in every window and for every tenant. */
export const MISS_BLOCK = 25;
export const MISSES_A_BLOCK = 3;
export const MISS_RATIO = MISSES_A_BLOCK / MISS_BLOCK;

/** Zipf exponent of YCSB's default key popularity (Cooper et al., SoCC 2010). */
const ZIPF_EXPONENT = 0.99;

/** True when a tenant's m-th request is planned to miss. One miss in each stratum of eight. */
export function plansMiss(seed: number, m: number): boolean {
  const at = m % MISS_BLOCK;
  const stratum = at >> 3;
  if (stratum >= MISSES_A_BLOCK) return false;
  const bits = mix(seed, (m - at) / MISS_BLOCK);
  return (at & 7) === ((bits >>> (stratum * 3)) & 7);
}

/** Cumulative Zipf weights over `count` ranks, ending in 1. */
export function zipfTable(count: number): number[] {
  const table: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) {
    sum += 1 / rank ** ZIPF_EXPONENT;
    table.push(sum);
  }
  return table.map((value) => value / sum);
}

/** The rank that a uniform 32-bit number falls on. */
export function zipfRank(table: readonly number[], bits: number): number {
  const u = bits / 0x1_0000_0000;
  let low = 0;
  let high = table.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((table[middle] ?? 1) <= u) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function warmKey(rank: number): string {
  return `warm:${rank}`;
}

/** Unique to the slot, so that no window finds what another one left. */
export function missKey(slot: number, n: number): string {
  return `${missPrefix(slot)}${n}`;
}

export function missPrefix(slot: number): string {
  return `miss:${slot}:`;
}

const VALUE_BYTES_MAX = 8192;

/**
 * Value size by key: Facebook's ETC pool, generalised Pareto (15, 214.476, .348238), Atikoglu et
 * al., SIGMETRICS 2012, cut at 8 KiB (which leaves out .02 % of values).
 */
export function valueBytes(seed: number, key: string): number {
  let hash = seed;
  for (let i = 0; i < key.length; i++) hash = mix(hash, key.charCodeAt(i));
  const u = (hash + 0.5) / 0x1_0000_0000;
  const bytes = 15 + (214.476 * ((1 - u) ** -0.348238 - 1)) / 0.348238;
  return Math.min(VALUE_BYTES_MAX, Math.round(bytes));
}

/**
 * Whether the hot generator's n-th request belongs to the tenant's ordinary traffic, which stays
 * on the shared side in every arm; spread evenly over the spike.
 */
export function isOrdinary(traffic: Traffic, n: number): boolean {
  const share = traffic.ordinaryRatePerSecond / traffic.hotRatePerSecond;
  return Math.floor((n + 1) * share) > Math.floor(n * share);
}

const TIER_ORDER = ['platinum', 'gold', 'silver'] as const;

/** Neighbours in turn over the three tiers; the hot tenant is platinum. */
export function planTraffic(options: {
  seed: number;
  neighbours: number;
  neighbourRatePerSecond: number;
  ordinaryRatePerSecond: number;
  hotRatePerSecond: number;
}): Traffic {
  const neighbours = Array.from({ length: options.neighbours }, (_, i) => {
    const tier = TIER_ORDER[i % TIER_ORDER.length] ?? 'silver';
    return { id: `neighbour-${String(i + 1).padStart(2, '0')}`, tier, warmKeys: 200 };
  });
  return { ...options, neighbours, hot: { id: 'hot-tenant', tier: 'platinum', warmKeys: 1000 } };
}
