import type { Plan } from '../plan.ts';
import type { Part } from './part.ts';
import { decimal, gib, percent, say, whole } from './spell.ts';

/** Part 11: how much more may be sold than exists. */
export function overcommitPart({ overcommit }: Plan): Part {
  const title = 'Admission and overcommit';
  if (overcommit === undefined) return { id: 'overcommit', title, text: ['No cluster to sell.'] };
  const { probability, factor, overflowProbability, quotaBytesSold, residentBytes, tiers } =
    overcommit;
  return {
    id: 'overcommit',
    title,
    text: [
      `Quotas sold: ${say(gib(quotaBytesSold))} GiB over ${say(gib(residentBytes))} GiB that entries may occupy, ${factor.toFixed(1)} times. Use exceeds the cluster in ${say(percent(overflowProbability))} % of worlds; accepted are ${(100 * probability).toFixed(1)} %.`,
      'Tenants that fit: of this tier, beside all others as they are. Overcommit: quota that may be sold for each GiB that is there, at the accepted probability.',
    ],
    tables: [
      {
        id: 'overcommit-table',
        caption: 'Room by tier, GiB',
        columns: [
          'tier',
          'tenants',
          'tenants that fit',
          'quota sold',
          'used at most',
          'overcommit up to',
        ],
        rows: tiers.map((tier) => [
          tier.tier,
          whole(tier.tenantCount),
          whole(tier.tenantsMax),
          gib(tier.quotaBytes),
          gib(tier.usageBytesHigh),
          decimal(tier.overcommitMax, 1),
        ]),
      },
    ],
  };
}
