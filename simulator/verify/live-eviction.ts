import { Redis } from 'ioredis';
import { AliasTable } from '../alias-table.ts';
import { KeyTables, type Popularity } from '../popularity.ts';
import { hashPair, RandomStream } from '../random-stream.ts';
import { RedisLru } from '../replay-trace.ts';
import { type Comparison, compare } from './closed-forms.ts';

/** A Redis of our own, empty, on a free port of this machine. */
export interface LiveRedis {
  readonly url: string;
  stop(): Promise<void>;
}
export type StartRedis = () => Promise<LiveRedis>;

/** Tenants on one Redis: what they ask for, how large their values are, their share of requests. */
export interface LiveTenant {
  readonly name: string;
  readonly popularity: Popularity;
  readonly valueBytesLeast: number;
  readonly valueBytesMost: number;
  readonly weight: number;
}

export interface LiveLoad {
  readonly tenants: readonly LiveTenant[];
  readonly requestCount: number;
  /** Spread over real time: Redis's clock of one second is part of what is compared. */
  readonly ratePerSecond: number;
  /** Share of all entries' memory that the server may use. */
  readonly memoryShare: number;
}

export const DEFAULT_LOAD: LiveLoad = {
  tenants: [
    {
      name: 'steep',
      popularity: { kind: 'zipf', keys: 20_000, alpha: 1.1 },
      valueBytesLeast: 200,
      valueBytesMost: 200,
      weight: 2,
    },
    {
      name: 'flat',
      popularity: { kind: 'zipf', keys: 20_000, alpha: 0.7 },
      valueBytesLeast: 100,
      valueBytesMost: 1500,
      weight: 2,
    },
    {
      name: 'scan',
      popularity: { kind: 'scan', keys: 15_000 },
      valueBytesLeast: 400,
      valueBytesMost: 400,
      weight: 1,
    },
  ],
  requestCount: 400_000,
  ratePerSecond: 20_000,
  memoryShare: 0.4,
};

/** Commands sent together; each batch is sent when its last request is due. */
const BATCH = 64;
const MISS_POINTS_MAX = 0.003;

/**
 * The same requests to a real Redis with maxmemory and allkeys-lru, and to the model of it, fed
 * with the sizes that Redis itself reports. Miss ratio by tenant, within .3 points.
 */
export async function compareWithRedis(
  start: StartRedis,
  _quiet: boolean,
  load: LiveLoad = DEFAULT_LOAD,
): Promise<Comparison[]> {
  const server = await start();
  const client = new Redis(server.url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await client.connect();
    const requests = drawRequests(load);
    const memory = await measureMemory(client, load, requests);
    const live = await missesOfRedis(client, load, requests, memory);
    const modelled = missesOfModel(load, requests, memory);
    return load.tenants.map(({ name }, tenant) => {
      const count = live.requests[tenant] as number;
      return compare(
        `Redis allkeys-lru, tenant ${name}: miss ratio`,
        (modelled[tenant] as number) / count,
        (live.misses[tenant] as number) / count,
        MISS_POINTS_MAX,
        false,
      );
    });
  } finally {
    client.disconnect();
    await server.stop();
  }
}

interface Requests {
  readonly tenants: Uint8Array;
  /** Number of the entry among those of all tenants. */
  readonly entries: Int32Array;
  readonly entryBase: readonly number[];
  readonly entryCount: number;
}

function drawRequests({ tenants, requestCount }: LiveLoad): Requests {
  const tables = new KeyTables();
  const sources = tenants.map(({ popularity }) => tables.sourceOf(popularity));
  const weights = new AliasTable(Float64Array.from(tenants, ({ weight }) => weight));
  const random = new RandomStream(23, 1);
  const entryBase: number[] = [];
  let entryCount = 0;
  for (const { popularity } of tenants) {
    entryBase.push(entryCount);
    entryCount += popularity.keys;
  }
  const owners = new Uint8Array(requestCount);
  const entries = new Int32Array(requestCount);
  for (let at = 0; at < requestCount; at += 1) {
    const tenant = weights.draw(random);
    owners[at] = tenant;
    const key = sources[tenant]?.draw(random, 0) ?? 0;
    entries[at] = (entryBase[tenant] as number) + key;
  }
  return { tenants: owners, entries, entryBase, entryCount };
}

interface Memory {
  /** Of an empty server, and what it may use. */
  readonly emptyBytes: number;
  readonly maxmemoryBytes: number;
  /** What each entry takes, by tenant and value bytes: MEMORY USAGE. */
  sizeOf(tenant: number, entry: number): number;
}

function valueBytes({ valueBytesLeast, valueBytesMost }: LiveTenant, entry: number): number {
  return valueBytesLeast + (hashPair(7, entry) % (valueBytesMost - valueBytesLeast + 1));
}

