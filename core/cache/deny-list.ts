import type { TenantId } from '../tenancy/tenant-id.ts';

interface Denial {
  readonly deniedAtMs: number;
  readonly untilMs: number;
  readonly cost: number;
}

/**
 * Rejections of the store, remembered until their retry-after has passed, so that a tenant over its
 * limit stops reaching what all share. A denial covers requests that cost at least as much as the
 * one rejected. Forgetting is always safe (the store rejects again), so when `tenantsMax` is
 * reached the oldest denial is dropped. While nobody is denied a check is one comparison.
 */
export class DenyList {
  private readonly denials = new Map<TenantId, Denial>();
  private readonly tenantsMax: number;
  private readonly rememberMsMax: number;

  /** @param rememberMsMax longest that a rejection is believed, against a tier raised meanwhile */
  constructor(tenantsMax: number, rememberMsMax: number) {
    this.tenantsMax = tenantsMax;
    this.rememberMsMax = rememberMsMax;
  }

  /** Milliseconds until the tenant may ask again; 0 if it may ask. Reads the clock if it must. */
  retryAfterMs(tenant: TenantId, cost: number, nowMs: () => number): number {
    if (this.denials.size === 0) return 0;
    const denial = this.denials.get(tenant);
    if (denial === undefined) return 0;
    const now = nowMs();
    // A clock that stepped back behind the denial would prolong it.
    if (now >= denial.untilMs || now < denial.deniedAtMs) {
      this.denials.delete(tenant);
      return 0;
    }
    return cost >= denial.cost ? denial.untilMs - now : 0;
  }

  /** Remembers that the store rejected the tenant. */
  deny(tenant: TenantId, cost: number, retryAfterMs: number, nowMs: number): void {
    if (retryAfterMs <= 0) return;
    this.denials.delete(tenant);
    if (this.denials.size >= this.tenantsMax) {
      for (const oldest of this.denials.keys()) {
        this.denials.delete(oldest);
        break;
      }
    }
    const untilMs = nowMs + Math.min(retryAfterMs, this.rememberMsMax);
    this.denials.set(tenant, { deniedAtMs: nowMs, untilMs, cost });
  }

  /** Tenants remembered, those whose time has passed unnoticed included. */
  get size(): number {
    return this.denials.size;
  }
}
