import { setTimeout as sleep } from 'node:timers/promises';
import type { RoundMeasurement, WindowMeasurement } from '../../results/window.ts';
import { gateLimits } from '../../results/window-gates.ts';
import type { Experiment } from './experiment.ts';
import { type Load, startLoad } from './load.ts';
import type { LoadPlan } from './load-plan.ts';
import { type Reading, takeReading, type Watched } from './readings.ts';
import { handOverMs, windowStartMs } from './schedule.ts';
import { restoreWarmState } from './warm-state.ts';
import { measureWindow } from './windows.ts';

/** What happens while the rounds go by. */
export type Step =
  | { readonly kind: 'window'; readonly slot: number; readonly round: number; readonly arm: string }
  | { readonly kind: 'round'; readonly round: RoundMeasurement };

/** A reading begins this long before its moment, so that it is there in time. */
const READING_LEAD_MS = 15;

/**
 * Runs the plan and yields each round as soon as it is measured. Round 0 is discarded. A round in
 * which the generator dropped requests of the neighbours, spike aside, is measured once more as a
 * whole: its arms belong together. The load ends when the caller stops asking.
 */
export async function* measureRounds(experiment: Experiment, plan: LoadPlan): AsyncGenerator<Step> {
  const load = await startLoad(experiment.tools, plan);
  try {
    yield* followSchedule(experiment, plan, load);
  } finally {
    await load.stop();
  }
}

async function* followSchedule(
  experiment: Experiment,
  plan: LoadPlan,
  load: Load,
): AsyncGenerator<Step> {
  const watched = watch(experiment, load);
  const armsARound = new Set(plan.schedule.arms).size;
  const runStartedMs = plan.schedule.epochMs;
  const pause = (untilMs: number) => waitUntil(untilMs, load, experiment.signal);
  let round = 0;
  let attempt = 0;
  let windows: WindowMeasurement[] = [];

  for (let slot = 0; slot < plan.schedule.arms.length; slot++) {
    const startMs = windowStartMs(plan.schedule, slot);
    yield { kind: 'window', slot, round, arm: plan.schedule.arms[slot] ?? '' };
    await pause(startMs - READING_LEAD_MS);
    const from: Reading = await takeReading(watched);
    await pause(startMs + plan.schedule.windowMs - READING_LEAD_MS);
    const to: Reading = await takeReading(watched);
    await pause(startMs + plan.schedule.windowMs);
    await restore(experiment, slot);
    await pause(startMs + plan.schedule.windowMs + handOverMs(plan.schedule));
    const samples = load.samples.take(slot);
    windows.push(measureWindow({ plan, slot, round, attempt, runStartedMs, samples, from, to }));

    if ((slot + 1) % armsARound !== 0) continue;
    const measured = { round, discarded: round === 0, windows };
    yield { kind: 'round', round: measured };
    const repeat = attempt === 0 && round > 0 && windows.some(droppedTooMany);
    attempt = repeat ? 1 : 0;
    if (repeat) continue;
    round += 1;
    windows = [];
  }
}

export function watch({ shared, placebo, traffic }: Experiment, load: Load): Watched {
  return {
    shared,
    placebo,
    tenants: [...traffic.neighbours, traffic.hot].map(({ id }) => id),
    hot: traffic.hot.id,
    pids: {
      ...load.pids,
      sharedRedis: shared.redis.pid,
      sharedBackend: shared.backend.pid,
      ...(placebo ? { placeboRedis: placebo.redis.pid, placeboBackend: placebo.backend.pid } : {}),
      runner: process.pid,
    },
  };
}

export async function restore(
  { shared, placebo, traffic }: Experiment,
  slot: number,
): Promise<void> {
  await restoreWarmState(shared, [...traffic.neighbours, traffic.hot], slot);
  if (placebo) await restoreWarmState(placebo, [traffic.hot], slot);
}

/** Under the spike, drops are the effect; elsewhere they are the generator's fault. */
function droppedTooMany({ arm, offeredNeighbours }: WindowMeasurement): boolean {
  const { droppedCount, plannedCount } = offeredNeighbours;
  return arm !== 'spike' && droppedCount > gateLimits.droppedRatioMax * plannedCount;
}

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

async function waitUntil(atMs: number, load: Load, signal: AbortSignal): Promise<void> {
  const aborted = new AbortController();
  const stop = () => aborted.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) throw new Interrupted('interrupted');
    await Promise.race([
      sleep(Math.max(0, atMs - Date.now()), undefined, { signal: aborted.signal }),
      load.broken,
    ]);
  } catch (error) {
    if (signal.aborted) throw new Interrupted('interrupted');
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
