import { MemoryStore, makeTenantContext, TenantCache, TIERS } from '../../core/index.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import { type BenchRedis, CLOSED, lookupOf, putOf, VALUE } from './bench-redis.ts';
import type { Benchmark, Suite } from './benchmark.ts';
import { throughput, timePerCallUs } from './load.ts';
import { memoryBenchmark } from './memory-per-entry.ts';
import { serverTimeBenchmark } from './server-time.ts';
import { targetBenchmarks } from './targets.ts';

/** Requests of one contender in one round: so many that what ran before it no longer matters. */
const REQUESTS = 20_000;
const WARM_KEYS = 300;

/** What a request costs the client, the server and memory, and whether the targets are met. */
export async function coreSuite(redis: BenchRedis, tenants: number): Promise<Suite> {
  const warm = redis.tenant('bench-warm');
  await throughput(WARM_KEYS, (n) => redis.store.put(putOf(warm, `key-${n}`)));
  return {
    name: 'core',
    benchmarks: [
      readThroughput(redis),
      writeThroughput(redis),
      await serverTimeBenchmark(redis, WARM_KEYS),
      deniedRequest(),
      memoryOperations(),
      memoryBenchmark(redis),
      ...(await targetBenchmarks(redis, tenants)),
    ],
    tools: { redis: redis.server.version },
    close: redis.close,
  };
}

function readThroughput(redis: BenchRedis): Benchmark {
  const tenant = redis.tenant('bench-warm');
  const { entryPrefix } = redis.keyspace.ofTenant(tenant);
  const keyOf = (n: number) => `key-${n % WARM_KEYS}`;
  return {
    name: 'requests by one client, reading',
    reference: 'bare GET',
    unit: '/s',
    better: 'higher',
    contenders: [
      {
        name: 'bare GET',
        measure: () => throughput(REQUESTS, (n) => redis.client.getBuffer(entryPrefix + keyOf(n))),
      },
      {
        name: 'lookup, hit',
        measure: () =>
          throughput(REQUESTS, async (n) => {
            const { kind } = await redis.store.lookup(lookupOf(tenant, keyOf(n)));
            if (kind !== 'hit') throw new Error(`a lookup that must hit came to ${kind}`);
          }),
      },
    ],
    limits: [
      {
        what: 'lookup / GET by the same client',
        contender: 'lookup, hit',
        over: 'bare GET',
        bound: 'at least',
        value: 0.7,
      },
    ],
  };
}

function writeThroughput(redis: BenchRedis): Benchmark {
  const tenant = redis.tenant('bench-warm');
  const keys = Array.from({ length: WARM_KEYS }, (_, n) => redis.bareKey(`set-${n}`));
  return {
    name: 'requests by one client, writing',
    reference: 'bare SET',
    unit: '/s',
    better: 'higher',
    contenders: [
      {
        name: 'bare SET',
        measure: () =>
          throughput(REQUESTS, (n) =>
            redis.client.set(keys[n % WARM_KEYS] ?? '', VALUE, 'PX', 3_600_000),
          ),
      },
      {
        name: 'put',
        measure: () =>
          throughput(REQUESTS, (n) => redis.store.put(putOf(tenant, `key-${n % WARM_KEYS}`))),
      },
    ],
    limits: [
      {
        what: 'put / SET by the same client',
        contender: 'put',
        over: 'bare SET',
        bound: 'at least',
        value: 0.6,
      },
    ],
  };
}

/** A tenant over its limit, remembered in this process: nothing reaches the store. */
function deniedRequest(): Benchmark {
  const store = new MemoryStore({ nowMs: Date.now });
  const ports = {
    nowMs: Date.now,
    random: Math.random,
    after: (delayMs: number, run: () => void) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  };
  const cache = new TenantCache(store, ports);
  const context = {
    ...makeTenantContext(parseTenantId('denied'), TIERS.silver),
    limit: CLOSED,
  };
  return {
    name: 'a request denied in this process',
    reference: 'empty async call',
    unit: 'us',
    better: 'lower',
    contenders: [
      { name: 'empty async call', measure: () => timePerCallUs(50_000, async () => undefined) },
      { name: 'denied', measure: () => timePerCallUs(50_000, () => cache.get(context, 'key')) },
    ],
    limits: [
      {
        what: 'locally denied request, us',
        contender: 'denied',
        bound: 'at most',
        value: 2,
      },
    ],
  };
}

function memoryOperations(): Benchmark {
  const store = new MemoryStore({ nowMs: Date.now });
  const tenant = parseTenantId('bench-memory');
  const put = (n: number) => store.put(putOf(tenant, `key-${n % WARM_KEYS}`));
  return {
    name: 'the same without Redis, in memory',
    unit: 'us',
    better: 'lower',
    contenders: [
      { name: 'put', measure: () => timePerCallUs(10_000, put) },
      {
        name: 'lookup, hit or miss',
        measure: () =>
          timePerCallUs(10_000, (n) => store.lookup(lookupOf(tenant, `key-${n % WARM_KEYS}`))),
      },
    ],
    limits: [],
  };
}
