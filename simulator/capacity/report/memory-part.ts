import type { Plan } from '../plan.ts';
import type { Part } from './part.ts';
import { gib, percent } from './spell.ts';

/** Part 4: where the memory goes. */
export function memoryPart({ memory, spec, cluster }: Plan): Part {
  const line = (name: string, bytes: number) => [
    name,
    gib(bytes),
    percent(bytes / memory.totalBytes),
  ];
  const bought = cluster && cluster.masters * (1 + cluster.replicas) * cluster.node.memoryBytes;
  return {
    id: 'memory',
    title: 'Memory',
    text: [
      `Middle world. Reserve ${(100 * spec.redis.reserve).toFixed(0)} % of each node, ${spec.redis.replicas} replica(s) of each master.${bought === undefined ? '' : ` The advised cluster has ${Math.round(bought / 2 ** 30)} GiB in all its nodes, since it is sized for ${(100 * spec.risk.confidence).toFixed(0)} % of worlds.`}`,
    ],
    tables: [
      {
        id: 'memory-sum',
        caption: 'Memory in GiB',
        columns: ['part', 'GiB', 'share %'],
        rows: [
          line('keys and values', memory.dataBytes),
          line('overhead of entries and indexes', memory.overheadBytes),
          line('fragmentation', memory.fragmentationBytes),
          line('empty processes', memory.processBytes),
          line('reserve', memory.reserveBytes),
          line('masters together', memory.mastersBytes),
          line('replicas', memory.replicaBytes),
          line('total', memory.totalBytes),
        ],
      },
    ],
  };
}
