import { counted } from '../../../results/counted.ts';
import type { Plan } from '../plan.ts';
import type { Part, PartCell } from './part.ts';
import type { Baseline } from './plan-record.ts';
import { gib, percent, whole } from './spell.ts';

const DAYS_PER_MONTH = 365.25 / 12;
/** A tenant that is this far from where growth led it has left its forecast. */
const TOLERANCE = 0.25;

/** What changed since an earlier plan, and which tenants left the growth that was foretold. */
export function differencePart(plan: Plan, baseline: Baseline): Part {
  const days = (Date.parse(plan.asOf) - Date.parse(baseline.asOf)) / 86_400_000;
  const months = days / DAYS_PER_MONTH;
  const moved = movedTenants(plan, baseline, Math.max(0, months));
  return {
    id: 'difference',
    title: 'Difference to the earlier plan',
    text: [
      `Earlier plan: ${baseline.name} of ${baseline.asOf}, ${months.toFixed(1)} months before this one.`,
      `${counted(moved.length, 'tenant is', 'tenants are')} more than ${100 * TOLERANCE} % away from where the foretold growth of their lookups and values led them.`,
    ],
    tables: [
      {
        id: 'difference-table',
        caption: 'Then and now',
        columns: ['figure', 'then', 'now', 'change %'],
        rows: rowsOf(plan, baseline),
      },
      {
        id: 'difference-tenants',
        caption: 'Tenants that left their forecast, GiB used',
        columns: ['tenant', 'then', 'foretold', 'now', 'change against forecast %'],
        rowsShown: 20,
        rows: moved,
      },
    ],
  };
}

function rowsOf(plan: Plan, then: Baseline): PartCell[][] {
  const row = (figure: string, before: number, now: number, spell: (value: number) => PartCell) => [
    figure,
    spell(before),
    spell(now),
    before === 0 ? '-' : percent(now / before - 1),
  ];
  const cluster = plan.recommended?.option;
  return [
    [
      'advised cluster',
      then.recommended ? `${then.recommended.masters} x ${then.recommended.shape}` : 'none',
      cluster ? `${cluster.masters} x ${cluster.shape.name}` : 'none',
      '-',
    ],
    row('cost a month', then.costPerMonth ?? 0, plan.costPerMonth ?? 0, whole),
    row('tenants', then.tenants.length, plan.tenants.length, whole),
    row('lookups/s', then.lookupsPerSecond, plan.middle.lookupsPerSecond, whole),
    row('memory of the masters, GiB', then.memory.mastersBytes, plan.memory.mastersBytes, gib),
    row('hit ratio, %', then.hitRatio, plan.middle.hitRatio, percent),
    ...then.tiers.flatMap((tier) => {
      const now = plan.tiers.find((one) => one.tier === tier.tier);
      return now ? [row(`hit ratio of ${tier.tier}, %`, tier.hitRatio, now.hitRatio, percent)] : [];
    }),
  ];
}

function movedTenants({ tenants, world }: Plan, then: Baseline, months: number): PartCell[][] {
  const { lookupsPerMonth, valueBytesPerMonth } = world.growth;
  const growth = ((1 + lookupsPerMonth) * (1 + valueBytesPerMonth)) ** months;
  const before = new Map(then.tenants.map((tenant) => [tenant.tenant, tenant.usageBytes]));
  return tenants.flatMap(({ tenant, usageBytes }) => {
    const was = before.get(tenant);
    if (was === undefined || was === 0) return [];
    const foretold = was * growth;
    const change = usageBytes / foretold - 1;
    if (Math.abs(change) <= TOLERANCE) return [];
    return [[tenant, gib(was), gib(foretold), gib(usageBytes), percent(change)]];
  });
}