/** Writes every entry once, and lets Redis say what that took: nothing is fitted to the outcome. */
async function measureMemory(client: Redis, load: LiveLoad, requests: Requests): Promise<Memory> {
  await client.config('SET', 'maxmemory', '0');
  const emptyBytes = await usedMemory(client);
  let known = 0;
  const sizes = new Float64Array(requests.entryCount);
  for (let from = 0; from < requests.entryCount; from += 1000) {
    const to = Math.min(from + 1000, requests.entryCount);
    const pipeline = client.pipeline();
    for (let entry = from; entry < to; entry += 1) {
      const tenant = ownerOf(requests, entry);
      const value = 'v'.repeat(valueBytes(load.tenants[tenant] as LiveTenant, entry));
      pipeline.set(keyOf(tenant, entry), value);
      pipeline.call('MEMORY', 'USAGE', keyOf(tenant, entry));
    }
    const replies = (await pipeline.exec()) ?? [];
    for (let entry = from; entry < to; entry += 1) {
      sizes[entry] = Number(replies[2 * (entry - from) + 1]?.[1]);
      known += sizes[entry] as number;
    }
  }
  const fullBytes = (await usedMemory(client)) - emptyBytes;
  // MEMORY USAGE leaves out the key's slot in the hash table: the same for every entry.
  const perEntryBytes = (fullBytes - known) / requests.entryCount;
  await client.flushall();
  const left = await usedMemory(client);
  return {
    emptyBytes: left,
    maxmemoryBytes: Math.round(left + fullBytes * load.memoryShare),
    sizeOf: (_tenant, entry) => (sizes[entry] as number) + perEntryBytes,
  };
}

async function missesOfRedis(
  client: Redis,
  load: LiveLoad,
  requests: Requests,
  memory: Memory,
): Promise<{ readonly misses: number[]; readonly requests: number[] }> {
  await client.config('SET', 'maxmemory', String(memory.maxmemoryBytes));
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const misses = load.tenants.map(() => 0);
  const counts = load.tenants.map(() => 0);
  const startedMs = performance.now();
  for (let from = 0; from < load.requestCount; from += BATCH) {
    const to = Math.min(from + BATCH, load.requestCount);
    const aheadMs = (to / load.ratePerSecond) * 1000 - (performance.now() - startedMs);
    if (aheadMs > 2) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    const missing = await lookUp(client, requests, from, to, misses, counts);
    if (missing.size === 0) continue;
    const pipeline = client.pipeline();
    for (const entry of missing) {
      const tenant = ownerOf(requests, entry);
      const value = 'v'.repeat(valueBytes(load.tenants[tenant] as LiveTenant, entry));
      pipeline.set(keyOf(tenant, entry), value);
    }
    await pipeline.exec();
  }
  return { misses, requests: counts };
}

/** Looks a batch up; the entries to write. One missed twice in a batch is written once. */
async function lookUp(
  client: Redis,
  requests: Requests,
  from: number,
  to: number,
  misses: number[],
  counts: number[],
): Promise<Set<number>> {
  const pipeline = client.pipeline();
  for (let at = from; at < to; at += 1) {
    // Reading a length is a read like any other, without the bytes.
    const tenant = requests.tenants[at] as number;
    pipeline.strlen(keyOf(tenant, requests.entries[at] as number));
  }
  const replies = (await pipeline.exec()) ?? [];
  const missing = new Set<number>();
  for (let at = from; at < to; at += 1) {
    const tenant = requests.tenants[at] as number;
    const entry = requests.entries[at] as number;
    counts[tenant] = (counts[tenant] as number) + 1;
    // Written by an earlier request of the batch, had they come one by one.
    if (missing.has(entry) || replies[at - from]?.[1] !== 0) continue;
    misses[tenant] = (misses[tenant] as number) + 1;
    missing.add(entry);
  }
  return missing;
}

function missesOfModel(load: LiveLoad, requests: Requests, memory: Memory): number[] {
  const cache = new RedisLru({
    capacity: memory.maxmemoryBytes - memory.emptyBytes,
    seed: 5,
    samples: 5,
    ratePerSecond: load.ratePerSecond,
  });
  const misses = load.tenants.map(() => 0);
  for (let at = 0; at < load.requestCount; at += 1) {
    const tenant = requests.tenants[at] as number;
    const entry = requests.entries[at] as number;
    if (cache.request(entry, memory.sizeOf(tenant, entry))) continue;
    misses[tenant] = (misses[tenant] as number) + 1;
  }
  return misses;
}

async function usedMemory(client: Redis): Promise<number> {
  const info = await client.info('memory');
  return Number(/used_memory:(\d+)/.exec(info)?.[1]);
}

function ownerOf({ entryBase }: Requests, entry: number): number {
  let tenant = entryBase.length - 1;
  while (tenant > 0 && (entryBase[tenant] as number) > entry) tenant -= 1;
  return tenant;
}

/** Keys of one length, so that entries of one value size take the same memory. */
function keyOf(tenant: number, entry: number): string {
  return `cache:{t${tenant}}:${String(entry).padStart(8, '0')}`;
}
