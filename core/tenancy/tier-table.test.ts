import { describe, expect, it } from 'vitest';
import { TIERS } from './tier.ts';
import { findTierProblems, parseTierTable, TierTableError } from './tier-table.ts';

describe('tier table', () => {
  it('takes the seed deployment', () => {
    expect(parseTierTable(TIERS)).toBe(TIERS);
  });

  it('lists every problem of a bad table at once', () => {
    const bad = {
      gold: {
        ...TIERS.gold,
        name: 'silver',
        deadlineMs: 0,
        ratePerSecond: Number.NaN,
        quotaBytes: 1.5,
      },
      silver: { ...TIERS.silver, atQuota: 'drop', burst: 0, quotaEntries: 0, brust: 400 },
      bronze: 7,
    };

    expect(findTierProblems(bad).map(({ field }) => field)).toEqual([
      'gold.name',
      'gold.deadlineMs',
      'gold.ratePerSecond',
      'gold.quotaBytes',
      'silver.burst',
      'silver.quotaEntries',
      'silver.atQuota',
      'silver.brust',
      'bronze',
    ]);
    expect(() => parseTierTable(bad)).toThrow(TierTableError);
    expect(() => parseTierTable(bad)).toThrow(/9 problem/);
  });

  it.each([[undefined], [[]], [{}], ['gold']])('refuses %j as a table', (table) => {
    expect(findTierProblems(table).map(({ field }) => field)).toEqual(['tiers']);
  });
});
