import { COUNTER_NAMES, type Counts } from '../counters.ts';
import type { Holding, StepView } from './observer.ts';

/** Counts of a tenant: nothing but what is given. */
export function counts(some: Partial<Counts> = {}): Counts {
  const none = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as Counts;
  return { ...none, ...some };
}

interface TenantStep {
  readonly held?: Holding;
  readonly counted?: Holding;
  readonly step?: Partial<Counts>;
  readonly total?: Partial<Counts>;
}

const NOTHING = { usageBytes: 0, entryCount: 0 };

/** The end of a step, a tenant an item; accounts and counts agree unless said otherwise. */
export function stepView(
  tenants: readonly TenantStep[],
  view: Partial<Pick<StepView, 'atUs' | 'isLast' | 'unfinishedCount' | 'loadCount'>> = {},
): StepView {
  const held = tenants.map((one) => one.held ?? NOTHING);
  return {
    atUs: 1e6,
    isLast: true,
    unfinishedCount: 0,
    loadCount: 0,
    ...view,
    holdings: held,
    recount: (tenant) => tenants[tenant]?.counted ?? held[tenant] ?? NOTHING,
    stepCounts: (tenant) => counts(tenants[tenant]?.step),
    totalCounts: (tenant) => counts(tenants[tenant]?.total ?? tenants[tenant]?.step),
  };
}
