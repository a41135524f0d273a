import { Redis } from 'ioredis';
import { makeIoredisStore } from '../../../core/stores/ioredis-store.ts';
import type { Quota, Store } from '../../../core/stores/store.ts';
import { makeKeyspace } from '../../../core/tenancy/keyspace.ts';
import { parseTenantId, type TenantId } from '../../../core/tenancy/tenant-id.ts';
import type { Measured, Measurements } from '../calibration.ts';
import { LISTPACK_ENTRIES_MAX } from '../entry-overhead.ts';
import { LoadDriver } from './load-driver.ts';
import { infoFigure, infoText } from './redis-info.ts';

/** What is to be measured on an empty Redis of our own. */
export interface MeasureOptions {
  readonly url: string;
  /** Mean bytes of a key as Redis stores it, and of a value. */
  readonly keyBytes: number;
  readonly valueBytes: number;
  /** Times of lookups and puts as well as memory. */
  readonly withTimes: boolean;
}

/**
 * Memory is steady to some bytes an entry from this many on, and they fill the tables of 8,192 places
 * that Redis keeps for them as far as such tables, which double when full, are filled on average.
 */
const ENTRIES = 5_700;
const VALUE_BYTES_MAX = 64 * 1024;
const IN_FLIGHT = 64;

const ROOMY: Quota = { quotaBytes: 2 ** 40, atQuota: 'evict', enforcement: 'enforce' };

/**
 * Fills an empty Redis through the cache's own scripts and reads what an entry really takes beside
 * key and value (indexes, accounting, allocator), and, where asked, what its thread spends on a
 * lookup and on a put. The server must be ours: each reading empties it.
 */
export async function measureRedis(options: MeasureOptions): Promise<Measurements> {
  const client = new Redis(options.url, { maxRetriesPerRequest: 1, commandTimeout: 10_000 });
  client.on('error', () => {});
  try {
    const store = makeIoredisStore(client, { keyspace: makeKeyspace() });
    await requireEmpty(client);
    const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? 'unknown';
    const source = `measured: Redis ${version}, ${ENTRIES} entries`;
    const light = { ...options, valueBytes: LIGHT_BYTES };
    const small = await measureEntries(client, store, light);
    const real = await measureEntries(client, store, {
      ...options,
      valueBytes: Math.max(HEAVY_BYTES_LEAST, options.valueBytes),
    });
    const listpackEntriesMax = await readListpackEntriesMax(client);
    const packed = await measurePacked(client, store, light, listpackEntriesMax);
    // Two sizes, two figures: what every entry takes, and what grows with its value.
    const share = Math.max(0, (real.overhead - small.overhead) / (real.valueBytes - LIGHT_BYTES));
    const ofEntry = (overhead: number): Measured => ({
      quantity: around(Math.max(1, overhead - share * LIGHT_BYTES), 0.97, 1.1),
      source,
    });
    const memory = {
      entryOverheadBytes: ofEntry(small.overhead),
      smallEntryOverheadBytes: ofEntry(packed),
      listpackEntriesMax,
      allocatorShare: { quantity: around(share, 0.7, 1.3), source },
    };
    if (!options.withTimes) return memory;
    const times = await measureTimes(client, options);
    return {
      ...memory,
      lookupUs: { quantity: around(times.lookupUs, 0.8, 1.4), source },
      putUs: { quantity: around(times.putUs, 0.8, 1.4), source },
    };
  } finally {
    client.disconnect();
  }
}

/** A size whose rounding hardly counts, and the least one at which it does. */
const LIGHT_BYTES = 100;
const HEAVY_BYTES_LEAST = 1_000;

interface EntryFigures {
  readonly overhead: number;
  readonly valueBytes: number;
}

async function measureEntries(
  client: Redis,
  store: Store,
  options: MeasureOptions,
): Promise<EntryFigures> {
  const tenant = parseTenantId('measured');
  await fill(store, tenant, options, ENTRIES);
  const overhead = (await bytesThatGoWith(client)) / ENTRIES - bytesOfEntry(tenant, options);
  return { overhead, valueBytes: valueBytesOf(options) };
}

