import { Redis } from 'ioredis';
import { makeKeyspace } from '../../../core/tenancy/keyspace.ts';
import { MissingToolError } from '../../../results/output/operating-errors.ts';
import { commandUs } from './command-time.ts';
import {
  decodeCounters,
  decodeHead,
  type EntryHead,
  HEAD_BYTES_MAX,
  STATE_FIELDS,
  type TenantCounters,
} from './own-books.ts';
import { infoFigure } from './redis-info.ts';
import { tenantOfKey } from './tenant-of-key.ts';

/** What could be learnt from a live Redis, and what it refused. */
export interface LiveReading {
  readonly version: string | undefined;
  readonly keyCount: number | undefined;
  readonly usedBytes: number | undefined;
  readonly fragmentation: number | undefined;
  readonly maxmemoryBytes: number | undefined;
  readonly replicas: number | undefined;
  /** Lookups that hit and that missed, of the whole server, a second of the watched time. */
  readonly hitsPerSecond: number | undefined;
  readonly missesPerSecond: number | undefined;
  /** Thread time of one lookup or put, its input and output included. */
  readonly commandUs: number | undefined;
  readonly tenants: readonly LiveTenant[];
  readonly sampledKeys: number;
  /** Whether the sample is the whole keyspace. */
  readonly sampledAll: boolean;
  /** Commands the server refused, with its words: what they would have told is missing. */
  readonly refused: readonly { readonly command: string; readonly why: string }[];
}

export interface LiveTenant {
  readonly tenant: string;
  readonly sampledKeys: number;
  readonly keyBytesMean: number;
  /** Mean of MEMORY USAGE, and of the values without what this cache puts before them. */
  readonly entryBytesMean: number | undefined;
  readonly valueBytesMean: number | undefined;
  /** Longest life seen: the TTL, nearly. */
  readonly ttlSeconds: number | undefined;
  /** As counted by this cache itself, where it is this cache. */
  readonly usageBytes: number | undefined;
  readonly entryCount: number | undefined;
  readonly lookupsPerSecond: number | undefined;
  readonly hitRatio: number | undefined;
}

export interface ReadOptions {
  readonly url: string;
  /** Keys looked at, at most. */
  readonly sampleKeys: number;
  /** Seconds between two readings, for rates. */
  readonly watchSeconds: number;
  readonly say?: (line: string) => void;
  readonly wait?: (seconds: number) => Promise<void>;
}

const SCAN_COUNT = 500;
/** SCAN may return empty pages for long: an end also without keys. */
const SCAN_STEPS_MAX = 2_000;
const MEMORY_SAMPLES_MAX = 1_000;
const BATCH = 100;
const TENANTS_MAX = 10_000;
const PARTITIONS_MAX = 64;

/**
 * Reads a server without changing it: INFO, DBSIZE, SCAN in bounded steps, MEMORY USAGE, STRLEN and
 * PTTL or the head of a sample, and this cache's own counters. A command that is refused is named, and the rest
 * goes on.
 * @throws MissingToolError where nothing answers at all
 */
export async function readRedis(options: ReadOptions): Promise<LiveReading> {
  const client = new Redis(options.url, {
    lazyConnect: true,
    // The check asks INFO, which a read-only user may not.
    enableReadyCheck: false,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
  });
  client.on('error', () => {});
  try {
    await connect(client, options.url);
    return await new Reading(client, options).read();
  } finally {
    client.disconnect();
  }
}

async function connect(client: Redis, url: string): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const place = url.replace(/\/\/[^@/]*@/, '//***@');
    throw new MissingToolError({
      tool: 'redis',
      message: `no Redis answers at ${place} (${why})`,
      remedies: [
        'check the address, the port, user and password',
        'redis://[user:password@]host:port',
      ],
    });
  }
}

class Reading {
  readonly #client: Redis;
  readonly #options: ReadOptions;
  readonly #refused = new Map<string, string>();

  constructor(client: Redis, options: ReadOptions) {
    this.#client = client;
    this.#options = options;
  }

