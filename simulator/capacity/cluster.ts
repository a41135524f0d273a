import type { Capacity, ClusterNode } from './options.ts';

/** The cluster that the plan's figures are for: what is recommended, and what runs today. */
export interface Cluster {
  readonly name: string;
  readonly node: ClusterNode;
  readonly masters: number;
  readonly replicas: number;
  readonly capacity: Capacity;
}
