import { sealFor } from '../../core/cache/seal.ts';
import { makeTenantContext } from '../../core/cache/tenant-context.ts';
import { parseTenantId, type TenantId } from '../../core/tenancy/tenant-id.ts';
import { TIERS } from '../../core/tenancy/tier.ts';
import { backendValueHead } from '../backend/backend-value.ts';
import type { Deployment } from './deployment.ts';
import {
  missPrefix,
  NOBODY,
  type TenantPlan,
  type Traffic,
  valueBytes,
  warmKey,
} from './traffic.ts';

/** Whose keys a tenant uses: its own, unless the namespace was taken away. */
export type KeysOf = (plan: TenantPlan) => TenantId;

export function keysOfTenants(hasNamespace: boolean): KeysOf {
  return ({ id }) => parseTenantId(hasNamespace ? id : NOBODY);
}

/** Puts every key that is planned to hit, as a load would have put it. */
export async function preload(
  side: Deployment,
  traffic: Traffic,
  tenants: readonly TenantPlan[],
  keysOf: KeysOf,
) {
  for (const plan of tenants) {
    const ranks = Array.from({ length: plan.warmKeys }, (_, rank) => rank);
    await Promise.all(
      ranks.map((rank) => putWarm(side, traffic, plan, warmKey(rank), keysOf(plan))),
    );
    await checkWarm(side, plan, keysOf(plan));
  }
}

async function putWarm(
  side: Deployment,
  traffic: Traffic,
  plan: TenantPlan,
  key: string,
  owner: TenantId,
) {
  const tenant = parseTenantId(plan.id);
  const tier = TIERS[plan.tier as keyof typeof TIERS];
  const context = makeTenantContext(tenant, tier);
  const value = backendValueHead(plan.id, key).padEnd(valueBytes(traffic.seed, key), '.');
  const reply = await side.store.put({
    tenant: owner,
    key,
    value,
    seal: sealFor(tenant, key, value),
    ttlMs: WARM_TTL_MS,
    quota: context.quota,
  });
  if (reply.kind !== 'stored') throw new Error(`pre-loading ${plan.id}: ${reply.reason}`);
}

/** One lookup shows that the keys are there, and makes the server know the script. */
async function checkWarm(side: Deployment, plan: TenantPlan, owner: TenantId): Promise<void> {
  const tier = TIERS[plan.tier as keyof typeof TIERS];
  const { limit } = makeTenantContext(parseTenantId(plan.id), tier, { limit: 'off' });
  const reply = await side.store.lookup({ tenant: owner, key: warmKey(0), limit });
  if (reply.kind !== 'hit') throw new Error(`pre-loading ${plan.id}: its keys are not there`);
}

/** Longer than any run, so that no pre-loaded key expires under it. */
const WARM_TTL_MS = 24 * 60 * 60_000;

/** Takes away what the misses of one slot left behind, so that every window starts the same. */
export async function restoreWarmState(
  side: Deployment,
  tenants: readonly TenantPlan[],
  keysOf: KeysOf,
  slot: number,
): Promise<void> {
  const scope = { kind: 'prefix', prefix: missPrefix(slot) } as const;
  for (const owner of new Set(tenants.map(keysOf))) {
    await side.store.invalidate({ tenant: owner, scope });
  }
}
