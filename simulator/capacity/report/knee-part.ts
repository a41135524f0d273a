import type { Cluster } from '../cluster.ts';
import type { KneeReport } from '../knee-report.ts';
import type { Plan } from '../plan.ts';
import type { Part, PartCell } from './part.ts';
import { decimal, percent, whole } from './spell.ts';

/** Part 5: how far from the edge. */
export function kneePart({ knee, currentKnee, cluster, current }: Plan): Part {
  const rows = [...rowOf('today', current, currentKnee), ...rowOf('advised', cluster, knee)];
  return {
    id: 'knee',
    title: 'Load, knee and headroom',
    text: [
      'Safe load: two thirds of a thread (the inverse of a CPU buffer of 1.5). Knee: where the P99 of a hit reaches 1 ms on an M/G/1 server, or a thread is 95 % busy. Headroom: the free share of the resource that is full first.',
    ],
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
