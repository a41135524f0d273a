import { setTimeout as sleep } from 'node:timers/promises';
import type { JudgeOptions } from '../../results/judge-options.ts';
import type { Arm, RoundMeasurement, WindowMeasurement } from '../../results/window.ts';
import { redGates } from '../../results/window-gates.ts';
import type { Experiment } from './experiment.ts';
import { type Load, startLoad } from './load.ts';
import type { LoadPlan } from './load-plan.ts';
import { ROUNDS_SPARE } from './plan-load.ts';
import { type Reading, takeReading, type Watched } from './readings.ts';
import { windowStartMs } from './schedule.ts';
import type { SlotSamples } from './slot-samples.ts';
import { keysOfTenants, restoreWarmState } from './warm-state.ts';
import { measureWindow, type WindowEvidence } from './windows.ts';

/** What happens while the rounds go by. */
export type Step =
  | { readonly kind: 'window'; readonly slot: number; readonly round: number; readonly arm: string }
  | {
      readonly kind: 'round';
      readonly round: RoundMeasurement;
      /** Why it will be measured again; empty where it stands. */
      readonly repeatedFor: readonly string[];
    };

/** A reading begins this long before its moment, so that it is there in time. */
const READING_LEAD_MS = 15;

/**
 * Yields each round of a plan as soon as its slots are there. Round 0 is discarded. A round in
 * which the instrument itself failed (an instrument gate is red: what the spike does to neighbours
 * is none of them) is measured again as a whole, since its arms belong together, as long as the run
 * has rounds to spare; all tries are kept.
 * @param steps from {@link followSlots}; they end when the caller stops asking
 */
export async function* measureRounds(
  steps: AsyncIterable<SlotStep>,
  plan: LoadPlan,
  judging: JudgeOptions,
): AsyncGenerator<Step> {
  let round = 0;
  let attempt = 0;
  let repeatsLeft = ROUNDS_SPARE;
  let windows: WindowMeasurement[] = [];
  let parts: WindowEvidence[] = [];

  for await (const step of steps) {
    if (step.kind === 'begins') {
      yield { kind: 'window', slot: step.slot, round: roundOf(step.slot), arm: step.arm };
      continue;
    }
    const { slot, samples, from, to } = step;
    const runStartedMs = plan.schedule.epochMs;
    parts.push({ plan, slot, round, attempt, runStartedMs, samples, from, to });
    // A foreign value decides the run: what is there of the round is handed over at once.
    if ((slot + 1) % plan.slotsARound !== 0 && samples.foreignCount === 0) continue;
    const latest = measureArms(parts);
    parts = [];
    windows.push(...latest);
    const red = round === 0 ? [] : latest.flatMap((window) => redGates(window, judging));
    const repeatedFor = repeatsLeft > 0 ? [...new Set(red)] : [];
    yield {
      kind: 'round',
      round: { round, discarded: round === 0, windows: [...windows] },
      repeatedFor,
    };
    if (repeatedFor.length > 0) {
      repeatsLeft -= 1;
      attempt += 1;
      continue;
    }
    attempt = 0;
    round += 1;
    windows = [];
  }

  /** What the slot under way will count as, as far as is known yet. */
  function roundOf(slot: number): number {
    return slot % plan.slotsARound === 0 && parts.length > 0 ? round + 1 : round;
  }
}

/** What happens while the slots go by. */
export type SlotStep =
  | { readonly kind: 'begins'; readonly slot: number; readonly arm: Arm }
  | {
      readonly kind: 'over';
      readonly slot: number;
      readonly samples: SlotSamples;
      /** Readings at the bounds of the window. */
      readonly from: Reading;
      readonly to: Reading;
    };

/**
 * Runs the plan and yields each slot as soon as all that is known of it is there. The load ends when the
 * caller stops asking.
 */
export async function* followSlots(
  experiment: Experiment,
  plan: LoadPlan,
): AsyncGenerator<SlotStep> {
  const load = await startLoad(experiment.tools, plan);
  try {
    yield* readSlots(experiment, plan, load);
  } finally {
    await load.stop();
  }
}

async function* readSlots(
  experiment: Experiment,
  plan: LoadPlan,
  load: Load,
): AsyncGenerator<SlotStep> {
  const watched = watch(experiment, load);
  const { signal } = experiment;
  const pause = (untilMs: number) => waitUntil(untilMs, load, signal);
  let readings: readonly [Reading, Reading] | undefined;

  // One slot more than there are arms: a slot's samples are complete only in the guard after the
  // next one, since a virtual user hands them over when its last request of the slot has ended.
  for (let slot = 0; slot <= plan.schedule.arms.length; slot++) {
    const startMs = windowStartMs(plan.schedule, slot);
    const arm = plan.schedule.arms[slot];
    if (arm) yield { kind: 'begins', slot, arm };
    await pause(startMs - READING_LEAD_MS);
    const from = await takeReading(watched);
    const endMs = startMs + plan.schedule.windowMs;
    await pause(endMs - READING_LEAD_MS);
    const to = await takeReading(watched);
    await pause(endMs);
    await restore(experiment, slot);

    const before = readings;
    readings = [from, to];
    if (!before) continue;
    const samples = load.samples.take(slot - 1);
    yield { kind: 'over', slot: slot - 1, samples, from: before[0], to: before[1] };
  }
}

/** The windows of a round's parts, an arm each, in the order in which the arms came first. Pure. */
export function measureArms(parts: readonly WindowEvidence[]): WindowMeasurement[] {
  const armOf = ({ plan, slot }: WindowEvidence) => plan.schedule.arms[slot];
  const arms = [...new Set(parts.map(armOf))];
  return arms.map((arm) => measureWindow(parts.filter((part) => armOf(part) === arm)));
}

export function watch({ shared, placebo, traffic, options }: Experiment, load: Load): Watched {
  const keysOf = keysOfTenants(!options.without.includes('namespace'));
  return {
    shared,
    placebo,
    tenants: [...new Set([...traffic.neighbours, traffic.hot].map(keysOf))],
    hot: keysOf(traffic.hot),
    pids: {
      ...load.pids,
      sharedRedis: shared.redis.pid,
      sharedBackend: shared.backend.pid,
      ...(placebo ? { placeboRedis: placebo.redis.pid, placeboBackend: placebo.backend.pid } : {}),
    },
  };
}

export async function restore(
  { shared, placebo, traffic, options }: Experiment,
  slot: number,
): Promise<void> {
  const keysOf = keysOfTenants(!options.without.includes('namespace'));
  await restoreWarmState(shared, [...traffic.neighbours, traffic.hot], keysOf, slot);
  if (placebo) await restoreWarmState(placebo, [traffic.hot, traffic.standIn], keysOf, slot);
}

/** Waits for a moment under load: not beyond the load's end, nor beyond a Ctrl-C. */
export async function waitUntil(atMs: number, load: Load, signal: AbortSignal): Promise<void> {
  const leftMs = Math.max(0, atMs - Date.now());
  await Promise.race([sleep(leftMs, undefined, { signal }), load.broken]);
}
