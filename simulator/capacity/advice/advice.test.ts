import { describe, expect, it } from 'vitest';
import { exactSpec, OPTIONS, planOf } from '../plan.fixture.ts';
import { makePlan } from '../plan.ts';
import type { PlanSpec } from '../spec/schema.ts';
import { findAnomalies } from './anomalies.ts';
import { placeTenants } from './placement.ts';

const FEW = { ...OPTIONS, worldCount: 16 };

function changed(change: Partial<PlanSpec['tenants'][number]>, count = 12): PlanSpec {
  const spec = exactSpec();
  const [first, ...rest] = spec.tenants;
  if (first === undefined) throw new Error('no tenants');
  return { ...spec, tenants: [{ ...first, count, ...change }, ...rest] };
}

describe('the decision card', () => {
  it('advises to share where nothing speaks against it', () => {
    expect(makePlan(exactSpec(), FEW).decision?.advice).toBe('share');
  });

  it.each([
    ['a tenant over half of the load', changed({ lookupsPerSecond: 4_000 }, 1)],
    ['spikes over 100 times', changed({ spikeFactor: 101 })],
    ['a hostile tenant', changed({ hostile: true })],
    [
      'a hit ratio under 20 %',
      {
        ...exactSpec(),
        archetypes: {
          pages: { keyCount: 1e8, zipfAlpha: 0, keyBytes: 40, valueBytes: 200, writesPerLookup: 0 },
        },
      },
    ],
  ])('advises against sharing with %s', (_, spec) => {
    expect(makePlan(spec, FEW).decision?.advice).toBe('do not share');
  });

  it('asks for care below ten tenants', () => {
    const spec = exactSpec();
    const tenants = spec.tenants.map((group) => ({ ...group, count: 4, lookupsPerSecond: 50 }));

    expect(makePlan({ ...spec, tenants }, FEW).decision?.advice).toBe('share, but');
  });
});

describe('a cold start', () => {
  it('is judged by what empty caches need: a load and a put for each lookup', () => {
    const { whatIfs } = planOf('large');
    const [usual, cold] = [whatIfs[0], whatIfs.find(({ change }) => change === 'cold start')];

    expect(cold).toMatchObject({ hitRatio: 0, residentBytes: usual?.residentBytes });
    expect(cold?.missesPerSecond).toBeCloseTo(
      (usual?.missesPerSecond ?? 0) / (1 - (usual?.hitRatio ?? 0)),
      6,
    );
  });

  it('does not fit where the puts of all lookups are more than the threads bear', () => {
    const spec = exactSpec('constraints: { mastersMax: 1, operationsPerNodeMonth: 0 }\n');
    const redis = { ...spec.redis, lookupUs: 10, putUs: 400 };
    const { whatIfs } = makePlan({ ...spec, redis }, FEW);
    const [usual, cold] = [whatIfs[0], whatIfs.find(({ change }) => change === 'cold start')];

    expect([usual?.fits, cold?.fits, cold?.bottleneck]).toEqual([true, false, 'processing']);
    // 1,800 lookups a second of 410 us each, of two thirds of a thread.
    expect(cold?.load).toBeCloseTo(1.107, 3);
  });
});

describe('the placement', () => {
  const { placement, cluster, middle } = planOf('large');

  it('puts every tenant on one shard, and evens the shards out', () => {
    const placed = placement?.shards.flatMap((shard) => shard.tenants) ?? [];

    expect([...placed].sort()).toEqual(middle.tenants.map((use) => use.tenant.id).sort());
    expect(placement?.shards).toHaveLength(cluster?.masters ?? 0);
    expect(placement?.imbalancePlaced).toBeLessThan(1.25);
  });

  it('moves tenants where slots alone would crowd a shard', () => {
    const { world } = planOf('large');
    const capacity = { residentBytes: 2 ** 38, serverSeconds: 10, networkMbps: 1e5 };
    const many = placeTenants(middle, world, { masters: 14, capacity });

    expect(many.imbalanceBySlot).toBeGreaterThan(1.5);
    expect(many.imbalancePlaced).toBeLessThan(1.15);
    expect(many.moves.length).toBeLessThan(middle.tenants.length / 2);
    for (const { tenant, to } of many.moves) expect(many.shards[to]?.tenants).toContain(tenant);
  });

  it('keeps hot tenants apart: no shard has two more than another', () => {
    const counts = placement?.shards.map((shard) => shard.hotTenants.length) ?? [];

    expect(Math.max(...counts)).toBeGreaterThan(0);
    expect(Math.max(...counts)).toBeLessThanOrEqual(
      Math.ceil(counts.reduce((sum, one) => sum + one, 0) / counts.length),
    );
  });

  it('splits a tenant that is larger than a shard over partitions', () => {
    const spec = {
      ...changed({ lookupsPerSecond: 5_000 }, 1),
      archetypes: {
        pages: {
          keyCount: 2e6,
          zipfAlpha: 0.2,
          keyBytes: 40,
          valueBytes: 8_000,
          writesPerLookup: 0,
        },
      },
      constraints: { shapes: ['m7i.large'], mastersMax: 40, operationsPerNodeMonth: 10 },
    };
    const plan = makePlan(spec, FEW);

    expect(plan.placement?.split.map(({ tenant }) => tenant)).toContain('a');
  });
});

describe('isolation', () => {
  it('is kept by own quotas and lost in one LRU without a limiter', () => {
    const rows = planOf('large').isolation?.rows ?? [];
    const worst = (sharing: RegExp) =>
      rows.find((row) => sharing.test(row.sharing))?.worstLoss ?? Number.NaN;

    expect(worst(/own quotas/)).toBeLessThan(0.05);
    expect(worst(/no limiter/)).toBeGreaterThan(0.1);
  });
});

describe('anomalies', () => {
  const history = (last: number) =>
    [100, 103, 105, 109, 112, last].map((usage, month) => ({
      at: `2026-0${month + 1}-01`,
      usageBytes: usage * 1e6,
      lookupsPerSecond: 50 + month,
    }));
  const group = (last: number) => ({
    ...(exactSpec().tenants[0] as never as object),
    history: history(last),
  });

  it('are tenants whose latest use left the line of their past', () => {
    const found = findAnomalies([group(230) as never]);

    expect(found).toMatchObject([{ figure: 'usage', at: '2026-06-01', seen: 230e6 }]);
  });

  it('are none where the line goes on', () => {
    expect(findAnomalies([group(115) as never])).toEqual([]);
  });
});

describe('published figures', () => {
  const points = new Map(planOf('large').published.map((point) => [point.figure, point]));

  it('are answered point by point, with a reason for every one', () => {
    expect(points.size).toBeGreaterThanOrEqual(10);
    for (const point of points.values()) expect(point.because).not.toBe('');
  });

  it('that cannot be true together are said not to agree', () => {
    expect(points.get('requests inside the deadline')?.agrees).toBe(false);
    expect(points.get('quotas against memory')?.agrees).toBe(false);
    expect(points.get('memory of the masters')?.agrees).toBe(true);
  });
});
