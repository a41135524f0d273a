import { openLoader } from 'k6/x/partywall';
import redis from 'k6/x/redis';
import { PreparedTenant, readFence } from '../../core/cache/prepared-tenant.ts';
import { makeTenantContext } from '../../core/cache/tenant-context.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import type { LoadPlan, Side } from './load-plan.ts';
import type { TenantPlan } from './traffic.ts';

/** What the runner wrote for both generators. */
export function openPlan(): LoadPlan {
  return JSON.parse(open(__ENV['PARTYWALL_PLAN'] ?? '')) as LoadPlan;
}

export type Client = InstanceType<typeof redis.Client>;

/** One client a virtual user and server; it connects at the first request, as k6 wants it. */
export function openClient(side: Side): Client {
  return new redis.Client(clientUrl(side));
}

/** Retries would hide errors and write twice; nothing, or 0, would mean three of them. */
export function clientUrl({ redisUrl }: Side): string {
  return `${redisUrl}${redisUrl.includes('?') ? '&' : '?'}max_retries=-1`;
}

/** One tenant on one side: our cache's lookups and puts, and the back-end behind them. */
export interface OpenTenant {
  readonly prepared: PreparedTenant;
  /** Loads a missed key's value; resolves with the command that puts it, rejects without a value. */
  load(key: string, row: unknown, bytes: number): Promise<string[]>;
}

const loader = openLoader();

/** Without deadlines a load may still not take for ever. */
const LOAD_TIMEOUT_MAX_MS = 4000;

export function openTenant(plan: LoadPlan, side: Side, tenant: TenantPlan): OpenTenant {
  const tier = plan.tiers[tenant.tier];
  if (!tier) throw new Error(`tier ${tenant.tier}: not in the plan`);
  const limit = plan.protections.limiter ? 'enforce' : 'off';
  const context = makeTenantContext(parseTenantId(tenant.id), tier, { limit });
  const prepared = new PreparedTenant(makeKeyspace(plan.namespace), context);
  const timeoutMs = plan.protections.deadline ? tier.deadlineMs : LOAD_TIMEOUT_MAX_MS;
  return {
    prepared,
    load: (key, row, bytes) => {
      const query = `tenant=${tenant.id}&key=${key}&bytes=${bytes}`;
      return loader
        .get(`${side.backendUrl}/load?${query}`, timeoutMs)
        .then((value) => prepared.putCommand(key, value, readFence(row)));
    },
  };
}
