import type { Need } from './need.ts';
import type { PlanSpec } from './spec/schema.ts';

/** Where the memory goes, line by line; the lines add up to the total. */
export interface MemorySum {
  readonly dataBytes: number;
  readonly overheadBytes: number;
  readonly fragmentationBytes: number;
  readonly processBytes: number;
  readonly reserveBytes: number;
  readonly replicaBytes: number;
  readonly totalBytes: number;
  /** Without replicas: what the masters' nodes must have together. */
  readonly mastersBytes: number;
}

export function memorySum(need: Need, masters: number, { redis }: PlanSpec): MemorySum {
  const { dataBytes, overheadBytes, fragmentationBytes } = need;
  const processBytes = masters * redis.processBytes;
  const resident = dataBytes + overheadBytes + fragmentationBytes + processBytes;
  const reserveBytes = resident / (1 - redis.reserve) - resident;
  const mastersBytes = resident + reserveBytes;
  const replicaBytes = mastersBytes * redis.replicas;
  return {
    dataBytes,
    overheadBytes,
    fragmentationBytes,
    processBytes,
    reserveBytes,
    replicaBytes,
    mastersBytes,
    totalBytes: mastersBytes + replicaBytes,
  };
}
