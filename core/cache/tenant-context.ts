import type { Enforcement, Quota, RateLimit } from '../stores/store.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import type { Tier } from '../tenancy/tier.ts';

/**
 * Who asks, and what its tier grants: made once where the tenant is authenticated, and handed to
 * every call. The cache takes a tenant's identity from here alone.
 */
export interface TenantContext {
  readonly tenant: TenantId;
  readonly limit: RateLimit;
  readonly quota: Quota;
  readonly deadlineMs: number;
  readonly ttlMs: number;
}

/** Which of a tier's limits act; both do unless said otherwise. */
export interface EnforcementChoice {
  readonly limit?: Enforcement;
  readonly quota?: Enforcement;
}

/** Binds a tenant to its tier. `limit: 'off'` is how a limiter is switched off. */
export function makeTenantContext(
  tenant: TenantId,
  tier: Tier,
  enforcement: EnforcementChoice = {},
): TenantContext {
  const { ratePerSecond, burst, quotaBytes, quotaEntries, atQuota, deadlineMs, ttlMs } = tier;
  return {
    tenant,
    limit: { ratePerSecond, burst, enforcement: enforcement.limit ?? 'enforce' },
    quota: {
      quotaBytes,
      ...(quotaEntries === undefined ? {} : { quotaEntries }),
      atQuota,
      enforcement: enforcement.quota ?? 'enforce',
    },
    deadlineMs,
    ttlMs,
  };
}
