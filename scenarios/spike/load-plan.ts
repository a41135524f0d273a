import type { Tier } from '../../core/tenancy/tier.ts';
import type { Schedule } from './schedule.ts';
import type { Traffic } from './traffic.ts';

/** What both k6 processes are told, as JSON: where to aim, when, and which protections act. */
export interface LoadPlan {
  readonly schedule: Schedule;
  /** Slots of one round, in which the pace of the load stays the same. */
  readonly slotsARound: number;
  /** Asked for the {@link Pace} of each round; absent where all of them have the same. */
  readonly paceUrl?: string;
  /** With a `paceUrl`, the highest rate of the hot tenant; else its rate in the spike. */
  readonly traffic: Traffic;
  readonly tiers: Readonly<Record<string, Tier>>;
  readonly namespace: string;
  readonly shared: Side;
  /** Left out where there is no placebo: the arm is then left out of the schedule too. */
  readonly placebo?: Side;
  readonly protections: Protections;
  /** Those of the rounds that are paced without protection; absent where there are none. */
  readonly unprotected?: Protections;
  /** Misses that are loaded at once, at most: of the neighbours, and of the hot tenant. */
  readonly neighbourLoadsMax: number;
  readonly hotLoadsMax: number;
  /** Virtual users that look for the ceiling. */
  readonly ceilingVus: number;
  /** `ceiling`: as fast as it can, in a closed loop, to find out how fast that is. */
  readonly hotPace: 'schedule' | 'ceiling';
  /** Requests of the hot tenant that go out in one write. */
  readonly hotBatch: number;
  /** Length of the whole load, from before the epoch to after the last slot. */
  readonly durationMs: number;
}

/** What differs from round to round. */
export interface Pace {
  readonly hotRatePerSecond: number;
  readonly isProtected: boolean;
}

/** One deployment: a Redis and the back-end behind it. */
export interface Side {
  readonly redisUrl: string;
  readonly backendUrl: string;
}

export interface Protections {
  /** Without it all tenants write and read the same keys. */
  readonly namespace: boolean;
  readonly limiter: boolean;
  readonly deadline: boolean;
  /** Rejections remembered in the generator, which then spares Redis the request. */
  readonly localDeny: boolean;
}
