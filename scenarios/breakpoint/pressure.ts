import type { Pressure } from '../../results/breakpoint/breakpoint-schema.ts';
import { busyShareBetween } from '../backend/worker-pool.ts';
import type { WindowEvidence } from '../spike/windows.ts';

/** What the shared servers had to bear during some windows of one arm. Pure. */
export function pressureOf(parts: readonly WindowEvidence[], backendWorkers: number): Pressure {
  const sum = (measure: (part: WindowEvidence) => number) =>
    parts.reduce((total, part) => total + measure(part), 0);
  const ms = Math.max(
    1,
    sum(({ from, to }) => to.atMs - from.atMs),
  );
  const isTold = parts.every(
    ({ from, to }) => from.mainThreadMs !== null && to.mainThreadMs !== null,
  );
  const busyMs = sum(({ from, to }) => (to.mainThreadMs ?? 0) - (from.mainThreadMs ?? 0));
  const refused = sum(({ from, to }) => to.backend.rejectedCount - from.backend.rejectedCount);
  return {
    redisThreadShare: isTold && parts.length > 0 ? busyMs / ms : null,
    backendBusyShare:
      sum(({ from, to }) => busyShareBetween(from.backend, to.backend, backendWorkers)) /
      Math.max(1, parts.length),
    backendQueuePeak: Math.max(0, ...parts.map(({ to }) => to.backend.queuedPeak)),
    backendRefusedPerSecond: (1000 * refused) / ms,
    refusedConnectionCount: sum(({ from, to }) => to.refusedConnections - from.refusedConnections),
  };
}
