import { summarise } from '../estimates.ts';
import { samplesOf } from '../groups.ts';
import { percentileOf } from '../histogram.ts';
import type { Arm, WindowMeasurement } from '../window.ts';
import type { Finding } from './breakpoint-schema.ts';
import type { BreakpointRound } from './trial.ts';

/** From here on queues grow whatever the rest of the service does. */
const BUSY_MIN = { backend: 0.9, redisThread: 0.8 } as const;

/**
 * Which shared resource gave way in rounds that broke: one that refused or was busy to its limit;
 * else the one before which requests waited longer, told by the paths: a hit waits for Redis only,
 * a miss for the back-end as well. Generator and host are none of them: what they do shows in the
 * placebo, too, and such rounds are no evidence. Pure.
 */
export function findGaveWay(rounds: readonly BreakpointRound[]): NonNullable<Finding['gaveWay']> {
  const mean = (measure: (round: BreakpointRound) => number) => summarise(rounds.map(measure)).mean;
  const busy = mean(({ pressure }) => pressure.backendBusyShare);
  const refused = mean(({ pressure }) => pressure.backendRefusedPerSecond);
  const queue = Math.max(...rounds.map(({ pressure }) => pressure.backendQueuePeak));
  const threads = rounds.flatMap(({ pressure }) => pressure.redisThreadShare ?? []);
  const thread = threads.length > 0 ? summarise(threads).mean : undefined;
  const connections = rounds.reduce(
    (sum, { pressure }) => sum + pressure.refusedConnectionCount,
    0,
  );

  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const backend = `its workers were ${percent(busy)} busy, up to ${queue} loads waited, ${Math.round(refused)}/s were refused`;
  const redis =
    thread === undefined ? 'its thread was not read' : `its thread was ${percent(thread)} busy`;
  if (connections > 0) {
    return { resource: 'connections', why: `Redis refused ${connections} for want of a place` };
  }
  if (refused > 0 || busy >= BUSY_MIN.backend) return { resource: 'back-end', why: backend };
  if (thread !== undefined && thread >= BUSY_MIN.redisThread) {
    return { resource: 'redis', why: redis };
  }
  const hit = mean((round) => addedUs(round, 'path:hit'));
  const miss = mean((round) => addedUs(round, 'path:miss'));
  const waits = `hits took ${Math.round(hit)} us longer, misses ${Math.round(miss)} us`;
  return miss > 2 * hit
    ? { resource: 'back-end', why: `${waits}; ${backend}` }
    : { resource: 'redis', why: `${waits}; ${redis}` };
}

/** What sharing added to a path's median, microseconds. */
function addedUs({ windows }: BreakpointRound, path: 'path:hit' | 'path:miss'): number {
  const median = (window: WindowMeasurement | undefined) =>
    window && percentileOf(samplesOf(window, path), 0.5, Number.MAX_SAFE_INTEGER)?.valueUs;
  const of = (arm: Arm) => median(windows.find((window) => window.arm === arm));
  return (of('spike') ?? 0) - (of('placebo') ?? of('baseline') ?? 0);
}
