import type { TenantCost } from '../cost.ts';
import type { Plan } from '../plan.ts';
import type { Part } from './part.ts';
import { money, percent, whole } from './spell.ts';

/** What each tier costs and earns. */
export function costPart({ costs, spec }: Plan): Part {
  const tiers = [...new Set(costs.map(({ tier }) => tier))];
  const sum = (rows: readonly TenantCost[], of: (row: TenantCost) => number) =>
    rows.reduce((total, row) => total + of(row), 0);
  const row = (name: string, rows: readonly TenantCost[]) => {
    const cost = sum(rows, (one) => one.costCents);
    const price = sum(rows, (one) => one.priceCents);
    return [
      name,
      whole(rows.length),
      money(cost),
      money(cost / rows.length),
      money(price),
      money(price - cost),
      percent((price - cost) / price),
    ];
  };
  return {
    id: 'cost',
    title: 'Cost and margin',
    text: [
      'The bill is split between memory and processing as the cluster is loaded by each; memory is shared by bytes used, processing by server time. The shares of all tenants add up to the bill to the last hundredth. Redis nodes only: service, back-end and people are named apart.',
    ],
    tables: [
      {
        id: 'cost-table',
        caption: `Cost of the Redis nodes and price by tier, ${spec.currency.code} a month`,
        columns: ['tier', 'tenants', 'cost', 'cost a tenant', 'price', 'margin', 'margin %'],
        rows: [
          ...tiers.map((tier) =>
            row(
              tier,
              costs.filter((one) => one.tier === tier),
            ),
          ),
          ...(costs.length > 0 ? [row('all', costs)] : []),
        ],
      },
    ],
  };
}