/** Overhead of an entry where each tenant's indexes are half way to what Redis still packs. */
async function measurePacked(
  client: Redis,
  store: Store,
  options: MeasureOptions,
  listpackEntriesMax: number,
): Promise<number> {
  const entries = Math.max(1, Math.min(ENTRIES, Math.floor(listpackEntriesMax / 2)));
  const count = Math.ceil(ENTRIES / entries);
  const tenants = Array.from({ length: count }, (_, index) =>
    parseTenantId(`packed-${`${index}`.padStart(4, '0')}`),
  );
  for (const tenant of tenants) await fill(store, tenant, options, entries);
  const bytes = (await bytesThatGoWith(client)) / (count * entries);
  return bytes - bytesOfEntry(parseTenantId('packed-0000'), options);
}

/** A server that keeps its configuration to itself has the usual one, as far as anybody knows. */
async function readListpackEntriesMax(client: Redis): Promise<number> {
  try {
    const reply = await client.call('CONFIG', 'GET', 'zset-max-listpack-entries');
    const value = Array.isArray(reply) ? Number(reply[1]) : Number.NaN;
    return Number.isInteger(value) && value >= 0 ? value : LISTPACK_ENTRIES_MAX;
  } catch {
    return LISTPACK_ENTRIES_MAX;
  }
}

/** What a full thread spends on a lookup that hits, and on a put. */
async function measureTimes(
  client: Redis,
  options: MeasureOptions,
): Promise<{ readonly lookupUs: number; readonly putUs: number }> {
  const { keyBytes } = options;
  const sizes = { keyBytes, valueBytes: valueBytesOf(options) };
  const driver = await LoadDriver.open(client, { tenants: ['measured'], ...sizes });
  try {
    return { lookupUs: await driver.threadUsOf('hits'), putUs: await driver.threadUsOf('puts') };
  } finally {
    driver.close();
    await client.flushall('SYNC');
  }
}

async function fill(
  store: Store,
  tenant: TenantId,
  options: MeasureOptions,
  count: number,
): Promise<void> {
  await inFlight(count, async (at) => {
    const key = keyOf(at, options);
    const value = 'v'.repeat(valueBytesAt(at, count, options));
    await store.put({ tenant, key, value, seal: 's'.repeat(44), ttlMs: 3_600_000, quota: ROOMY });
  });
}

/** What is written and removed here would be somebody's, were the server not ours. */
async function requireEmpty(client: Redis): Promise<void> {
  const keys = await client.dbsize();
  if (keys > 0) throw new Error(`a Redis with ${keys} keys is not ours to measure`);
}

/**
 * Empties the server: the bytes that go with its entries, and with the tables that they made Redis
 * grow. Buffers of clients, scripts and slow commands that it keeps are not among them.
 */
export async function bytesThatGoWith(client: Redis): Promise<number> {
  const held = await usedBytes(client);
  await client.flushall('SYNC');
  return held - (await usedBytes(client));
}

/** So many at once, as real clients have; one at a time would measure the network. */
async function inFlight(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < count; at = next++) await work(at);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/**
 * Values from half to one and a half times the mean, evenly: the allocator rounds up to sizes up to
 * a quarter apart, and one single size would be lucky or unlucky (548 bytes of overhead at 8,000
 * byte values, 1,476 at 4,000).
 */
function valueBytesAt(index: number, count: number, options: MeasureOptions): number {
  return Math.max(1, Math.round(valueBytesOf(options) * (0.5 + (index + 0.5) / count)));
}

function valueBytesOf({ valueBytes }: MeasureOptions): number {
  return Math.max(1, Math.min(VALUE_BYTES_MAX, Math.round(valueBytes)));
}

/** Keys padded so that the key that Redis stores has the wanted length. */
function keyOf(index: number, { keyBytes }: MeasureOptions): string {
  return `${index}`.padStart(Math.max(8, Math.round(keyBytes) - 18), 'k');
}

function bytesOfEntry(tenant: TenantId, options: MeasureOptions): number {
  const prefix = makeKeyspace().ofTenant(tenant).entryPrefix.length;
  return prefix + keyOf(0, options).length + valueBytesOf(options);
}

async function usedBytes(client: Redis): Promise<number> {
  return infoFigure(await infoText(client, 'memory'), 'used_memory') ?? 0;
}

function around(mid: number, low: number, high: number): Measured['quantity'] {
  return { low: mid * low, mid, high: mid * high, confidence: 0.9 };
}
