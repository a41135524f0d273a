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
  /** Asks the placebo's Redis in the hot tenant's place during the baseline. */
  readonly standIn: TenantPlan;
  readonly ordinaryRatePerSecond: number;
  readonly hotRatePerSecond: number;
}

/** Whose keys all tenants use where the namespace is taken away. */
export const NOBODY = 'nobody';

export interface TenantPlan {
  readonly id: string;
  readonly tier: string;
  /** Pre-loaded keys, drawn by Zipf's law. */
  readonly warmKeys: number;
}

/** Zipf exponent of YCSB's default key popularity (Cooper et al., SoCC 2010). */
const ZIPF_EXPONENT = 0.99;

/**
 * A tenant's planned hits and its planned misses are two streams, each evenly spaced, so that
 * neither waits for a virtual user that the other holds.
 */
export const STREAMS = ['hit', 'miss'] as const;
export type Stream = (typeof STREAMS)[number];

/** Three requests of 25 miss: 12 %, in every window and for every tenant. */
const SHARE_PARTS = 25;
const PARTS = { hit: 22, miss: 3 } as const satisfies Record<Stream, number>;

/** Requests per second of a stream. */
export function streamRatePerSecond(ratePerSecond: number, stream: Stream): number {
  return (ratePerSecond * PARTS[stream]) / SHARE_PARTS;
}

export function neighboursRatePerSecond(traffic: Traffic): number {
  return traffic.neighbourRatePerSecond * traffic.neighbours.length;
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

/** Requests after which popular keys come in the same order again. */
const POPULAR_KEYS = 1000;

/** Pre-loaded keys in the order in which they are asked for, each as often as Zipf's law has it. */
export function drawPopularKeys(seed: number, warmKeys: number): string[] {
  const table = zipfTable(warmKeys);
  return Array.from({ length: POPULAR_KEYS }, (_, n) => warmKey(zipfRank(table, mix(seed, n))));
}

export function warmKey(rank: number): string {
  return `warm:${rank}`;
}

/**
 * Unique to the slot, so that no window finds what another one left.
 * @param mark tells streams apart that number their requests from 0
 */
export function missKey(slot: number, n: number, mark = ''): string {
  return `${missPrefix(slot)}${mark}${n}`;
}

/** Size of the value behind a stream's n-th miss: the same in every slot. */
export function missBytes(seed: number, n: number): number {
  return valueBytes(seed, `miss:${n}`);
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

/** What the spike adds to the hot tenant's ordinary traffic. */
export function spikeRatePerSecond(traffic: Traffic): number {
  return Math.max(0, traffic.hotRatePerSecond - traffic.ordinaryRatePerSecond);
}

/** Places of the misses among 25 requests of the hot tenant's ordinary traffic. */
const MISS_PLACES: readonly number[] = [3, 11, 19];

/** Whether the n-th request of the hot tenant's ordinary traffic is planned to miss. */
export function plansMiss(n: number): boolean {
  return MISS_PLACES.includes(n % SHARE_PARTS);
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
  const hot = { id: 'hot-tenant', tier: 'platinum', warmKeys: 1000 };
  return { ...options, neighbours, hot, standIn: { ...hot, id: 'stand-in' } };
}
