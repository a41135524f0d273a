import type { Plan } from '../plan.ts';
import type { Service } from '../tiers.ts';
import type { Part, PartCell } from './part.ts';
import { gib, money, ms, percent, whole } from './spell.ts';

const SERVICE_COLUMNS = ['hits %', 'P50 ms', 'P95 ms', 'P99 ms', 'in deadline %'];

/** Part 2: each tier and tenant against its promise, in the middle world. */
export function tenantsPart({ tiers, tenants, costs, spec }: Plan): Part {
  const costOf = new Map(costs.map((cost) => [cost.tenant, cost]));
  return {
    id: 'tenants',
    title: 'Tiers and tenants',
    text: [
      'Middle world. Quantiles are cut at the deadline: a request that reaches it has failed, so a P95 that equals the deadline means that more than 5 % of requests miss it.',
      ...tiers
        .filter(({ isKept }) => !isKept)
        .map(({ tier, brokenBecause }) => `Promise broken, ${tier}: ${brokenBecause}.`),
    ],
    tables: [
      {
        id: 'tiers',
        caption: 'Tiers: rates a second, use and quota in GiB',
        columns: [
          'tier',
          'tenants',
          'offered',
          'throttled',
          'used',
          'quota',
          ...SERVICE_COLUMNS,
          'promise',
        ],
        rows: tiers.map((tier) => [
          tier.tier,
          whole(tier.tenantCount),
          whole(tier.offeredPerSecond),
          whole(tier.throttledPerSecond),
          gib(tier.usageBytes),
          gib(tier.quotaBytes),
          ...serviceCells(tier),
          tier.isKept ? 'kept' : 'broken',
        ]),
      },
      {
        id: 'tenants-table',
        caption: `Tenants: rates a second, use and quota in GiB, cost and margin in ${spec.currency.code} a month`,
        columns: [
          'tenant',
          'tier',
          'offered',
          'throttled',
          'used',
          'quota',
          'evicted/s',
          ...SERVICE_COLUMNS,
          'hit margin, points',
          'cost',
          'margin',
        ],
        rowsShown: 12,
        rows: tenants.map((tenant) => [
          tenant.tenant,
          tenant.tier,
          whole(tenant.offeredPerSecond),
          whole(tenant.throttledPerSecond),
          gib(tenant.usageBytes),
          gib(tenant.quotaBytes),
          whole(tenant.evictionsPerSecond),
          ...serviceCells(tenant),
          tenant.hitMargin === null ? '-' : percent(tenant.hitMargin),
          money(costOf.get(tenant.tenant)?.costCents ?? Number.NaN),
          money(costOf.get(tenant.tenant)?.marginCents ?? Number.NaN),
        ]),
      },
    ],
  };
}

function serviceCells(service: Service): PartCell[] {
  return [
    percent(service.hitRatio),
    ms(service.p50Ms),
    ms(service.p95Ms),
    ms(service.p99Ms),
    percent(service.withinDeadline),
  ];
}
