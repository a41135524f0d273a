import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeIoredisStore } from '../../core/stores/ioredis-store.ts';
import type { Store, TenantUsage } from '../../core/stores/store.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import { TIERS, type Tier } from '../../core/tenancy/tier.ts';
import { type BackendOptions, startBackend } from '../backend/start-backend.ts';
import { busyShareBetween } from '../backend/worker-pool.ts';
import { provisionK6 } from '../provision/k6.ts';
import { startRedis } from '../provision/redis.ts';
import { openRedis } from '../provision/redis-client.ts';
import { bundleScripts } from '../spike/bundle.ts';
import { K6Error, startK6 } from '../spike/k6-process.ts';
import { GENERATOR_PROCESSORS } from '../spike/load.ts';
import { START_UP_MS } from '../spike/run-length.ts';
import type { PlannedRequests, PlannedTenant, RequestPlan } from './request-plan.ts';
import { SampleOutcomes } from './sample-outcomes.ts';

/** A load, request by request, and the servers it is put on. */
export interface PlannedLoad {
  readonly tenants: readonly PlannedTenant[];
  readonly tiers: Readonly<Record<string, Tier>>;
  readonly requests: PlannedRequests;
  readonly backend: BackendOptions;
  /** Server-side figures are of this stretch, in milliseconds from the first moment of the list. */
  readonly measuredFromMs: number;
  readonly measuredToMs: number;
}

/** What became of it. */
export interface PlannedLoadObservation {
  /** From each request's planned moment to its answer, in microseconds; NaN where none came. */
  readonly latencyUs: Float64Array;
  /** By request: an index of `SAMPLE_OUTCOMES`, or -1 where the generator said nothing of it. */
  readonly outcomes: Int8Array;
  /** By tenant, as the server counted: from the measured stretch on, and held at the end. */
  readonly usage: readonly Pick<TenantUsage, 'evictedCount' | 'expiredCount' | 'usageBytes'>[];
  /** Calls of the policy's scripts within the measured stretch, and the server's time for them. */
  readonly scriptCalls: number;
  readonly scriptUs: number;
  /** Share of the workers' time that was busy within the measured stretch. */
  readonly backendBusyShare: number;
  /** How late requests started after their moment, P99, in microseconds. */
  readonly latenessP99Us: number;
  /** Versions of the programs that were used. */
  readonly tools: Readonly<Record<string, string>>;
}

export interface PlannedLoadSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Longer than any deadline of a tier, and a put. */
const TAIL_MS = 2500;
const LOADS_MAX = 2048;

/**
 * Plays a load by k6 against an embedded Redis and a back-end stand-in, both started for it and
 * stopped in every path.
 */
export async function runPlannedLoad(
  load: PlannedLoad,
  { env, onProgress, signal }: PlannedLoadSurroundings,
): Promise<PlannedLoadObservation> {
  const stops: (() => unknown)[] = [];
  try {
    const redis = await startRedis({ name: 'planned', onProgress });
    stops.push(() => redis.stop());
    const backend = await startBackend(load.backend);
    stops.push(() => backend.stop());
    const client = openRedis(redis.url, { maxRetriesPerRequest: 1 });
    client.on('error', () => {});
    stops.push(() => client.disconnect());
    const store = makeIoredisStore(client, { keyspace: makeKeyspace('') });
    await introduceScripts(store);
    const k6 = await provisionK6({ onProgress, env, signal });
    const bundles = await bundleScripts(['../planned-load/planned-load'], k6.hasOwnModule);
    stops.push(bundles.remove);
    signal.throwIfAborted();

    const epochMs = Date.now() + START_UP_MS;
    const lastMs = load.requests.atMs.at(-1) ?? 0;
    const plan: RequestPlan = {
      side: { redisUrl: redis.url, backendUrl: backend.url },
      tenants: load.tenants,
      tiers: load.tiers,
      namespace: '',
      protections: { namespace: true, limiter: true, deadline: true, localDeny: false },
      requests: load.requests,
      epochMs,
      durationMs: START_UP_MS + lastMs + TAIL_MS,
      loadsMax: LOADS_MAX,
    };
    const planFile = join(bundles.folder, 'plan.json');
    await writeFile(planFile, JSON.stringify(plan));
    const samples = new SampleOutcomes(load.requests.atMs, epochMs);
    const generator = startK6({
      k6: k6.path,
      script: bundles.pathOf('planned-load'),
      planEnv: { PARTYWALL_PLAN: planFile },
      prefix: [],
      env,
      processors: GENERATOR_PROCESSORS.neighbourGenerator,
      onLine: (line) => samples.add(line),
    });
    stops.push(generator.stop);
    const ended = generator.ended;
    ended.catch(() => {});
    const until = (atMs: number) =>
      Promise.race([
        sleep(Math.max(0, epochMs + atMs - Date.now()), undefined, { signal }),
        ended.then(() => Promise.reject(new K6Error('k6 ended before the load did'))),
      ]);

    const ids = load.tenants.map(({ id }) => parseTenantId(id));
    const readUsage = () => Promise.all(ids.map((id) => store.readUsage(id)));
    await until(load.measuredFromMs);
    const usageFrom = await readUsage();
    const [scriptsFrom, backendFrom] = [await readScripts(client), await backend.readStats()];
    await until(load.measuredToMs);
    const [scriptsTo, backendTo] = [await readScripts(client), await backend.readStats()];
    await Promise.race([ended, sleep(lastMs + 2 * START_UP_MS, undefined, { signal })]);
    const usageTo = await readUsage();
    return {
      ...samples.take(),
      usage: usageTo.map(({ evictedCount, expiredCount, usageBytes }, tenant) => ({
        evictedCount: evictedCount - (usageFrom[tenant]?.evictedCount ?? 0),
        expiredCount: expiredCount - (usageFrom[tenant]?.expiredCount ?? 0),
        usageBytes,
      })),
      scriptCalls: scriptsTo.calls - scriptsFrom.calls,
      scriptUs: scriptsTo.usec - scriptsFrom.usec,
      backendBusyShare: busyShareBetween(backendFrom, backendTo, load.backend.workers),
      tools: { k6: k6.version, redis: redis.version },
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** The generator calls scripts by their digests alone: any use of a store makes them known. */
async function introduceScripts(store: Store): Promise<void> {
  const tenant = parseTenantId('introduction');
  const { ttlMs, ratePerSecond, burst, quotaBytes, atQuota } = TIERS.silver;
  const quota = { quotaBytes, atQuota, enforcement: 'enforce' } as const;
  await store.put({ tenant, key: 'key', value: 'value', seal: '', ttlMs, quota });
  const limit = { ratePerSecond, burst, enforcement: 'enforce' } as const;
  await store.lookup({ tenant, key: 'key', limit });
  await store.removeTenant(tenant);
}

async function readScripts(client: { info(section: string): Promise<string> }) {
  const info = await client.info('commandstats');
  const found = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(info);
  return { calls: Number(found?.[1] ?? 0), usec: Number(found?.[2] ?? 0) };
}
