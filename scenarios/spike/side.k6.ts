import type { PreparedLine } from 'k6/x/partywall';
import { prepareTenant } from '../../core/cache/prepared-tenant.ts';
import { makeTenantContext } from '../../core/cache/tenant-context.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import type { LoadPlan, Side } from './load-plan.ts';
import { NOBODY, type TenantPlan } from './traffic.ts';

/** What the runner wrote for a generator. */
export function openPlanFile<Plan>(): Plan {
  return JSON.parse(open(__ENV['PARTYWALL_PLAN'] ?? '')) as Plan;
}

/** The plan of both generators, with the URLs that they are told beside the file. */
export function openPlan(): LoadPlan {
  const plan = openPlanFile<LoadPlan>();
  const { shared, placebo } = plan;
  return {
    ...plan,
    shared: { ...shared, redisUrl: __ENV['PARTYWALL_SHARED_REDIS'] ?? '' },
    ...(placebo
      ? { placebo: { ...placebo, redisUrl: __ENV['PARTYWALL_PLACEBO_REDIS'] ?? '' } }
      : {}),
  };
}

/** Retries would hide errors and write twice; nothing, or 0, would mean three of them. */
export function clientUrl({ redisUrl }: Side): string {
  return `${redisUrl}${redisUrl.includes('?') ? '&' : '?'}max_retries=-1`;
}

/** Without deadlines a load may still not take for ever. */
const LOAD_TIMEOUT_MAX_MS = 4000;

/** A tenant's lines: with its protections and, where some rounds go without them, without. */
export function linesOf(plan: LoadPlan, side: Side, tenant: TenantPlan, hasDenyList = false) {
  const { unprotected } = plan;
  return [
    lineOf(plan, side, tenant, hasDenyList),
    ...(unprotected ? [lineOf({ ...plan, protections: unprotected }, side, tenant)] : []),
  ];
}

/** One tenant on one side: our cache's lookups and puts, and the back-end behind them. */
export function lineOf(
  plan: Pick<LoadPlan, 'tiers' | 'protections' | 'namespace'>,
  side: Side,
  tenant: Pick<TenantPlan, 'id' | 'tier'>,
  hasDenyList = false,
): PreparedLine {
  const tier = plan.tiers[tenant.tier];
  if (!tier) throw new Error(`tier ${tenant.tier}: not in the plan`);
  const limit = plan.protections.limiter ? 'enforce' : 'off';
  const context = makeTenantContext(parseTenantId(tenant.id), tier, { limit });
  const keysOf = plan.protections.namespace ? context.tenant : parseTenantId(NOBODY);
  const prepared = prepareTenant(makeKeyspace(plan.namespace), context, keysOf);
  const timeoutMs = plan.protections.deadline ? tier.deadlineMs : LOAD_TIMEOUT_MAX_MS;
  const url = `${side.backendUrl}/load?tenant=${encodeURIComponent(tenant.id)}`;
  return { ...prepared, hasDenyList, fill: { ...prepared.fill, url, timeoutMs } };
}

/** A scenario of one iteration that lasts as long as the load. */
export function wholeRun(exec: string, { durationMs }: Pick<LoadPlan, 'durationMs'>) {
  return {
    executor: 'per-vu-iterations',
    exec,
    vus: 1,
    iterations: 1,
    maxDuration: `${durationMs}ms`,
    gracefulStop: '5s',
  };
}
