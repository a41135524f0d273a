import type { TenantId } from '../tenancy/tenant-id.ts';

interface Trouble {
  failureCount: number;
  /** When the circuit opened or last let a call try; undefined while it is closed. */
  openedAtMs: number | undefined;
}

/**
 * Stops asking a store that keeps failing. Each tenant has a circuit of its own: one tenant's
 * time-outs (a value too big, say) never cut another off. `failuresMax` failures in a row open it;
 * after `openMs` one call may try, and a further one `openMs` later should that never settle.
 * While nothing fails, a check is one comparison and reads no clock.
 */
export class CircuitBreaker {
  private readonly troubles = new Map<TenantId, Trouble>();
  private readonly failuresMax: number;
  private readonly openMs: number;
  private readonly tenantsMax: number;

  /** @param failuresMax 0 keeps all circuits closed */
  constructor(failuresMax: number, openMs: number, tenantsMax: number) {
    this.failuresMax = failuresMax;
    this.openMs = openMs;
    this.tenantsMax = tenantsMax;
  }

  /** Whether the tenant may call the store; in an open circuit this takes the turn to try. */
  admits(tenant: TenantId, nowMs: () => number): boolean {
    if (this.troubles.size === 0) return true;
    const trouble = this.troubles.get(tenant);
    if (trouble?.openedAtMs === undefined) return true;
    const now = nowMs();
    // A clock that stepped back would keep the circuit open for as long as the step.
    if (now >= trouble.openedAtMs && now - trouble.openedAtMs < this.openMs) return false;
    trouble.openedAtMs = now;
    return true;
  }

  succeeded(tenant: TenantId): void {
    if (this.troubles.size > 0) this.troubles.delete(tenant);
  }

  failed(tenant: TenantId, nowMs: number): void {
    if (this.failuresMax === 0) return;
    let trouble = this.troubles.get(tenant);
    if (trouble === undefined) {
      if (this.troubles.size >= this.tenantsMax) this.dropOldest();
      trouble = { failureCount: 0, openedAtMs: undefined };
      this.troubles.set(tenant, trouble);
    }
    trouble.failureCount += 1;
    if (trouble.failureCount >= this.failuresMax) trouble.openedAtMs = nowMs;
  }

  /** Forgetting closes a circuit, which costs a few failing calls and nothing else. */
  private dropOldest(): void {
    for (const oldest of this.troubles.keys()) {
      this.troubles.delete(oldest);
      return;
    }
  }
}
