import { spellAttributes } from '../../core/stores/stored-entry.ts';
import { parseInfo } from '../provision/redis-facts.ts';
import { type BenchRedis, putOf, VALUE } from './bench-redis.ts';
import type { Benchmark } from './benchmark.ts';
import { throughput } from './load.ts';

const ENTRIES = 4_000;
/** What the reference design of Redis namespace isolation reckons for each key its LRU tracks. */
const REFERENCE_BYTES = 96;

/**
 * Memory that an entry takes beside its key and what is stored for it. The reference figure is that
 * of a recency index alone; ours has an expiry index and a header beside it.
 */
export function memoryBenchmark(redis: BenchRedis): Benchmark {
  const { client, store, keyspace } = redis;
  let round = 0;
  const entry = async () => {
    round += 1;
    const tenant = redis.tenant(`bench-memory-${round}`);
    const { entryPrefix } = keyspace.ofTenant(tenant);
    const first = putOf(tenant, '');
    const stored = spellAttributes(true, 0, first.seal).length + VALUE.length;
    const before = await usedMemory(redis);
    await throughput(ENTRIES, (n) => store.put(putOf(tenant, keyOf(n))));
    const grown = (await usedMemory(redis)) - before;
    return grown / ENTRIES - stored - entryPrefix.length - keyOf(0).length;
  };
  const index = async () => {
    const tenant = redis.tenant('bench-memory-index');
    await throughput(ENTRIES, (n) => store.put(putOf(tenant, keyOf(n))));
    const { lru } = keyspace.ofTenant(tenant);
    const bytes = Number(await client.call('MEMORY', 'USAGE', lru, 'SAMPLES', '0'));
    return bytes / ENTRIES;
  };
  const bare = async () => {
    round += 1;
    const keys = Array.from({ length: ENTRIES }, (_, n) => redis.bareKey(`${round}-${keyOf(n)}`));
    const before = await usedMemory(redis);
    await throughput(ENTRIES, (n) => client.set(keys[n] ?? '', VALUE, 'PX', 3_600_000));
    const grown = (await usedMemory(redis)) - before;
    return grown / ENTRIES - VALUE.length - (keys[0]?.length ?? 0);
  };
  return {
    name: 'memory of an entry beside key and value',
    unit: 'bytes',
    better: 'lower',
    roundsMax: 4,
    contenders: [
      { name: "the reference design's figure", measure: async () => REFERENCE_BYTES },
      { name: 'our recency index alone', measure: index },
      { name: 'bare SET with expiry', measure: bare },
      { name: 'our entry with all indexes', measure: entry },
    ],
    limits: [],
  };
}

/** All keys are of one length, so that one of them stands for all. */
function keyOf(n: number): string {
  return `key-${String(n).padStart(8, '0')}`;
}

async function usedMemory({ client }: BenchRedis): Promise<number> {
  return Number(parseInfo(await client.info('memory')).get('used_memory'));
}
