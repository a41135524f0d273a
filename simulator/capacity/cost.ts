import type { Need } from './need.ts';

/** A tenant's share of the bill, in whole hundredths of the currency. */
export interface TenantCost {
  readonly tenant: string;
  readonly tier: string;
  readonly memoryCents: number;
  readonly processingCents: number;
  readonly costCents: number;
  readonly priceCents: number;
  readonly marginCents: number;
}

/**
 * Shares an amount by weights in whole cents, so that the parts add up to it exactly: each gets its
 * rounded-down share, the cents left go to the largest remainders.
 */
export function allocateCents(amountCents: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (weights.length === 0) return [];
  const even = total <= 0;
  const exact = weights.map((weight) =>
    even ? amountCents / weights.length : (amountCents * weight) / total,
  );
  const parts = exact.map(Math.floor);
  let left = Math.round(amountCents - parts.reduce((sum, part) => sum + part, 0));
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left -= 1;
  }
  return parts;
}

/**
 * The cluster's cost by tenant. The bill is split into a part for memory and one for processing, in
 * the ratio in which the cluster is loaded by each; memory is shared by bytes used, processing by
 * server time used.
 */
export function costOfTenants(
  need: Need,
  costCents: number,
  load: { readonly memory: number; readonly processing: number },
  times: { readonly lookupUs: number; readonly putUs: number },
): TenantCost[] {
  const whole = load.memory + load.processing || 1;
  const memoryPart = Math.round((costCents * load.memory) / whole);
  const bytes = allocateCents(
    memoryPart,
    need.tenants.map((use) => use.usageBytes),
  );
  const work = allocateCents(
    costCents - memoryPart,
    need.tenants.map(
      (use) => use.tenant.admittedPerSecond * times.lookupUs + use.putsPerSecond * times.putUs,
    ),
  );
  return need.tenants.map(({ tenant }, index) => {
    const memoryCents = bytes[index] ?? 0;
    const processingCents = work[index] ?? 0;
    const priceCents = Math.round(100 * tenant.tier.pricePerMonth);
    const cost = memoryCents + processingCents;
    return {
      tenant: tenant.id,
      tier: tenant.tierName,
      memoryCents,
      processingCents,
      costCents: cost,
      priceCents,
      marginCents: priceCents - cost,
    };
  });
}