  async read(): Promise<LiveReading> {
    const { say = () => {}, watchSeconds } = this.#options;
    const wait = this.#options.wait ?? sleep;
    const info = await this.#ask('INFO', () => this.#client.info());
    const keyCount = await this.#ask('DBSIZE', () => this.#client.dbsize());
    say('sampling keys');
    const { keys, isAll } = await this.#sampleKeys();
    const byTenant = groupByTenant(keys);
    const tenants = await this.#tenants(byTenant);
    // What is read here counts as hits of the server: nothing of it between its two readings.
    const booksBefore = await this.#books(byTenant);
    const serverBefore = await this.#server();
    say(`watching for ${watchSeconds} s`);
    await wait(watchSeconds);
    const serverAfter = await this.#server();
    const booksAfter = await this.#books(byTenant);
    const text = info ?? '';
    return {
      version: /redis_version:(\S+)/.exec(text)?.[1],
      keyCount,
      usedBytes: infoFigure(text, 'used_memory'),
      fragmentation: infoFigure(text, 'mem_fragmentation_ratio'),
      maxmemoryBytes: infoFigure(text, 'maxmemory'),
      replicas: infoFigure(text, 'connected_slaves'),
      ...ratesOf(serverBefore, serverAfter, booksAfter.tenants.size > 0),
      tenants: tenants.map((tenant) => ({
        ...tenant,
        ...tenantRates(tenant.tenant, booksBefore, booksAfter),
      })),
      sampledKeys: keys.length,
      sampledAll: isAll,
      refused: [...this.#refused].map(([command, why]) => ({ command, why })),
    };
  }

  /** The reply, or undefined with the refusal noted. A lost connection is no refusal. */
  async #ask<T>(command: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#refused.has(command)) return undefined;
    try {
      return await work();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#refused.set(command, why);
      return undefined;
    }
  }

  async #sampleKeys(): Promise<{ keys: string[]; isAll: boolean }> {
    const keys: string[] = [];
    let cursor = '0';
    for (let step = 0; step < SCAN_STEPS_MAX; step += 1) {
      const page = await this.#ask('SCAN', () => this.#client.scan(cursor, 'COUNT', SCAN_COUNT));
      if (page === undefined) return { keys, isAll: false };
      keys.push(...page[1]);
      cursor = page[0];
      if (cursor === '0') return { keys, isAll: true };
      if (keys.length >= this.#options.sampleKeys) return { keys, isAll: false };
    }
    return { keys, isAll: false };
  }

  async #tenants(byTenant: ReadonlyMap<string, readonly string[]>): Promise<TenantSample[]> {
    const all = [...byTenant];
    // Every tenant gets a share of the costly questions.
    const each = Math.max(1, Math.floor(MEMORY_SAMPLES_MAX / Math.max(1, all.length)));
    const samples: TenantSample[] = [];
    for (const [tenant, keys] of all) {
      const some = keys.slice(0, each);
      const memory = await this.#batched('MEMORY', some, (key) => ['MEMORY', 'USAGE', key]);
      const lengths = await this.#batched('STRLEN', some, (key) => ['STRLEN', key]);
      const heads = await this.#heads(some);
      // This cache lets Redis keep an entry beyond its end: its own stamps tell the life it gave.
      const lives =
        heads.length > 0
          ? heads.map(({ lifeMs }) => lifeMs)
          : await this.#batched('PTTL', some, (key) => ['PTTL', key]);
      const longest = lives.reduce((most, one) => Math.max(most, one), 0) / 1_000;
      const headBytes = meanOf(heads.map((head) => head.headBytes)) ?? 0;
      const storedBytes = meanOf(lengths);
      samples.push({
        tenant,
        sampledKeys: keys.length,
        keyBytesMean: meanOf(keys.map((key) => Buffer.byteLength(key))) ?? 0,
        entryBytesMean: meanOf(memory),
        valueBytesMean: storedBytes === undefined ? undefined : storedBytes - headBytes,
        ttlSeconds: longest > 0 ? longest : undefined,
      });
    }
    return samples;
  }

  /** The heads of those keys that are entries of this cache. */
  async #heads(keys: readonly string[]): Promise<EntryHead[]> {
    const ours = keys.filter((key) => stateKeyOf(key) !== undefined);
    const heads = await this.#batchedReplies('GETRANGE', ours, (key) =>
      this.#client.getrangeBuffer(key, 0, HEAD_BYTES_MAX - 1),
    );
    return heads.flatMap((start) => decodeHead(start) ?? []);
  }

  /** Replies that are numbers; keys that vanished or are no strings give none. */
  async #batched(
    name: string,
    keys: readonly string[],
    command: (key: string) => [string, ...string[]],
  ): Promise<number[]> {
    const replies = await this.#batchedReplies(name, keys, (key) => {
      const [word, ...words] = command(key);
      return this.#client.call(word, ...words);
    });
    return replies.filter((reply) => typeof reply === 'number' && reply >= 0) as number[];
  }

  async #batchedReplies<T>(
    name: string,
    keys: readonly string[],
    ask: (key: string) => Promise<T>,
  ): Promise<T[]> {
    const answered: T[] = [];
    for (let from = 0; from < keys.length; from += BATCH) {
      if (this.#refused.has(name)) return answered;
      const replies = await Promise.allSettled(keys.slice(from, from + BATCH).map(ask));
      for (const reply of replies) {
        if (reply.status === 'fulfilled') {
          answered.push(reply.value);
          continue;
        }
        const why = reply.reason instanceof Error ? reply.reason.message : String(reply.reason);
        if (!why.startsWith('WRONGTYPE')) this.#refused.set(name, why);
      }
    }
    return answered;
  }

  async #server(): Promise<ServerCounters> {
    const text = await this.#ask('INFO', () => this.#client.info());
    // The usual reply leaves out how often each command was called.
    const calls = await this.#ask('INFO', () => this.#client.info('commandstats'));
    return { atMs: performance.now(), text: `${text ?? ''}\n${calls ?? ''}` };
  }

  async #books(byTenant: ReadonlyMap<string, readonly string[]>): Promise<Books> {
    const atMs = performance.now();
    const tenants = new Map<string, TenantCounters>();
    for (const [tenant, keys] of byTenant) {
      // A large tenant has a state for each of its partitions.
      const states = new Set(keys.flatMap((key) => stateKeyOf(key) ?? []));
      for (const state of [...states].slice(0, PARTITIONS_MAX)) {
        const row = await this.#ask('HMGET', () =>
          this.#client.hmgetBuffer(state, ...STATE_FIELDS),
        );
        if (row === undefined) return { atMs, tenants };
        tenants.set(tenant, sumOf(tenants.get(tenant), decodeCounters(row[0], row[1])));
      }
    }
    return { atMs, tenants };
  }
}

