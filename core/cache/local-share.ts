import type { RateLimit } from '../stores/store.ts';
import type { TenantId } from '../tenancy/tenant-id.ts';

/** Idle tenants looked for each time a new one finds the table full. */
const SWEEP_MAX = 16;

/**
 * This process's share of each tenant's rate limit, for the time in which the store cannot count:
 * a limiter never opens. GCRA (ITU-T I.371), one theoretical arrival time a tenant. When the table
 * is full a newcomer is refused rather than let through unlimited; idle tenants make room, which
 * loses nothing, as a bucket that is full is the same as none.
 */
export class LocalShare {
  private readonly arrivals = new Map<TenantId, number>();
  private readonly share: number;
  private readonly tenantsMax: number;

  /** @param share part of the limit, above 0 and up to 1: one over the number of processes */
  constructor(share: number, tenantsMax: number) {
    this.share = share;
    this.tenantsMax = tenantsMax;
  }

  /** 0 and the tokens are spent, or the milliseconds after which the same request may pass. */
  take(tenant: TenantId, limit: RateLimit, cost: number, nowMs: number): number {
    if (limit.enforcement !== 'enforce') return 0;
    const msPerToken = 1000 / (limit.ratePerSecond * this.share);
    const depthMs = Math.max(1, limit.burst * this.share) * msPerToken;
    const known = this.arrivals.get(tenant);
    if (known === undefined && !this.makeRoom(nowMs)) return depthMs;
    // An arrival time further ahead than the bucket is deep comes from a clock that stepped back.
    const arrivalMs =
      known === undefined || known > nowMs + depthMs ? nowMs : Math.max(known, nowMs);
    const nextMs = arrivalMs + cost * msPerToken;
    if (nextMs - nowMs > depthMs) return nextMs - nowMs - depthMs;
    this.arrivals.set(tenant, nextMs);
    return 0;
  }

  private makeRoom(nowMs: number): boolean {
    if (this.arrivals.size < this.tenantsMax) return true;
    let sweptCount = 0;
    for (const [tenant, arrivalMs] of this.arrivals) {
      if (arrivalMs <= nowMs) {
        this.arrivals.delete(tenant);
        return true;
      }
      sweptCount += 1;
      if (sweptCount >= SWEEP_MAX) return false;
      // The next sweep begins with those behind it.
      this.arrivals.delete(tenant);
      this.arrivals.set(tenant, arrivalMs);
    }
    return false;
  }
}
