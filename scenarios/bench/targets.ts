import { setTimeout as sleep } from 'node:timers/promises';
import type { Quota } from '../../core/stores/store.ts';
import type { TenantId } from '../../core/tenancy/tenant-id.ts';
import { AMPLE, type BenchRedis, lookupOf, putOf } from './bench-redis.ts';
import type { Benchmark, Limit } from './benchmark.ts';
import { latencyQuantile, quantile, throughput } from './load.ts';

/** Requests of one contender in one round, one after the other. */
const REQUESTS = 2_000;
const EVICTIONS = 150;
/** 10 quota checks, 5 recency writes, 20 reads a second of every tenant. */
const CHECKS = 10;
const WRITES = 5;
const READS = 20;
const PER_TENANT = CHECKS + WRITES + READS;
const WORKLOAD_MS = 2_000;
const ON_TIME_MS = 10;

/**
 * The targets of the reference design of Redis namespace isolation, which were estimated there:
 * rolling counter P99 < 1 ms, quota workflow P99 < 10 ms, eviction P99 < 100 ms, and a workload of
 * 35 operations a second for each tenant.
 */
export async function targetBenchmarks(redis: BenchRedis, count: number): Promise<Benchmark[]> {
  const tenants = Array.from({ length: count }, (_, n) => redis.tenant(`bench-${n}`));
  const tenantOf = (n: number) => tenants[n % count] as TenantId;
  await throughput(count * READS, (n) =>
    redis.store.put(putOf(tenantOf(n), `warm-${Math.floor(n / count)}`)),
  );
  return [
    counterLatency(redis, tenantOf),
    workflowLatency(redis, tenantOf),
    evictionLatency(redis),
    workload(redis, tenantOf, count),
  ];
}

type TenantOf = (n: number) => TenantId;

function counterLatency({ client, store, bareKey }: BenchRedis, tenantOf: TenantOf): Benchmark {
  return {
    name: 'rolling counter, P99',
    isShownOnly: true,
    unit: 'ms',
    better: 'lower',
    contenders: [
      {
        name: 'INCRBYFLOAT',
        measure: () =>
          latencyQuantile(0.99, REQUESTS, (n) =>
            client.incrbyfloat(bareKey(`usage-${tenantOf(n)}`), 0.25),
          ),
      },
      {
        name: 'lookup, which counts',
        measure: () =>
          latencyQuantile(0.99, REQUESTS, (n) => store.lookup(lookupOf(tenantOf(n), 'warm-0'))),
      },
    ],
    limits: [target('rolling counter, P99', 'lookup, which counts', 1)],
  };
}

/** Admission and read, which miss, then the put under its quota. */
function workflowLatency({ store }: BenchRedis, tenantOf: TenantOf): Benchmark {
  let keyCount = 0;
  const ask = async (n: number) => {
    keyCount += 1;
    const tenant = tenantOf(n);
    await store.lookup(lookupOf(tenant, `flow-${keyCount}`));
    await store.put(putOf(tenant, `flow-${keyCount}`));
  };
  return {
    name: 'quota workflow, P99',
    isShownOnly: true,
    unit: 'ms',
    better: 'lower',
    contenders: [{ name: 'lookup and put', measure: () => latencyQuantile(0.99, REQUESTS, ask) }],
    limits: [target('quota workflow, P99', 'lookup and put', 10)],
  };
}

/** Entries that the tenant of the large eviction holds, and how many a large entry displaces. */
const HELD = 100;
const DISPLACED_LEAST = 50;
const LARGE_VALUE = 'v'.repeat(45_000);

function evictionLatency({ store, tenant }: BenchRedis): Benchmark {
  const large = tenant('bench-evict-large');
  return {
    name: 'put that evicts, P99',
    isShownOnly: true,
    unit: 'ms',
    better: 'lower',
    contenders: [
      {
        name: 'one or two entries',
        measure: () => timeEvictions(store, tenant('bench-evict-one'), limitedTo(10), 1),
      },
      {
        name: 'a batch of 8',
        measure: () => timeEvictions(store, tenant('bench-evict-batch'), limitedTo(160), 8),
      },
      { name: 'to the target, 50 or more', measure: () => timeLargeEvictions(store, large) },
    ],
    limits: [
      target('eviction of a batch, P99', 'a batch of 8', 100),
      target('eviction to the target, P99', 'to the target, 50 or more', 100),
    ],
  };
}

