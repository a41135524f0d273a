import type { Tier } from '../../core/tenancy/tier.ts';
import { type Observer, type StepView, type Violation, ViolationList } from './observer.ts';

/**
 * No tenant holds more bytes or entries than its tier grants, at the end of any step. Smallest
 * history that breaks it: a step at whose end a tenant of 100 bytes of quota holds 101. What lies
 * between two ends is left out; the policy itself is checked there by the laws of the core.
 */
export class QuotaChecker implements Observer {
  readonly name = 'quota';
  private readonly tiers: readonly Tier[];
  private readonly found = new ViolationList(this.name);

  constructor(tiers: readonly Tier[]) {
    this.tiers = tiers;
  }

  stepEnded({ atUs, holdings }: StepView): void {
    holdings.forEach(({ usageBytes, entryCount }, tenant) => {
      const { quotaBytes, quotaEntries = Number.POSITIVE_INFINITY } = this.tiers[tenant] as Tier;
      if (usageBytes > quotaBytes) {
        this.found.add(atUs, tenant, `${usageBytes} bytes, granted ${quotaBytes}`);
      }
      if (entryCount > quotaEntries) {
        this.found.add(atUs, tenant, `${entryCount} entries, granted ${quotaEntries}`);
      }
    });
  }

  get violations(): readonly Violation[] {
    return this.found.items;
  }
}
