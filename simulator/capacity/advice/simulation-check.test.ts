import { describe, expect, it } from 'vitest';
import { OPTIONS } from '../plan.fixture.ts';
import { makePlan } from '../plan.ts';
import { presetSpec } from '../spec/presets.ts';

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
  });
});
