import { type Calibration, type CalibrationRun, calibrate } from './calibration.ts';
import { type ComparedGroup, compareRun, FIGURE_NAMES } from './compare.ts';
import { drawRequests, type RequestList } from './draw-requests.ts';
import type { RunFigures } from './figures.ts';
import { predict } from './predict.ts';
import { simulateSpike } from './spike.ts';
import {
  digestOfWorkload,
  type LiveRun,
  type LiveRuns,
  type LiveSpike,
} from './validation-schema.ts';
import { ARRIVING_S, type Workload } from './workloads.ts';

/** One live run that the calibration has not seen, and how far off the simulator was. */
export interface ValidatedRun {
  readonly workload: string;
  readonly unseen: string;
  /** How busy the back-end was, live and predicted. */
  readonly backendBusyShare: { readonly live: number; readonly predicted: number };
  /** Late by so much the generator was not on time, and the run proves nothing. */
  readonly latenessP99Us: number;
  readonly isOnTime: boolean;
  readonly groups: readonly ComparedGroup[];
}

/** One spike, live and simulated. */
export interface ValidatedSpike {
  readonly without: readonly string[];
  readonly live: string;
  readonly predicted: string;
  /** Undefined where the live run came to no verdict. */
  readonly isSame: boolean | undefined;
}

export interface Validation {
  /** Undefined where a live run to learn from is missing: then nothing is compared. */
  readonly calibration: Calibration | undefined;
  readonly runs: readonly ValidatedRun[];
  readonly spikes: readonly ValidatedSpike[];
  readonly verdict: 'PASS' | 'FAIL' | 'INCONCLUSIVE';
  /** Why it is not PASS. */
  readonly reasons: readonly string[];
}

/** P99 of a generator that keeps time; beyond it the latencies are the generator's. */
export const LATENESS_US_MAX = 2000;

/**
 * Learns from the live runs of the calibration set and predicts the others, which it has not seen.
 * The requests are given, as one would give a forecast of traffic; everything that becomes of them
 * is predicted. Pure: the live runs are all it looks at.
 */
export function validate(workloads: readonly Workload[], live: LiveRuns): Validation {
  const calibration = learn(workloads, live);
  const heldOut = calibration === undefined ? [] : ofSet(workloads, 'held-out');
  const runs = heldOut.flatMap((workload): ValidatedRun[] => {
    const run = latestRun(live, workload);
    if (run === undefined || calibration === undefined) return [];
    return [validateRun(workload, run, calibration)];
  });
  const spikes =
    calibration === undefined
      ? []
      : latestSpikes(live).map((spike) => validateSpike(spike, calibration));
  return { calibration, runs, spikes, ...judgeValidation(workloads, live, runs, spikes) };
}

function learn(workloads: readonly Workload[], live: LiveRuns): Calibration | undefined {
  const set = ofSet(workloads, 'calibration');
  const runs = set.flatMap((workload): CalibrationRun[] => {
    const run = latestRun(live, workload);
    if (run === undefined) return [];
    const list = requestsOf(workload);
    const { scriptUs } = run;
    return [{ live: figuresOf(run), scriptUs, predict: (by) => predict(workload, list, by) }];
  });
  return runs.length === set.length ? calibrate(runs) : undefined;
}

export function requestsOf({ seed, options }: Workload): RequestList {
  return drawRequests(seed, options, ARRIVING_S);
}

/** The last try of a workload, as it is spelt today. */
export function latestRun({ runs }: LiveRuns, workload: Workload): LiveRun | undefined {
  const digest = digestOfWorkload(workload);
  return runs.filter(({ workloadDigest }) => workloadDigest === digest).at(-1);
}

export function isOnTime({ latenessP99Us }: LiveRun): boolean {
  return latenessP99Us <= LATENESS_US_MAX;
}

function ofSet(workloads: readonly Workload[], set: Workload['set']): Workload[] {
  return workloads.filter((workload) => workload.set === set);
}

function latestSpikes({ spikes }: LiveRuns): LiveSpike[] {
  const byProtections = new Map(spikes.map((spike) => [spike.without.join(), spike]));
  return [...byProtections.values()];
}

function validateRun(workload: Workload, run: LiveRun, calibration: Calibration): ValidatedRun {
  const predicted = predict(workload, requestsOf(workload), calibration);
  const figures = figuresOf(run);
  const tierOf = (name: string) =>
    workload.options.tenants.find(({ tenant }) => tenant === name)?.tier.name ?? '';
  return {
    workload: workload.name,
    unseen: workload.unseen,
    backendBusyShare: { live: figures.backendBusyShare, predicted: predicted.backendBusyShare },
    latenessP99Us: run.latenessP99Us,
    isOnTime: isOnTime(run),
    groups: compareRun(figures, predicted, tierOf),
  };
}

/** JSON has no NaN: a ratio of nothing was written as null. */
function figuresOf({ figures }: LiveRun): RunFigures {
  const tenants = figures.tenants.map((one) => ({
    ...one,
    missRatio: one.missRatio ?? Number.NaN,
  }));
  return { ...figures, tenants };
}

function validateSpike(spike: LiveSpike, calibration: Calibration): ValidatedSpike {
  const predicted = simulateSpike(spike.options, calibration).verdict;
  const isDecided = spike.verdict.startsWith('PASS') || spike.verdict === 'FAIL';
  const short = (verdict: string) => (verdict.startsWith('PASS') ? 'PASS' : verdict);
  return {
    without: spike.without,
    live: spike.verdict,
    predicted,
    isSame: isDecided ? short(spike.verdict) === short(predicted) : undefined,
  };
}

function judgeValidation(
  workloads: readonly Workload[],
  live: LiveRuns,
  runs: readonly ValidatedRun[],
  spikes: readonly ValidatedSpike[],
): Pick<Validation, 'verdict' | 'reasons'> {
  const failed = [
    ...runs.flatMap(({ workload, groups, isOnTime: counts }) =>
      counts
        ? groups.flatMap(({ group, figures }) =>
            FIGURE_NAMES.filter((name) => !figures[name].isMet).map(
              (name) => `${workload}, ${group}: ${name} is off by more than its bound`,
            ),
          )
        : [],
    ),
    ...spikes
      .filter(({ isSame }) => isSame === false)
      .map(
        ({ without, live: seen, predicted }) =>
          `spike${off(without)}: ${seen} live, ${predicted} simulated`,
      ),
  ];
  const open = [
    ...workloads
      .filter((workload) => latestRun(live, workload) === undefined)
      .map(({ name }) => `${name}: no live run`),
    ...runs
      .filter((run) => !run.isOnTime)
      .map(({ workload }) => `${workload}: requests started late`),
    ...[[], ['limiter']]
      .filter((without) => !spikes.some((one) => one.without.join() === without.join()))
      .map((without) => `spike${off(without)}: no live run`),
    ...spikes
      .filter(({ isSame }) => isSame === undefined)
      .map(({ without, live: seen }) => `spike${off(without)}: ${seen} live, which is no verdict`),
  ];
  if (failed.length > 0) return { verdict: 'FAIL', reasons: [...failed, ...open] };
  return { verdict: open.length > 0 ? 'INCONCLUSIVE' : 'PASS', reasons: open };
}

function off(without: readonly string[]): string {
  return without.length === 0 ? '' : ` without ${without.join(', ')}`;
}
