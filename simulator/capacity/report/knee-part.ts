import type { Cluster } from '../cluster.ts';
import type { KneeReport } from '../knee-report.ts';
import type { Plan } from '../plan.ts';
import type { Part, PartCell, PartChart } from './part.ts';
import { decimal, group, percent, whole } from './spell.ts';

/** Part 5: how far from the edge. */
export function kneePart({ knee, currentKnee, cluster, current }: Plan): Part {
  const rows = [...rowOf('today', current, currentKnee), ...rowOf('advised', cluster, knee)];
  return {
    id: 'knee',
    title: 'Load, knee and headroom',
    text: [
      'Safe load: two thirds of a thread (the inverse of a CPU buffer of 1.5). Knee: where the P99 of a hit reaches 1 ms on an M/G/1 server, or a thread is 95 % busy. Headroom: the free share of the resource that is full first.',
    ],
    charts: chartOf(cluster?.name ?? current?.name ?? '', knee ?? currentKnee),
    tables: [
      {
        id: 'knee-table',
        caption: 'Load of the middle world, lookups a second',
        columns: [
          'cluster',
          'nodes',
          'memory %',
          'processing %',
          'network %',
          'first',
          'headroom %',
          'load',
          'safe',
          'knee',
          'thread %',
          'hit P99 ms',
        ],
        rows,
      },
    ],
  };
}

function chartOf(name: string, knee: KneeReport | undefined): PartChart[] {
  if (knee === undefined) return [];
  const { lookupsPerSecond, safeLookupsPerSecond, kneeLookupsPerSecond, curve } = knee;
  const thousand = (perSecond: number) => perSecond / 1_000;
  return [
    {
      id: 'knee',
      title: `P99 of a hit by load, ${name}`,
      summary: `Today ${group(lookupsPerSecond)} lookups/s, safe to ${group(safeLookupsPerSecond)}, knee at ${group(kneeLookupsPerSecond)}.`,
      x: { label: 'thousand lookups a second, all masters together' },
      y: { label: 'P99 of a hit inside Redis, ms' },
      series: [
        {
          name: 'P99 of a hit',
          points: curve.map((point) => ({
            x: thousand(point.lookupsPerSecond),
            y: point.hitMsP99,
          })),
        },
      ],
      rules: [
        { at: thousand(lookupsPerSecond), label: 'load', axis: 'x' },
        { at: thousand(safeLookupsPerSecond), label: 'safe', axis: 'x' },
        { at: thousand(kneeLookupsPerSecond), label: 'knee', axis: 'x' },
      ],
    },
  ];
}

function rowOf(
  what: string,
  cluster: Cluster | undefined,
  knee: KneeReport | undefined,
): PartCell[][] {
  if (cluster === undefined || knee === undefined) return [];
  return [
    [
      `${what}: ${cluster.name}`,
      whole(cluster.masters * (1 + cluster.replicas)),
      percent(knee.load.memory),
      percent(knee.load.processing),
      percent(knee.load.network),
      knee.bottleneck,
      percent(knee.headroom),
      whole(knee.lookupsPerSecond),
      whole(knee.safeLookupsPerSecond),
      whole(knee.kneeLookupsPerSecond),
      percent(knee.threadUtilisation),
      decimal(knee.hitMsP99, 3),
    ],
  ];
}
