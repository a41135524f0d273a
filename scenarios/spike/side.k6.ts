import exec from 'k6/execution';
import http from 'k6/http';
import { clearTimeout, setTimeout } from 'k6/timers';
import redis from 'k6/x/redis';
import type { CachePorts } from '../../core/cache/ports.ts';
import { TenantCache } from '../../core/cache/tenant-cache.ts';
import { makeTenantContext, type TenantContext } from '../../core/cache/tenant-context.ts';
import { makeK6Store } from '../../core/stores/k6-store.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import type { LoadPlan, Side } from './load-plan.ts';
import type { TenantPlan } from './traffic.ts';

/** One deployment as a virtual user sees it: our cache over its Redis, and its back-end. */
export interface OpenSide {
  readonly client: InstanceType<typeof redis.Client>;
  readonly cache: TenantCache;
  load(context: TenantContext, key: string, bytes: number): Promise<string>;
}

/** Loads may finish within twice the deadline: beyond, nobody waits for them in any scenario. */
const ABANDONED_LOAD_FACTOR = 2;
const LOAD_TIMEOUT_MAX_MS = 4000;

/** Called once a virtual user; connects at the first request, as k6 wants it. */
export function openSide(plan: LoadPlan, side: Side): OpenSide {
  const client = new redis.Client(withClientOptions(side.redisUrl));
  const store = makeK6Store(client, { keyspace: makeKeyspace(plan.namespace) });
  const { deadline, singleFlight, localDeny } = plan.protections;
  const cache = new TenantCache(store, k6Ports(), {
    deadline,
    singleFlight,
    localDeny,
    earlyRefresh: false,
    ttlJitter: 0,
    onStoreFailure: 'fail-closed',
    retriesMax: 0,
    circuitFailuresMax: 0,
  });
  return {
    client,
    cache,
    load: (context, key, bytes) => {
      const timeoutMs = deadline ? context.deadlineMs * ABANDONED_LOAD_FACTOR : LOAD_TIMEOUT_MAX_MS;
      const query = `tenant=${context.tenant}&key=${key}&bytes=${bytes}`;
      return http
        .asyncRequest('GET', `${side.backendUrl}/load?${query}`, null, { timeout: timeoutMs })
        .then(readBody);
    },
  };
}

/** Retries would hide errors and write twice; 0 or nothing means three of them. */
function withClientOptions(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}max_retries=-1`;
}

function readBody(response: { status: number; body: unknown }): string {
  if (response.status === 200 && typeof response.body === 'string') return response.body;
  throw new Error(`the back-end answered ${response.status}`);
}

export function openTenant(plan: LoadPlan, tenant: TenantPlan): TenantContext {
  const tier = plan.tiers[tenant.tier];
  if (!tier) throw new Error(`tier ${tenant.tier}: not in the plan`);
  const limit = plan.protections.limiter ? 'enforce' : 'off';
  return makeTenantContext(parseTenantId(tenant.id), tier, { limit });
}

function k6Ports(): CachePorts {
  return {
    nowMs: Date.now,
    random: Math.random,
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

/**
 * The virtual user's view of the test's progress, looked up once: `exec.instance` builds a new
 * object at each access, which costs twenty times the reading itself.
 */
export interface Progress {
  readonly currentTestRunDuration: number;
}

export function testProgress(): Progress {
  return exec.instance;
}
