import { thinCurve } from '../curve/miss-ratio-curve.ts';
import type { CurveRow } from '../curves.ts';
import type { Plan } from '../plan.ts';
import type { Part, PartSeries } from './part.ts';
import { decimal, gib, percent } from './spell.ts';

const MIB = 2 ** 20;
const CHART_POINTS = 60;

/** Part 3: what memory buys each tenant. */
export function curvesPart({ curves }: Plan): Part {
  const medians = medianOfEachTier(curves);
  return {
    id: 'curves',
    title: 'Miss-ratio curves and quotas',
    text: [
      "Each curve is LRU under the tier's TTL: beyond its end more memory changes nothing, because the TTL ends every entry first. The knee is the point farthest above the straight line between the ends. Advised quota: 99 % of the hits that unlimited memory gives, and 15 % on top.",
    ],
    charts: [
      {
        id: 'miss-ratio',
        title: 'Miss ratio by memory, the middle tenant of each tier',
        summary: medians
          .map(({ tier, kneeBytes }) => `${tier}: knee at ${(kneeBytes / MIB).toFixed(0)} MiB`)
          .join('; '),
        x: { label: 'memory of one tenant, MiB', isLog: true },
        y: { label: 'miss ratio', domain: [0, 1] },
        series: medians.map(seriesOf),
      },
    ],
    tables: [
      {
        id: 'curves-table',
        caption: 'Curves: sizes in GiB, marginal value in misses/s saved by one GiB more',
        columns: [
          'tenant',
          'tier',
          'best hits %',
          'knee',
          'hits at knee %',
          '90 %',
          '95 %',
          '99 %',
          'for promise',
          'advised quota',
          'quota',
          'value at knee',
          'value at use',
        ],
        rowsShown: 8,
        rows: curves.map((row) => [
          row.tenant,
          row.tier,
          percent(row.bestHitRatio),
          gib(row.kneeBytes),
          percent(row.kneeHitRatio),
          gib(row.bytesFor90),
          gib(row.bytesFor95),
          gib(row.bytesFor99),
          row.bytesForPromise === null ? 'never' : gib(row.bytesForPromise),
          gib(row.quotaAdviceBytes),
          gib(row.quotaBytes),
          decimal(row.marginalAtKnee, 1),
          decimal(row.marginalAtUse, 1),
        ]),
      },
    ],
  };
}

function medianOfEachTier(curves: readonly CurveRow[]): CurveRow[] {
  return [...new Set(curves.map(({ tier }) => tier))].flatMap((tier) => {
    const ofTier = curves.filter((row) => row.tier === tier);
    return ofTier[Math.floor(ofTier.length / 2)] ?? [];
  });
}

function seriesOf({ tier, curve }: CurveRow): PartSeries {
  const { sizes, missRatios } = thinCurve(curve, CHART_POINTS);
  const points = Array.from(sizes, (size, at) => ({ x: size / MIB, y: missRatios[at] ?? 1 }));
  return { name: tier, points: points.filter(({ x }) => x > 0.01) };
}
