import type { TenantId } from '../tenancy/tenant-id.ts';

/**
 * How many loads of a tenant may run at once. The slots are the tenant's own, so that one whose
 * back-end hangs cannot use up another's.
 */
export class LoadSlots {
  private readonly taken = new Map<TenantId, number>();
  private readonly loadsMax: number;

  constructor(loadsMax: number) {
    this.loadsMax = loadsMax;
  }

  /** False at the bound; else a slot is held until {@link LoadSlots.giveBack}. */
  take(tenant: TenantId): boolean {
    const count = this.taken.get(tenant) ?? 0;
    if (count >= this.loadsMax) return false;
    this.taken.set(tenant, count + 1);
    return true;
  }

  giveBack(tenant: TenantId): void {
    const count = (this.taken.get(tenant) ?? 0) - 1;
    if (count > 0) this.taken.set(tenant, count);
    else this.taken.delete(tenant);
  }

  countOf(tenant: TenantId): number {
    return this.taken.get(tenant) ?? 0;
  }
}
