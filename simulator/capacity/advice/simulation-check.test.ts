import { describe, expect, it } from 'vitest';
import { exactSpec, OPTIONS } from '../plan.fixture.ts';
import { makePlan } from '../plan.ts';
import { presetSpec } from '../spec/presets.ts';
import type { Archetype, PlanSpec, PlanTier } from '../spec/schema.ts';

/** The exact spec with quiet tenants, its tier and archetype changed. */
function quietSpec(tier: Partial<PlanTier>, archetype: Partial<Archetype> = {}): PlanSpec {
  const spec = exactSpec();
  const [gold, pages] = [spec.tiers['gold'], spec.archetypes['pages']];
  if (gold === undefined || pages === undefined) throw new Error('another spec');
  return {
    ...spec,
    tiers: { gold: { ...gold, ...tier } },
    archetypes: { pages: { ...pages, ...archetype } },
    tenants: spec.tenants.map((group) => ({ ...group, lookupsPerSecond: 0.1 })),
  };
}

function checkOf(spec: PlanSpec) {
  const { simulation } = makePlan(spec, { ...OPTIONS, worldCount: 16, simulate: true });
  if (simulation === undefined) throw new Error('not asked for');
  return simulation;
}

describe("the plan's formulas", () => {
  const { simulation } = makePlan(presetSpec('small'), {
    ...OPTIONS,
    worldCount: 16,
    simulate: true,
  });

  it("meet the simulator's hit ratios within half a point and its entries within a twentieth", () => {
    expect(simulation?.rows).toHaveLength(3);
    for (const row of simulation?.rows ?? []) {
      expect(Math.abs(row.planHitRatio - row.simulatedHitRatio)).toBeLessThan(0.005);
      expect(Math.abs(row.planEntries / row.simulatedEntries - 1)).toBeLessThan(0.05);
    }
    expect(simulation?.leftOut).toEqual([]);
  });

  it.each([
    ['lives of hours', { ttlSeconds: 20_001 }],
    ['a limit below one request a second', { ratePerSecond: 0.3, ttlSeconds: 40_000 }],
  ])('are checked with %s', (_, tier) => {
    const { rows, spikes, losses, leftOut } = checkOf(quietSpec(tier));

    expect(leftOut).toEqual([]);
    expect([rows.length, spikes.length, losses.length]).toEqual([1, 3, 3]);
    expect(rows[0]?.simulatedHitRatio).toBeCloseTo(rows[0]?.planHitRatio ?? Number.NaN, 1);
  });

  it.each([
    [
      'lives of days',
      quietSpec({ ttlSeconds: 200_000 }),
      /tier\.ttlMs is 200000000, and .* to 864/,
    ],
    [
      'a very steep law',
      quietSpec({}, { zipfAlpha: 12 }),
      /popularity\.alpha is 12, and .* 0 to 10/,
    ],
    [
      'very many keys',
      quietSpec({}, { keyCount: 5e6 }),
      /popularity\.keys is 5000000, and .* to 419/,
    ],
  ])('are not checked with %s, and each part says why', (_, spec, why) => {
    const { rows, spikes, losses, leftOut } = checkOf(spec);

    expect([...rows, ...spikes, ...losses]).toEqual([]);
    expect(leftOut).toHaveLength(3);
    for (const sentence of leftOut) expect(sentence).toMatch(why);
  });

  it('are checked under a spike and a loss where two lives would take too long', () => {
    const busy = quietSpec({ ttlSeconds: 80_000 });
    const tenants = busy.tenants.map((group) => ({ ...group, lookupsPerSecond: 90 }));
    const { rows, spikes, losses, leftOut } = checkOf({ ...busy, tenants });

    expect([rows.length, spikes.length, losses.length]).toEqual([0, 3, 3]);
    expect(leftOut).toEqual([
      'Hits and entries are not simulated: it would take 14,400,000 requests, and 6,000,000 are the most.',
    ]);
  });
});