function limitedTo(quotaEntries: number): Quota {
  return { ...AMPLE, quotaEntries };
}

let putCount = 0;

/** New keys are put until enough puts had to evict at least so many; only those are timed. */
async function timeEvictions(
  store: BenchRedis['store'],
  tenant: TenantId,
  quota: Quota,
  evictedLeast: number,
): Promise<number> {
  const times: number[] = [];
  for (let tries = 0; times.length < EVICTIONS; tries += 1) {
    if (tries > 100 * EVICTIONS) throw new Error(`puts did not evict ${evictedLeast} entries`);
    putCount += 1;
    const startedMs = performance.now();
    const reply = await store.put(putOf(tenant, `key-${putCount}`, quota));
    const tookMs = performance.now() - startedMs;
    if (reply.kind === 'stored' && reply.evictedCount >= evictedLeast) times.push(tookMs);
  }
  return quantile(times, 0.99);
}

/** A large entry takes the place of most that the tenant holds; before the next it is taken out. */
async function timeLargeEvictions(store: BenchRedis['store'], tenant: TenantId): Promise<number> {
  const quota: Quota = { ...AMPLE, quotaBytes: HELD * 730 };
  const large = { ...putOf(tenant, 'large', quota), value: LARGE_VALUE };
  return latencyQuantile(
    0.99,
    EVICTIONS,
    async () => {
      const reply = await store.put(large);
      if (reply.kind !== 'stored' || reply.evictedCount < DISPLACED_LEAST) {
        throw new Error(`a large put came to ${JSON.stringify(reply)}`);
      }
    },
    async () => {
      await store.invalidate({ tenant, scope: { kind: 'key', key: 'large' } });
      await throughput(HELD, (n) => store.put(putOf(tenant, `small-${n}`, quota)));
    },
  );
}

/** Operations are due at an even pace; the share of them that ended within 10 ms of that. */
function workload({ store }: BenchRedis, tenantOf: TenantOf, count: number): Benchmark {
  const ratePerSecond = PER_TENANT * count;
  const operate = (n: number): Promise<unknown> => {
    const tenant = tenantOf(Math.floor(n / PER_TENANT));
    const kind = n % PER_TENANT;
    if (kind < CHECKS) return store.lookup(lookupOf(tenant, 'absent'));
    if (kind < CHECKS + WRITES) return store.put(putOf(tenant, `warm-${kind}`));
    return store.lookup(lookupOf(tenant, `warm-${kind % READS}`));
  };
  const what = `${ratePerSecond.toLocaleString('en-US')} operations/s, on time`;
  return {
    name: what,
    isShownOnly: true,
    unit: '%',
    better: 'higher',
    roundsMax: 8,
    contenders: [{ name: 'ours', measure: () => shareOnTime(ratePerSecond, operate) }],
    limits: [
      { what: `${what}, %`, contender: 'ours', bound: 'at least', value: 99, isTarget: true },
    ],
  };
}

async function shareOnTime(
  ratePerSecond: number,
  operate: (n: number) => Promise<unknown>,
): Promise<number> {
  const total = Math.round((ratePerSecond * WORKLOAD_MS) / 1000);
  const startedMs = performance.now();
  const dueAtMs = (n: number) => startedMs + (1000 * n) / ratePerSecond;
  let onTime = 0;
  const inFlight: Promise<void>[] = [];
  for (let n = 0; n < total; ) {
    for (const nowMs = performance.now(); n < total && dueAtMs(n) <= nowMs; n += 1) {
      const due = dueAtMs(n);
      const count = () => {
        if (performance.now() - due <= ON_TIME_MS) onTime += 1;
      };
      inFlight.push(operate(n).then(count));
    }
    await sleep(1);
  }
  await Promise.all(inFlight);
  return (100 * onTime) / total;
}

function target(what: string, contender: string, value: number): Limit {
  return { what: `${what}, ms`, contender, bound: 'at most', value, isTarget: true };
}
