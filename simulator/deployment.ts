import { ENTRY_OVERHEAD_BYTES } from '../core/stores/entry-overhead.ts';
import { ArraySpace } from './array-space.ts';
import { ENTRY_FIELDS } from './entry-fields.ts';
import type { Protection, SimulationOptions } from './options.ts';
import { type KeySource, KeyTables } from './popularity.ts';
import { hashPair, RandomStream } from './random-stream.ts';
import { EvictionMarks, SampledEviction } from './sampled-eviction.ts';
import { ShardServer } from './shard-server.ts';
import { SIZE_TABLE_LENGTH, sizeTable } from './sizes.ts';
import { shardOfSlot, slotOfTenant } from './slots.ts';

/** Numbers of the independent streams of random numbers of one seed. */
export const STREAMS = {
  keys: 1,
  backend: 2,
  policy: 3,
  service: 4,
  warmUp: 5,
  client: 6,
  eviction: 100,
  arrivals: 10_000,
} as const;

/** The servers and what they hold, with everything about a tenant that does not change. */
export interface Deployment {
  readonly spaces: readonly ArraySpace[];
  readonly shards: readonly ShardServer[];
  readonly shardOf: Int32Array;
  /** Server-side eviction by shard; undefined under noeviction. */
  readonly evictions: readonly SampledEviction[] | undefined;
  readonly marks: EvictionMarks | undefined;
  readonly keys: readonly KeySource[];
  /** Where a tenant's entries begin among all of the deployment. */
  readonly entryBase: Int32Array;
  readonly entries: Int32Array;
  /** How long each entry's load took, in milliseconds: what early refresh goes by. */
  readonly loadMs: Uint16Array;
  readonly deadlineUs: Float64Array;
  charge(tenant: number, key: number): number;
}

export function makeDeployment(seed: number, options: SimulationOptions): Deployment {
  const { tenants, redis, protections, looseTimeoutMs } = options;
  const entryBase = new Int32Array(tenants.length + 1);
  tenants.forEach(({ popularity }, tenant) => {
    entryBase[tenant + 1] = (entryBase[tenant] as number) + popularity.keys;
  });
  const entryCount = entryBase[tenants.length] as number;
  const entries = new Int32Array(entryCount * ENTRY_FIELDS);
  const spaces = tenants.map(({ tier }, tenant) => {
    const from = (entryBase[tenant] as number) * ENTRY_FIELDS;
    const to = (entryBase[tenant + 1] as number) * ENTRY_FIELDS;
    return new ArraySpace(entries.subarray(from, to), tier.ttlMs);
  });
  const tables = new KeyTables();
  const hasTimeout = isOn(protections, 'timeout');
  const isEvicting = redis.maxmemoryPolicy === 'allkeys-lru';
  const marks = isEvicting ? new EvictionMarks(entryCount) : undefined;
  return {
    spaces,
    shards: Array.from({ length: redis.shards }, () => new ShardServer()),
    shardOf: Int32Array.from(tenants, ({ tenant }) =>
      shardOfSlot(slotOfTenant(tenant), redis.shards),
    ),
    evictions:
      marks === undefined
        ? undefined
        : Array.from({ length: redis.shards }, (_, shard) => {
            const random = new RandomStream(seed, STREAMS.eviction + shard);
            return new SampledEviction(marks, redis.maxmemorySamples, random);
          }),
    marks,
    keys: tenants.map(({ popularity }) => tables.sourceOf(popularity)),
    entryBase,
    entries,
    loadMs: new Uint16Array(entryCount),
    deadlineUs: Float64Array.from(
      tenants,
      ({ tier }) => (hasTimeout ? tier.deadlineMs : looseTimeoutMs) * 1000,
    ),
    charge: makeCharge(options),
  };
}

export function isOn(protections: readonly Protection[], one: Protection): boolean {
  return protections.includes(one);
}

/** What an entry is charged: key, value and overhead. A key always has the same size. */
function makeCharge(options: SimulationOptions): (tenant: number, key: number) => number {
  const bytesOf = sizeOfValue(options);
  const fixed = Int32Array.from(options.tenants, ({ keyBytes }) => keyBytes + ENTRY_OVERHEAD_BYTES);
  return (tenant, key) => bytesOf(tenant, key) + (fixed[tenant] as number);
}

/** Bytes of the value under a tenant's key: drawn by the key's hash, once and for all. */
export function sizeOfValue({
  tenants,
}: Pick<SimulationOptions, 'tenants'>): (tenant: number, key: number) => number {
  const known = new Map<string, Uint32Array>();
  const tables = tenants.map(({ valueBytes }) => {
    if (valueBytes.kind === 'listed') return Uint32Array.from(valueBytes.bytes);
    const spelt = JSON.stringify(valueBytes);
    const table = known.get(spelt) ?? sizeTable(valueBytes);
    known.set(spelt, table);
    return table;
  });
  const isListed = tenants.map(({ valueBytes }) => valueBytes.kind === 'listed');
  return (tenant, key) => {
    const table = tables[tenant] as Uint32Array;
    const place = isListed[tenant] ? key : hashPair(tenant, key) & (SIZE_TABLE_LENGTH - 1);
    return table[place] as number;
  };
}
