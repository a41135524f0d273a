import type { Histogram } from 'hdr-histogram-js';

/**
 * The three arms of a round: neighbours with the hot tenant at its ordinary rate (`baseline`),
 * with the spike aimed at unshared servers (`placebo`), with the spike aimed at the shared ones.
 */
export type Arm = 'baseline' | 'placebo' | 'spike';

/** Which way a neighbour's request was planned to go: answered by the cache, or by the back-end. */
export type Path = 'hit' | 'miss';

/** What one neighbour experienced on one path during one window. */
export interface Samples {
  /** Response times (finished - scheduled) of the requests that succeeded, in microseconds. */
  readonly latencyUs: Histogram;
  /** Requests that failed, timed out or were dropped: they rank at the cap, by count. */
  readonly failedCount: number;
}

export interface NeighbourSamples {
  readonly tenant: string;
  readonly tier: string;
  readonly hit: Samples;
  readonly miss: Samples;
  /** Lookups that the cache answered, whatever was planned. */
  readonly observedHitCount: number;
}

/** Neighbours' reads that brought a value, and how many of them brought somebody else's. */
export interface Reads {
  /** Values whose seal was compared with the reader's tenant and key. */
  readonly checkedCount: number;
  /** Values under another tenant's or key's seal: the wall does not hold. */
  readonly foreignCount: number;
}

/** Offered load of one side in one window: what was planned, and what the servers counted. */
export interface Offered {
  readonly plannedCount: number;
  /** Counted by the core's own counters in Redis, never by the generator. */
  readonly servedCount: number;
  /** Iterations that k6 scheduled and never started. */
  readonly droppedCount: number;
}

/** Everything the judge knows of one window. Counts cover the window only, not its guard. */
export interface WindowMeasurement {
  readonly round: number;
  readonly arm: Arm;
  /** 0 for the first try; counts up where the round was measured again. */
  readonly attempt: number;
  /** Milliseconds since the run began. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly neighbours: readonly NeighbourSamples[];
  /** Null where the values that came back were not checked. */
  readonly reads: Reads | null;
  readonly offeredNeighbours: Offered;
  /** The hot tenant's load on whichever servers this arm aims it at, its ordinary share included. */
  readonly offeredHot: Offered;
  readonly hotAdmittedCount: number;
  readonly hotRejectedCount: number;
  /** EVALSHA calls per second on the shared server, by commandstats. */
  readonly sharedCommandsPerSecond: number;
  /** Most neighbour requests in flight at once, and the virtual users there were for them. */
  readonly neighbourVusPeak: number;
  readonly neighbourVusMax: number;
  /** False where drops made the intended starts unknowable: samples count from actual starts. */
  readonly scheduledStartsKnown: boolean;
  /** How late requests started after their schedule, P99, in microseconds. */
  readonly latenessP99Us: number;
  /** Shares of one core, by process: 1 is a core fully used. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Largest disagreement between wall clock and monotonic clock, in milliseconds. */
  readonly clockStepMs: number;
  /** Forks (RDB, AOF rewrite) of the shared server during the window. */
  readonly forkCount: number;
  /** Keys that Redis's own expiry removed on the shared server, per second. */
  readonly expiredKeysPerSecond: number;
  /** Time that tasks waited for a CPU (PSI some, share of the window), and stolen CPU share. */
  readonly cpuPressure?: number;
  readonly cpuSteal?: number;
}

/** One round: its windows in the order they ran. */
export interface RoundMeasurement {
  readonly round: number;
  /** Discarded rounds warm the system up and are kept in the record only. */
  readonly discarded: boolean;
  readonly windows: readonly WindowMeasurement[];
}

/** What calibration found before the rounds. */
export interface Calibration {
  /** Requests per second that the generators reached together, counted by the servers. */
  readonly ceilingPerSecond: number;
  /** Requests per second that the plan asks for at most. */
  readonly plannedPerSecond: number;
}
