import type { GroupFigures, RunFigures } from './figures.ts';

/** What the simulator has to be told of the servers and of the way to them, in microseconds. */
export interface Calibration {
  /** To Redis and to the back-end, one way, with what client and server do about it. */
  readonly networkUs: number;
  readonly backendNetworkUs: number;
  /** Mean of an exponential part of the way to the back-end. */
  readonly backendJitterUs: number;
  readonly lookupUs: number;
  readonly putUs: number;
}

/** One live run to learn from. */
export interface CalibrationRun {
  readonly live: RunFigures;
  readonly scriptUs: number;
  /** The simulator's figures of the same workload. */
  predict(calibration: Calibration): RunFigures;
}

/**
 * Learns from live runs. The server's times for lookups and puts come from its own clock, by least
 * squares over the runs; the two ways from the mean of hits and the mean of loads, of which the
 * simulator without them explains all but twice the way. What part of the way to the back-end is
 * not constant is what brings the P99 of all answers nearest.
 */
export function calibrate(runs: readonly CalibrationRun[]): Calibration {
  const nothing = { networkUs: 0, backendNetworkUs: 0, backendJitterUs: 0 };
  const server = { ...nothing, ...scriptTimes(runs) };
  const networkUs = Math.max(0, unexplainedUs(runs, server, 'hits') / 2);
  const near = { ...server, networkUs };
  const wayUs = Math.max(0, unexplainedUs(runs, near, 'loaded'));
  const withJitter = (jitterUs: number): Calibration => ({
    ...near,
    backendJitterUs: jitterUs,
    backendNetworkUs: (wayUs - jitterUs) / 2,
  });
  return withJitter(findJitterUs(runs, wayUs, withJitter));
}

/** Halvings of the range: to a thousandth of it. */
const HALVINGS = 10;

/** The share of the way whose spread explains the P99 of answers; more of it makes P99 larger. */
function findJitterUs(
  runs: readonly CalibrationRun[],
  wayUs: number,
  withJitter: (jitterUs: number) => Calibration,
): number {
  const isTooLittle = (jitterUs: number) => {
    const missing = runs.map((run) => {
      const predicted = allOf(run.predict(withJitter(jitterUs))).answered.p99Us;
      return Math.log(allOf(run.live).answered.p99Us / predicted);
    });
    return missing.reduce((sum, one) => sum + one, 0) > 0;
  };
  if (wayUs === 0 || isTooLittle(wayUs)) return wayUs;
  let [low, high] = [0, wayUs];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (isTooLittle(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Mean over the runs of what is missing from the predicted mean, weighed by answers. */
function unexplainedUs(
  runs: readonly CalibrationRun[],
  calibration: Calibration,
  path: 'hits' | 'loaded',
): number {
  let sumUs = 0;
  let count = 0;
  for (const run of runs) {
    const live = allOf(run.live)[path];
    const predicted = allOf(run.predict(calibration))[path];
    sumUs += live.count * (live.meanUs - predicted.meanUs);
    count += live.count;
  }
  return count === 0 ? 0 : sumUs / count;
}

/** A script takes the server some microseconds: what lies outside of these bounds is no answer. */
const SCRIPT_US_MIN = 1;
const SCRIPT_US_MAX = 500;

function scriptTimes(runs: readonly CalibrationRun[]): { lookupUs: number; putUs: number } {
  let [ll, lp, pp, lt, pt] = [0, 0, 0, 0, 0];
  for (const { live, scriptUs } of runs) {
    const { requestCount: lookups, loaded } = allOf(live);
    ll += lookups * lookups;
    lp += lookups * loaded.count;
    pp += loaded.count * loaded.count;
    lt += lookups * scriptUs;
    pt += loaded.count * scriptUs;
  }
  const determinant = ll * pp - lp * lp;
  // Runs of the same mix cannot tell the two apart: then both take the mean.
  const isTold = determinant > 1e-3 * ll * pp;
  const mean = (lt + pt) / (ll + 2 * lp + pp);
  const within = (us: number) => Math.min(SCRIPT_US_MAX, Math.max(SCRIPT_US_MIN, us));
  return {
    lookupUs: within(isTold ? (pp * lt - lp * pt) / determinant : mean),
    putUs: within(isTold ? (ll * pt - lp * lt) / determinant : mean),
  };
}

function allOf({ groups }: RunFigures): GroupFigures {
  const all = groups.find(({ group }) => group === 'all');
  if (all === undefined) throw new Error('a run without figures of all tenants');
  return all;
}
