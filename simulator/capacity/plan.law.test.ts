import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { times } from './advice/what-if.ts';
import { calibrate } from './calibration.ts';
import { drawsOf, MIDDLE } from './draws.ts';
import { type Need, needOf } from './need.ts';
import { exactSpec, OPTIONS } from './plan.fixture.ts';
import { makePlan } from './plan.ts';
import { presetSpec } from './spec/presets.ts';
import type { PlanSpec } from './spec/schema.ts';
import { makeWorld } from './world.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const RUNS = { numRuns: 25 };

function needIn(spec: PlanSpec, seed: number, world: number): Need {
  const source = { spec, calibration: calibrate(spec, {}), traces: new Map() };
  return needOf(makeWorld(source, world < 0 ? MIDDLE : drawsOf(seed, world)));
}

function withCount(spec: PlanSpec, index: number, more: number): PlanSpec {
  return {
    ...spec,
    tenants: spec.tenants.map((group, at) =>
      at === index ? { ...group, count: group.count + more } : group,
    ),
  };
}

describe('the need', () => {
  it('never falls when a tenant joins, in any world', () => {
    const spec = presetSpec('small');
    fc.assert(
      fc.property(seeds, fc.integer({ min: -1, max: 500 }), fc.nat(2), (seed, world, group) => {
        const before = needIn(spec, seed, world);
        const after = needIn(withCount(spec, group, 1), seed, world);
        expect(after.residentBytes).toBeGreaterThan(before.residentBytes);
        expect(after.serverSeconds).toBeGreaterThan(before.serverSeconds);
        expect(after.missesPerSecond).toBeGreaterThan(before.missesPerSecond);
      }),
      RUNS,
    );
  });

  it('grows as the tenants do when all are alike', () => {
    const spec = exactSpec();
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), (factor) => {
        const tenants = spec.tenants.map((group) => ({ ...group, count: group.count * factor }));
        const one = needIn(spec, 1, -1);
        const many = needIn({ ...spec, tenants }, 1, -1);
        expect(many.residentBytes / one.residentBytes).toBeCloseTo(factor, 9);
        expect(many.serverSeconds / one.serverSeconds).toBeCloseTo(factor, 9);
        expect(many.hitRatio).toBeCloseTo(one.hitRatio, 12);
      }),
      RUNS,
    );
  });

  it('does not depend on the unit of time: k times the rate for a k-th of the TTL', () => {
    const spec = exactSpec();
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 10, noNaN: true }), (factor) => {
        const tenants = spec.tenants.map((group) => ({
          ...group,
          lookupsPerSecond: times(group.lookupsPerSecond, factor),
        }));
        const gold = spec.tiers['gold'];
        if (gold === undefined) throw new Error('no gold');
        const tiers = { gold: { ...gold, ttlSeconds: gold.ttlSeconds / factor } };
        const before = needIn(spec, 1, -1);
        const after = needIn({ ...spec, tenants, tiers }, 1, -1);
        expect(after.residentBytes / before.residentBytes).toBeCloseTo(1, 9);
        expect(after.hitRatio).toBeCloseTo(before.hitRatio, 9);
        expect(after.serverSeconds / before.serverSeconds).toBeCloseTo(factor, 9);
      }),
      RUNS,
    );
  });
});

describe('a back-end', () => {
  const low = { low: 10, mid: 20, high: 80, confidence: 0.9 };
  const narrow = { low: 15, mid: 25, high: 30, confidence: 0.9 };
  const backend = { serviceMsP50: low, serviceMsP95: narrow, lateLoads: 'fill' as const };
  const spec = { ...exactSpec(), backend };

  it('has a tail that is no faster than its median, in any world', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: -1, max: 500 }), (seed, world) => {
        const source = { spec, calibration: calibrate(spec, {}), traces: new Map() };
        const { backendMs } = makeWorld(source, world < 0 ? MIDDLE : drawsOf(seed, world));

        expect(backendMs?.sigma).toBeGreaterThanOrEqual(0);
      }),
      RUNS,
    );
  });
});

describe('a plan', () => {
  it('is the same for the same seed, and another for another', () => {
    const spec = presetSpec('small');
    const regretOf = (seed: number) =>
      makePlan(spec, { ...OPTIONS, seed }).choice.ranked.map(({ regret }) => regret);

    expect(regretOf(1)).toEqual(regretOf(1));
    expect(regretOf(1)).not.toEqual(regretOf(2));
  });

  it('costs k times as much at k times the prices, and advises the same nodes', () => {
    const spec = exactSpec();
    const plan = makePlan(spec, OPTIONS);
    const { shapes } = plan.prices;
    const dear = makePlan(
      {
        ...spec,
        constraints: { ...spec.constraints, operationsPerNodeMonth: 70 },
        prices: {
          ...plan.prices,
          shapes: shapes.map((shape) => ({ ...shape, pricePerMonth: 7 * shape.pricePerMonth })),
        },
      },
      OPTIONS,
    );

    expect(dear.cluster?.name).toBe(plan.cluster?.name);
    expect((dear.costPerMonth ?? 0) / (plan.costPerMonth ?? 1)).toBeCloseTo(7, 9);
  });

  it('rejects what is too small with the resource that is short, and keeps no such option', () => {
    const { choice, spec } = makePlan(presetSpec('medium'), OPTIONS);

    expect(choice.rejected.length).toBeGreaterThan(0);
    for (const one of choice.rejected) {
      expect(one.keepsProbability).toBeLessThan(spec.risk.confidence);
      expect(one.rejectedBecause).toContain(one.bottleneck);
    }
    for (const one of choice.ranked) {
      expect(one.keepsProbability).toBeGreaterThanOrEqual(spec.risk.confidence);
    }
  });

  it('says so where no allowed cluster is enough', () => {
    const spec = exactSpec('constraints: { shapes: [m7i.large], mastersMax: 1 }\n');
    const tenants = spec.tenants.map((group) => ({ ...group, count: group.count * 10 }));

    const plan = makePlan({ ...spec, tenants }, { ...OPTIONS, worldCount: 16 });

    expect(plan.recommended).toBeUndefined();
    expect(plan.choice.rejected.map((one) => one.bottleneck)).toContain('memory');
    expect(plan.warnings.join()).toContain('no allowed cluster');
  });
});
