import type { Need } from './need.ts';
import type { PlanSpec, PriceList, Shape } from './spec/schema.ts';

const GIB = 2 ** 30;

/** What limits a cluster first. */
export type Resource = 'memory' | 'processing' | 'network';

/** One cluster that could be bought. */
export interface ClusterOption {
  readonly shape: Shape;
  readonly masters: number;
  readonly replicas: number;
  /** All nodes, in the price list's currency. */
  readonly pricePerMonth: number;
}

/** What a cluster offers, in the units of {@link Need}. */
export interface Capacity {
  /** Bytes that entries may occupy, fragmentation included: reserve and empty processes taken off. */
  readonly residentBytes: number;
  /** Seconds of server threads a second, at the highest utilisation that is safe. */
  readonly serverSeconds: number;
  readonly networkMbps: number;
}

/**
 * Highest mean utilisation of a server thread and of a network card: the inverse of Netflix's CPU
 * buffer of 1.5. Beyond it an unlucky second queues: see `knee.ts`.
 */
export const SAFE_UTILISATION = 1 / 1.5;

export interface ClusterNode {
  readonly memoryBytes: number;
  readonly networkMbps: number;
}

export function capacityOf(node: ClusterNode, masters: number, spec: PlanSpec): Capacity {
  const { reserve, processBytes } = spec.redis;
  return {
    residentBytes: masters * Math.max(0, node.memoryBytes * (1 - reserve) - processBytes),
    serverSeconds: masters * SAFE_UTILISATION,
    networkMbps: masters * node.networkMbps * SAFE_UTILISATION,
  };
}

export function nodeOf(shape: Shape): ClusterNode {
  return { memoryBytes: shape.memoryGiB * GIB, networkMbps: shape.networkMbps };
}

/** Share of each resource that the need takes; above 1 it does not fit. */
export function loadOf(need: Need, capacity: Capacity): Record<Resource, number> {
  return {
    memory: need.residentBytes / capacity.residentBytes,
    processing: need.serverSeconds / capacity.serverSeconds,
    network: need.networkMbps / capacity.networkMbps,
  };
}

export function bottleneckOf(load: Record<Resource, number>): Resource {
  if (load.memory >= load.processing && load.memory >= load.network) return 'memory';
  return load.processing >= load.network ? 'processing' : 'network';
}

/** Masters that a cluster may have: one server, or a Redis Cluster of at least three. */
export function nextMasters(masters: number): number {
  return masters < 1 ? 1 : masters === 1 ? 3 : masters + 1;
}

export function makeOption(shape: Shape, masters: number, spec: PlanSpec): ClusterOption {
  const { replicas } = spec.redis;
  const pricePerMonth = masters * (1 + replicas) * shape.pricePerMonth;
  return { shape, masters, replicas, pricePerMonth };
}

/** The shapes a plan may use, by name. */
export function allowedShapes(spec: PlanSpec, prices: PriceList): readonly Shape[] {
  const names = spec.constraints.shapes;
  return prices.shapes.filter(({ name }) => names === undefined || names.includes(name));
}

/** The least cluster of a shape that bears the need; undefined where none of the allowed size does. */
export function leastMasters(need: Need, shape: Shape, spec: PlanSpec): number | undefined {
  const one = loadOf(need, capacityOf(nodeOf(shape), 1, spec));
  const wanted = Math.ceil(Math.max(one.memory, one.processing, one.network) - 1e-9);
  const masters = wanted <= 1 ? 1 : Math.max(3, wanted);
  return masters <= spec.constraints.mastersMax && Number.isFinite(masters) ? masters : undefined;
}