interface TenantSample {
  readonly tenant: string;
  readonly sampledKeys: number;
  readonly keyBytesMean: number;
  readonly entryBytesMean: number | undefined;
  readonly valueBytesMean: number | undefined;
  readonly ttlSeconds: number | undefined;
}

interface ServerCounters {
  readonly atMs: number;
  /** INFO with the calls of each command, empty where refused. */
  readonly text: string;
}

interface Books {
  readonly atMs: number;
  readonly tenants: ReadonlyMap<string, TenantCounters>;
}

function sumOf(one: TenantCounters | undefined, other: TenantCounters): TenantCounters {
  if (one === undefined) return other;
  return {
    usageBytes: one.usageBytes + other.usageBytes,
    entryCount: one.entryCount + other.entryCount,
    hits: one.hits + other.hits,
    misses: one.misses + other.misses,
  };
}

function groupByTenant(keys: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const tenant = tenantOfKey(key);
    if (tenant === undefined) continue;
    const group = groups.get(tenant);
    if (group !== undefined) group.push(key);
    else if (groups.size < TENANTS_MAX) groups.set(tenant, [key]);
  }
  return groups;
}

/** The hash of this cache's own counters, for a key that is this cache's. */
function stateKeyOf(key: string | undefined): string | undefined {
  const keyspace = makeKeyspace();
  const decoded = key === undefined ? undefined : keyspace.decodeEntry(key);
  return decoded && keyspace.ofTenant(decoded.tenant, decoded.partition).state;
}

function ratesOf(before: ServerCounters, after: ServerCounters, isOurs: boolean) {
  const seconds = (after.atMs - before.atMs) / 1_000;
  const rise = (name: string): number | undefined => {
    const [from, to] = [infoFigure(before.text, name), infoFigure(after.text, name)];
    return from === undefined || to === undefined || seconds <= 0 ? undefined : to - from;
  };
  const perSecond = (name: string) => {
    const risen = rise(name);
    return risen === undefined ? undefined : risen / seconds;
  };
  return {
    hitsPerSecond: perSecond('keyspace_hits'),
    missesPerSecond: perSecond('keyspace_misses'),
    commandUs: commandUs(before.text, after.text, seconds, isOurs),
  };
}

function tenantRates(tenant: string, before: Books, after: Books) {
  const [from, to] = [before.tenants.get(tenant), after.tenants.get(tenant)];
  if (from === undefined || to === undefined) {
    return {
      usageBytes: undefined,
      entryCount: undefined,
      lookupsPerSecond: undefined,
      hitRatio: undefined,
    };
  }
  const lookups = to.hits + to.misses - from.hits - from.misses;
  const total = to.hits + to.misses;
  return {
    usageBytes: to.usageBytes,
    entryCount: to.entryCount,
    lookupsPerSecond: lookups / ((after.atMs - before.atMs) / 1_000),
    // Over its whole life: seconds hold too few misses.
    hitRatio: total === 0 ? undefined : to.hits / total,
  };
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0
    ? undefined
    : values.reduce((sum, one) => sum + one, 0) / values.length;
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));
}
