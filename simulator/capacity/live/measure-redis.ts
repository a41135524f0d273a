import { Redis } from 'ioredis';
import { makeIoredisStore } from '../../../core/stores/ioredis-store.ts';
import type { Quota, RateLimit, Store } from '../../../core/stores/store.ts';
import { makeKeyspace } from '../../../core/tenancy/keyspace.ts';
import { parseTenantId, type TenantId } from '../../../core/tenancy/tenant-id.ts';
import type { Measured, Measurements } from '../calibration.ts';
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

/** Memory is steady to some bytes an entry from this many on. */
const ENTRIES = 8_000;
const VALUE_BYTES_MAX = 64 * 1024;
const LOOKUPS = 20_000;
const IN_FLIGHT = 64;

const OPEN: RateLimit = { ratePerSecond: 1e6, burst: 1e6, enforcement: 'off' };
const ROOMY: Quota = { quotaBytes: 2 ** 40, atQuota: 'evict', enforcement: 'enforce' };

/**
 * Fills an empty Redis through the cache's own scripts and reads what an entry really takes beside
 * key and value (indexes, accounting, allocator), and, where asked, what its thread spends on a
 * lookup and on a put. The server must be ours: what is written stays until it is stopped.
 */
export async function measureRedis(options: MeasureOptions): Promise<Measurements> {
  const client = new Redis(options.url, { maxRetriesPerRequest: 1, commandTimeout: 10_000 });
  client.on('error', () => {});
  try {
    const store = makeIoredisStore(client, { keyspace: makeKeyspace() });
    const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? 'unknown';
    const source = `measured: Redis ${version}, ${ENTRIES} entries`;
    const small = await measureEntries(client, store, { ...options, valueBytes: SMALL_BYTES });
    const real = await measureEntries(client, store, {
      ...options,
      valueBytes: Math.max(LARGE_BYTES_LEAST, options.valueBytes),
    });
    // Two sizes, two figures: what every entry takes, and what grows with its value.
    const share = Math.max(0, (real.overhead - small.overhead) / (real.valueBytes - SMALL_BYTES));
    const memory = {
      entryOverheadBytes: {
        quantity: around(Math.max(1, small.overhead - share * SMALL_BYTES), 0.97, 1.1),
        source,
      },
      allocatorShare: { quantity: around(share, 0.7, 1.3), source },
    };
    if (real.lookupUs === undefined) return memory;
    return {
      ...memory,
      lookupUs: { quantity: around(real.lookupUs, 0.8, 1.4), source },
      putUs: { quantity: around(real.putUs, 0.8, 1.4), source },
    };
  } finally {
    client.disconnect();
  }
}

/** A size whose rounding hardly counts, and the least one at which it does. */
const SMALL_BYTES = 100;
const LARGE_BYTES_LEAST = 1_000;

interface EntryFigures {
  readonly overhead: number;
  readonly valueBytes: number;
  readonly putUs: number;
  readonly lookupUs: number | undefined;
}

async function measureEntries(
  client: Redis,
  store: Store,
  options: MeasureOptions,
): Promise<EntryFigures> {
  const tenant = parseTenantId(`measured-${options.valueBytes.toFixed(0)}`);
  // Scripts, the tenant's own hash and the client's buffers exist before the first reading.
  await fill(store, tenant, options, 0, IN_FLIGHT);
  const { overhead, putUs } = await measurePuts(client, store, tenant, options);
  const lookupUs = options.withTimes
    ? await measureLookups(client, store, tenant, options)
    : undefined;
  await store.removeTenant(tenant);
  return { overhead, valueBytes: valueBytesOf(options), putUs, lookupUs };
}

async function measurePuts(
  client: Redis,
  store: Store,
  tenant: TenantId,
  options: MeasureOptions,
): Promise<{ overhead: number; putUs: number }> {
  const before = await readings(client);
  await fill(store, tenant, options, IN_FLIGHT, IN_FLIGHT + ENTRIES);
  const after = await readings(client);
  const entryBytes = (after.usedBytes - before.usedBytes) / ENTRIES;
  const overhead = Math.max(1, entryBytes - redisKeyBytes(tenant, options) - valueBytesOf(options));
  return { overhead, putUs: ((after.threadSeconds - before.threadSeconds) * 1e6) / ENTRIES };
}

async function measureLookups(
  client: Redis,
  store: Store,
  tenant: TenantId,
  options: MeasureOptions,
): Promise<number> {
  const before = await readings(client);
  await inFlight(LOOKUPS, async (at) => {
    await store.lookup({ tenant, key: keyOf(at % ENTRIES, options), limit: OPEN });
  });
  const after = await readings(client);
  return ((after.threadSeconds - before.threadSeconds) * 1e6) / LOOKUPS;
}

async function fill(
  store: Store,
  tenant: TenantId,
  options: MeasureOptions,
  from: number,
  to: number,
): Promise<void> {
  await inFlight(to - from, async (at) => {
    const key = keyOf(from + at, options);
    const value = 'v'.repeat(valueBytesAt(at, to - from, options));
    await store.put({ tenant, key, value, seal: 's'.repeat(44), ttlMs: 3_600_000, quota: ROOMY });
  });
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

function redisKeyBytes(tenant: TenantId, options: MeasureOptions): number {
  return makeKeyspace().ofTenant(tenant).entryPrefix.length + keyOf(0, options).length;
}

async function readings(client: Redis): Promise<{ usedBytes: number; threadSeconds: number }> {
  const memory = await infoText(client, 'memory');
  const cpu = await infoText(client, 'cpu');
  const seconds = (name: string) => infoFigure(cpu, name) ?? 0;
  return {
    usedBytes: infoFigure(memory, 'used_memory') ?? 0,
    threadSeconds: seconds('used_cpu_user_main_thread') + seconds('used_cpu_sys_main_thread'),
  };
}

function around(mid: number, low: number, high: number): Measured['quantity'] {
  return { low: mid * low, mid, high: mid * high, confidence: 0.9 };
}
