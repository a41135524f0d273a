import { BadInputError } from '../../results/output/operating-errors.ts';
import { hidePassword } from '../provision/unsuitable-redis-error.ts';
import { type BenchRedis, CLOSED, lookupOf, putOf } from './bench-redis.ts';
import type { Benchmark, Limit } from './benchmark.ts';
import { throughput } from './load.ts';

const CALLS = 2_000;
const EMPTY_SCRIPT = 'return 1';

/**
 * What an EVALSHA takes inside Redis, by the server's own statistics: the commands that a script
 * calls are part of it, reading and answering the client are not. Nothing else may call scripts
 * meanwhile.
 */
export async function serverTimeBenchmark(redis: BenchRedis, warmKeys: number): Promise<Benchmark> {
  const { client, store } = redis;
  const sha1 = (await client.script('LOAD', EMPTY_SCRIPT)) as string;
  const tenant = redis.tenant('bench-warm');
  const limited = redis.tenant('bench-limited');
  await store.lookup(lookupOf(limited, 'key', CLOSED));
  let newCount = 0;
  const measured = (name: string, ask: (n: number) => Promise<unknown>) => ({
    name,
    measure: async () => {
      const before = await readEvalsha(redis);
      await throughput(CALLS, ask);
      const after = await readEvalsha(redis);
      refuseOthers(redis, after.calls - before.calls);
      return (after.usec - before.usec) / CALLS;
    },
  });
  return {
    name: 'server time of a request',
    reference: 'empty EVALSHA',
    unit: 'us',
    better: 'lower',
    contenders: [
      measured('empty EVALSHA', () => client.evalsha(sha1, 0)),
      measured('lookup, rejected', (n) => store.lookup(lookupOf(limited, `key-${n}`, CLOSED))),
      measured('lookup, miss', (n) => store.lookup(lookupOf(tenant, `absent-${n}`))),
      measured('lookup, hit', (n) => store.lookup(lookupOf(tenant, `key-${n % warmKeys}`))),
      measured('put, new key', () => {
        newCount += 1;
        return store.put(putOf(tenant, `new-${newCount}`));
      }),
      measured('put, known key', (n) => store.put(putOf(tenant, `key-${n % warmKeys}`))),
    ],
    limits: [
      atMost('lookup, rejected', 8),
      atMost('lookup, miss', 8),
      atMost('lookup, hit', 8),
      atMost('put, new key', 16),
      atMost('put, known key', 16),
    ],
  };
}

/** The server's statistics do not tell whose calls they are. */
function refuseOthers({ server }: BenchRedis, callCount: number): void {
  if (callCount === CALLS) return;
  const expected = `a server on which nobody else calls scripts: of ${callCount} calls, ${CALLS} were ours`;
  throw new BadInputError([{ field: '--redis', value: hidePassword(server.url), expected }]);
}

function atMost(contender: string, value: number): Limit {
  const what = `${contender} / empty EVALSHA`;
  return { what, contender, over: 'empty EVALSHA', bound: 'at most', value };
}

async function readEvalsha(redis: BenchRedis): Promise<{ calls: number; usec: number }> {
  const info = await redis.client.info('commandstats');
  const found = /^cmdstat_evalsha:calls=(\d+),usec=(\d+)/m.exec(info);
  return { calls: Number(found?.[1] ?? 0), usec: Number(found?.[2] ?? 0) };
}
