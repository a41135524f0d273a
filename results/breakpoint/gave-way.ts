import { summarise } from '../estimates.ts';
import { samplesOf } from '../groups.ts';
import { percentileOf } from '../histogram.ts';
import { formatRise } from '../rise.ts';
import type { Arm } from '../window.ts';
import type { Finding } from './breakpoint-schema.ts';
import type { BreakpointRound } from './trial.ts';

/** From here on queues grow whatever the rest of the service does. */
const BUSY_MIN = { backend: 0.9, redisThread: 0.8 } as const;

/**
 * Which shared resource gave way in rounds that broke: one that refused or was busy to its limit;
 * else the one on whose path latency rose more, in proportion: a hit waits for Redis only, a miss for
 * the back-end as well. Generator and host are none of them: what they do shows in the
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
  const [hit, miss] = (['path:hit', 'path:miss'] as const).map((path) => {
    const medians = rounds.map((round) => mediansOf(round, path));
    return {
      addedUs: summarise(medians.map(({ spike, other }) => spike - other)).mean,
      rise: summarise(medians.map(({ spike, other }) => Math.log(spike / other))).mean,
    };
  }) as [Waits, Waits];
  const spell = ({ addedUs, rise }: Waits) => `${Math.round(addedUs)} us (${formatRise(rise)})`;
  const waits = `hits took ${spell(hit)} longer, misses ${spell(miss)}`;
  return miss.rise > hit.rise
    ? { resource: 'back-end', why: `${waits}; ${backend}` }
    : { resource: 'redis', why: `${waits}; ${redis}` };
}

/** What a request that failed counts as. */
const FAILED_US = 10_000_000;

interface Waits {
  readonly addedUs: number;
  /** A logarithm. */
  readonly rise: number;
}

/** A path's median under the spike and without it, microseconds; alike where it was not asked. */
function mediansOf({ windows }: BreakpointRound, path: 'path:hit' | 'path:miss') {
  const median = (arm: Arm) => {
    const window = windows.find((one) => one.arm === arm);
    return window && percentileOf(samplesOf(window, path), 0.5, FAILED_US)?.valueUs;
  };
  const spike = median('spike');
  const other = median('placebo') ?? median('baseline');
  return spike === undefined || other === undefined ? { spike: 1, other: 1 } : { spike, other };
}
