import type { Enforcement, Quota, RateLimit } from '../stores/store.ts';
import { InvalidInputError } from '../tenancy/invalid-input-error.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';
import type { Tier } from '../tenancy/tier.ts';

/**
 * Who asks, and what its tier grants: made once where the tenant is authenticated, and handed to
 * every call. The cache takes a tenant's identity from here alone.
 */
export interface TenantContext {
  readonly tenant: TenantId;
  readonly limit: RateLimit;
  /** What acts instead of `limit` until its end. */
  readonly raised?: { readonly limit: RateLimit; readonly untilMs: number };
  readonly quota: Quota;
  readonly deadlineMs: number;
  readonly ttlMs: number;
}

/** Which of a tier's limits act; both do unless said otherwise. */
export interface EnforcementChoice {
  readonly limit?: Enforcement;
  readonly quota?: Enforcement;
}

/** More than the tier's rate for a time, as sold for a launch: doubled until Monday, say. */
export interface TemporaryRate {
  /** Multiplies the tier's rate and burst; above 1. */
  readonly factor: number;
  /** Wall clock (milliseconds since 1970) from which on the tier's own limit acts again. */
  readonly untilMs: number;
}

/**
 * Binds a tenant to its tier. `limit: 'off'` is how a limiter is switched off.
 * @throws InvalidInputError for a temporary rate that is none
 */
export function makeTenantContext(
  tenant: TenantId,
  tier: Tier,
  enforcement: EnforcementChoice = {},
  temporary?: TemporaryRate,
): TenantContext {
  const { ratePerSecond, burst, quotaBytes, quotaEntries, atQuota, deadlineMs, ttlMs } = tier;
  const limit = { ratePerSecond, burst, enforcement: enforcement.limit ?? 'enforce' };
  return {
    tenant,
    limit,
    ...(temporary === undefined ? {} : { raised: raise(limit, temporary) }),
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

/** The limit that acts now; asks for the time only where a temporary one was given. */
export function limitAt({ limit, raised }: TenantContext, nowMs: () => number): RateLimit {
  return raised !== undefined && nowMs() < raised.untilMs ? raised.limit : limit;
}

function raise(
  limit: RateLimit,
  { factor, untilMs }: TemporaryRate,
): NonNullable<TenantContext['raised']> {
  if (!(factor > 1 && Number.isFinite(factor))) {
    throw new InvalidInputError('factor', factor, 'a number above 1');
  }
  if (!Number.isFinite(untilMs)) {
    throw new InvalidInputError('untilMs', untilMs, 'milliseconds since 1970');
  }
  const { ratePerSecond, burst, enforcement } = limit;
  const raised = { ratePerSecond: ratePerSecond * factor, burst: burst * factor, enforcement };
  return { limit: raised, untilMs };
}
