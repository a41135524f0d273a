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

/**
 * What is not among them: a tenant that goes round more keys than there is room for. It hits only
 * what sampling overlooks, 3.0 % of its requests in a live run and 3.7 % in the model.
 */
export const DEFAULT_LOAD: LiveLoad = {
  tenants: [
    {
      name: 'steep',
      popularity: { kind: 'zipf', keys: 20_000, alpha: 1.1 },
      valueBytesLeast: 1600,
      valueBytesMost: 1600,
      weight: 2,
    },
    {
      name: 'flat',
      popularity: { kind: 'zipf', keys: 20_000, alpha: 0.7 },
      valueBytesLeast: 800,
      valueBytesMost: 12_000,
      weight: 2,
    },
    {
      name: 'even',
      popularity: { kind: 'uniform', keys: 15_000 },
      valueBytesLeast: 3200,
      valueBytesMost: 3200,
      weight: 1,
    },
  ],
  requestCount: 400_000,
  ratePerSecond: 20_000,
  memoryShare: 0.4,
};

/**
 * Commands sent together; each batch is sent when its last request is due. Few, and values large:
 * what Redis keeps of commands under way is memory that the model does not know of.
 */
const BATCH = 16;
/** Of Redis's hash table: a pointer. */
const SLOT_BYTES = 8;
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
    const modelled = missesOfModel(load, requests, memory, live.batchMs);
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
  for (let from = 0; from < requests.entryCount; from += 500) {
    const to = Math.min(from + 500, requests.entryCount);
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
  // MEMORY USAGE leaves out the hash table, which the model counts as it grows.
  const tableBytes = SLOT_BYTES * 2 ** Math.ceil(Math.log2(requests.entryCount));
  const perEntryBytes = (fullBytes - known - tableBytes) / requests.entryCount;
  await client.flushall();
  const left = await usedMemory(client);
  return {
    emptyBytes: left,
    maxmemoryBytes: Math.round(left + fullBytes * load.memoryShare),
    sizeOf: (_tenant, entry) => (sizes[entry] as number) + perEntryBytes,
  };
}

interface LiveMisses {
  readonly misses: number[];
  readonly requests: number[];
  /** When each batch was looked up, by the clock of the host: Redis's seconds are those. */
  readonly batchMs: number[];
}

async function missesOfRedis(
  client: Redis,
  load: LiveLoad,
  requests: Requests,
  memory: Memory,
): Promise<LiveMisses> {
  await client.config('SET', 'maxmemory', String(memory.maxmemoryBytes));
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const misses = load.tenants.map(() => 0);
  const counts = load.tenants.map(() => 0);
  const batchMs: number[] = [];
  const startedMs = performance.now();
  for (let from = 0; from < load.requestCount; from += BATCH) {
    const to = Math.min(from + BATCH, load.requestCount);
    const aheadMs = (to / load.ratePerSecond) * 1000 - (performance.now() - startedMs);
    if (aheadMs > 2) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    batchMs.push(Date.now());
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
  return { misses, requests: counts, batchMs };
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

/** The same commands in the same batches at the same times. */
function missesOfModel(
  load: LiveLoad,
  requests: Requests,
  memory: Memory,
  batchMs: readonly number[],
): number[] {
  const { ratePerSecond } = load;
  const capacity = memory.maxmemoryBytes - memory.emptyBytes;
  const cache = new RedisLru({ capacity, seed: 5, samples: 5, ratePerSecond }, SLOT_BYTES);
  const misses = load.tenants.map(() => 0);
  for (let from = 0; from < load.requestCount; from += BATCH) {
    const nowMs = batchMs[from / BATCH] as number;
    const missing = new Set<number>();
    for (let at = from; at < Math.min(from + BATCH, load.requestCount); at += 1) {
      const entry = requests.entries[at] as number;
      if (missing.has(entry) || cache.lookup(entry, nowMs)) continue;
      const tenant = requests.tenants[at] as number;
      misses[tenant] = (misses[tenant] as number) + 1;
      missing.add(entry);
    }
    for (const entry of missing) {
      cache.write(entry, memory.sizeOf(ownerOf(requests, entry), entry), nowMs);
    }
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
