import type { Progress } from '../../results/output/progress.ts';
import type { Calibration } from '../../results/window.ts';
import type { Experiment } from './experiment.ts';
import { startLoad } from './load.ts';
import type { LoadPlan } from './load-plan.ts';
import { planArms } from './plan-load.ts';
import { type Reading, takeReading } from './readings.ts';
import { restore, waitUntil, watch } from './rounds.ts';
import { START_UP_MS } from './run-length.ts';
import { windowStartMs } from './schedule.ts';

/** A closed loop needs no even pace: what matters is what the generators can carry. */
const CEILING_BATCH = 20;
const CEILING_WINDOW_MS = 1500;
const CEILING_GUARD_MS = 500;

/**
 * Finds out how much the generators can do on this host: the neighbours at their rate, the hot
 * tenant as fast as it gets answers, all servers running. Counted by the servers. The more the plan
 * stays below this, the less the generators themselves are what is measured.
 */
export async function calibrate(experiment: Experiment, progress: Progress): Promise<Calibration> {
  const { options } = experiment;
  const neighboursPerSecond = options.neighbourRatePerSecond * options.neighbours;
  progress.say('calibrating: how much load can the generators make here?');
  const plan = planCeiling(experiment);
  const load = await startLoad(experiment.tools, plan);
  try {
    const watched = watch(experiment, load);
    const startMs = windowStartMs(plan.schedule, 0);
    await waitUntil(startMs, load, experiment.signal);
    const from = await takeReading(watched);
    await waitUntil(startMs + CEILING_WINDOW_MS, load, experiment.signal);
    const to = await takeReading(watched);
    // A host that stood still meanwhile carried nothing: the gate says so, as of any low ceiling.
    const ceilingPerSecond = Math.max(
      1,
      Math.round((askedIn(to) - askedIn(from)) / ((to.atMs - from.atMs) / 1000)),
    );
    const plannedPerSecond = neighboursPerSecond + options.hotRatePerSecond;
    progress.say(`ceiling of the generators: ${ceilingPerSecond}/s`);
    return { ceilingPerSecond, plannedPerSecond };
  } finally {
    await load.stop();
    await restore(experiment, 0);
  }
}

function planCeiling(experiment: Experiment): LoadPlan {
  const arm = experiment.placebo ? 'placebo' : 'spike';
  const plan = planArms(experiment, [arm], Date.now() + START_UP_MS);
  return {
    ...plan,
    schedule: { ...plan.schedule, guardMs: CEILING_GUARD_MS, windowMs: CEILING_WINDOW_MS },
    hotPace: 'ceiling',
    hotBatch: CEILING_BATCH,
    durationMs: START_UP_MS + CEILING_GUARD_MS + CEILING_WINDOW_MS,
  };
}

function askedIn(reading: Reading): number {
  const all = [...reading.usage.values(), ...(reading.placeboHot ? [reading.placeboHot] : [])];
  return all.reduce((sum, usage) => sum + usage.admittedCount + usage.rejectedCount, 0);
}
