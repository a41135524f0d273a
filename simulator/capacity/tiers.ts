import { type MissPath, missWithin } from './knee.ts';
import type { Need, TenantUse } from './need.ts';
import type { PlanSpec } from './spec/schema.ts';

/** How one tier, or one tenant, fares against its promise. */
export interface Service {
  readonly hitRatio: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Share of admitted requests answered inside the tier's deadline. */
  readonly withinDeadline: number;
}

export interface TierRow extends Service {
  readonly tier: string;
  readonly tenantCount: number;
  readonly offeredPerSecond: number;
  readonly throttledPerSecond: number;
  readonly usageBytes: number;
  readonly quotaBytes: number;
  readonly deadlineMs: number;
  readonly promise: {
    readonly hitRatio?: number | undefined;
    readonly withinDeadline?: number | undefined;
  };
  readonly isKept: boolean;
  /** What breaks the promise first, in words; empty where it is kept. */
  readonly brokenBecause: string;
}

export interface TenantRow extends Service {
  readonly tenant: string;
  readonly tier: string;
  readonly offeredPerSecond: number;
  readonly throttledPerSecond: number;
  readonly usageBytes: number;
  readonly quotaBytes: number;
  /** Entries a second that leave for want of quota: 0 where only TTLs end them. */
  readonly evictionsPerSecond: number;
  /** Points by which the hit ratio exceeds its promise; null where nothing is promised. */
  readonly hitMargin: number | null;
}

/** Both paths of a request: a hit's response time, and the back-end behind a miss. */
export interface Paths {
  readonly hitMs: number;
  readonly miss: MissPath | undefined;
}

export function tenantRows(need: Need, paths: Paths): TenantRow[] {
  return need.tenants.map((use) => {
    const { tenant } = use;
    const promised = tenant.tier.promise.hitRatio;
    return {
      tenant: tenant.id,
      tier: tenant.tierName,
      offeredPerSecond: tenant.offeredPerSecond,
      throttledPerSecond: tenant.offeredPerSecond - tenant.admittedPerSecond,
      usageBytes: use.usageBytes,
      quotaBytes: tenant.quotaBytes,
      evictionsPerSecond: use.usageBytes >= tenant.quotaBytes ? use.putsPerSecond : 0,
      hitMargin: promised === undefined ? null : use.hitRatio - promised,
      ...serviceOf(use.hitRatio, tenant.tier.deadlineMs, paths),
    };
  });
}

export function tierRows(spec: PlanSpec, need: Need, paths: Paths): TierRow[] {
  return Object.entries(spec.tiers)
    .map(([tier]) => ({ tier, uses: need.tenants.filter((use) => use.tenant.tierName === tier) }))
    .filter(({ uses }) => uses.length > 0)
    .map(({ tier, uses }) => tierRow(spec, tier, uses, paths));
}

function tierRow(spec: PlanSpec, tier: string, uses: readonly TenantUse[], paths: Paths): TierRow {
  const of = spec.tiers[tier];
  if (of === undefined) throw new Error(`no tier ${tier}`);
  const sum = (value: (use: TenantUse) => number) => uses.reduce((all, use) => all + value(use), 0);
  const admitted = sum((use) => use.tenant.admittedPerSecond);
  const hitRatio =
    admitted === 0 ? 0 : sum((use) => use.tenant.admittedPerSecond * use.hitRatio) / admitted;
  const service = serviceOf(hitRatio, of.deadlineMs, paths);
  const brokenBecause = whyBroken(of.promise, service, of.deadlineMs);
  return {
    tier,
    tenantCount: uses.length,
    offeredPerSecond: sum((use) => use.tenant.offeredPerSecond),
    throttledPerSecond: sum((use) => use.tenant.offeredPerSecond) - admitted,
    usageBytes: sum((use) => use.usageBytes),
    quotaBytes: sum((use) => use.tenant.quotaBytes),
    deadlineMs: of.deadlineMs,
    promise: of.promise,
    isKept: brokenBecause === '',
    brokenBecause,
    ...service,
  };
}

/** Quantiles are cut at the deadline: a request that reaches it has failed. */
export function serviceOf(hitRatio: number, deadlineMs: number, paths: Paths): Service {
  const within = (ms: number): number => {
    if (ms < paths.hitMs) return 0;
    const miss = paths.miss === undefined ? 1 : missWithin(paths.miss, ms - paths.hitMs);
    return hitRatio + (1 - hitRatio) * miss;
  };
  const quantile = (share: number): number => {
    if (within(deadlineMs) < share) return deadlineMs;
    let low = 0;
    let high = deadlineMs;
    for (let step = 0; step < 50; step += 1) {
      const middle = (low + high) / 2;
      if (within(middle) >= share) high = middle;
      else low = middle;
    }
    return high;
  };
  return {
    hitRatio,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
    withinDeadline: within(deadlineMs),
  };
}

function whyBroken(promise: TierRow['promise'], service: Service, deadlineMs: number): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  if (promise.hitRatio !== undefined && service.hitRatio < promise.hitRatio) {
    return `hit ratio ${percent(service.hitRatio)}, promised ${percent(promise.hitRatio)}`;
  }
  if (promise.withinDeadline !== undefined && service.withinDeadline < promise.withinDeadline) {
    return `${percent(service.withinDeadline)} inside ${deadlineMs} ms, promised ${percent(promise.withinDeadline)}: misses take longer`;
  }
  return '';
}
