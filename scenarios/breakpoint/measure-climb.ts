import type { BreakpointOptions } from '../../results/breakpoint/breakpoint-schema.ts';
import { formatTimes } from '../../results/breakpoint/spell-finding.ts';
import type { BreakpointRound } from '../../results/breakpoint/trial.ts';
import type { Progress } from '../../results/output/progress.ts';
import type { Experiment } from '../spike/experiment.ts';
import type { LoadPlan, Pace } from '../spike/load-plan.ts';
import { planArms, protectionsOf } from '../spike/plan-load.ts';
import { measureArms, type SlotStep } from '../spike/rounds.ts';
import { START_UP_MS } from '../spike/run-length.ts';
import { drawArms, slotMs, slotsARound } from '../spike/schedule.ts';
import type { WindowEvidence } from '../spike/windows.ts';
import type { Try } from './choose-try.ts';
import type { BreakpointRunOptions } from './options.ts';
import { pressureOf } from './pressure.ts';

/** A round's arms in two mirrored parts each: half as many slots as a spike run's, for the ladder. */
const PARTS = 2;

/** As many rounds as there is time for, each arm in two parts, mirrored. */
export function planClimb(
  experiment: Experiment,
  { spike, without }: BreakpointRunOptions,
  { rungs }: BreakpointOptions,
  paceUrl: string,
): LoadPlan {
  const length = { guardMs: spike.guardMs, windowMs: spike.windowMs / PARTS };
  const withPlacebo = experiment.placebo !== undefined;
  const slots = slotsARound(withPlacebo ? 3 : 2, PARTS);
  const fitting = Math.floor((spike.maxDurationMs - START_UP_MS) / slotMs(length) - 1) / slots;
  const all = drawArms(spike.seed, Math.max(2, Math.floor(fitting)), PARTS);
  const arms = withPlacebo ? all : all.filter((arm) => arm !== 'placebo');
  const hotRatePerSecond = (rungs.at(-1) ?? 1) * spike.ordinaryRatePerSecond;
  const traffic = { ...experiment.traffic, hotRatePerSecond };
  const plan = planArms({ ...experiment, traffic }, arms, Date.now() + START_UP_MS, length);
  const unprotected = protectionsOf({ ...spike, without });
  return { ...plan, slotsARound: slots, unprotected, paceUrl };
}

/**
 * Measures round by round; the first one warms everything up.
 * @param steps from `followSlots`; they end when the caller stops asking
 */
export async function* measureClimb(
  steps: AsyncIterable<SlotStep>,
  options: BreakpointRunOptions,
  plan: LoadPlan,
  tries: readonly (Try | undefined)[],
  progress: Progress,
): AsyncGenerator<BreakpointRound> {
  let parts: WindowEvidence[] = [];
  for await (const step of steps) {
    const round = Math.floor(step.slot / plan.slotsARound);
    if (step.kind === 'begins') {
      const tried = tries[round];
      const what = tried ? describeTry(tried) : 'next rate';
      progress.advance(step.slot + 1, plan.schedule.arms.length, `${what}: ${step.arm}`);
      continue;
    }
    const { slot, samples, from, to } = step;
    const pace = paceOf(tries[round] ?? QUIET, options);
    const traffic = { ...plan.traffic, hotRatePerSecond: pace.hotRatePerSecond };
    const of = { round, attempt: 0, runStartedMs: plan.schedule.epochMs };
    parts.push({ ...of, plan: { ...plan, traffic }, slot, samples, from, to });
    // A foreign value decides the run, whatever the round was for.
    const isDecided = samples.foreignCount > 0;
    if ((slot + 1) % plan.slotsARound !== 0 && !isDecided) continue;
    const measured = parts;
    parts = [];
    if (!tries[round] && !isDecided) continue;
    const tried = tries[round] ?? QUIET;
    const spiked = measured.filter((part) => plan.schedule.arms[part.slot] === 'spike');
    yield {
      round,
      discarded: round === 0,
      windows: measureArms(measured),
      times: tried.times,
      isProtected: pace.isProtected,
      pressure: pressureOf(spiked, options.spike.backendWorkers),
    };
  }
}

/** What is played when both settings are shown and the run is about to end. */
export const QUIET: Try = { times: 1, isProtected: true };

export function paceOf({ times, isProtected }: Try, { spike }: BreakpointRunOptions): Pace {
  return { hotRatePerSecond: times * spike.ordinaryRatePerSecond, isProtected };
}

export function describeTry({ times, isProtected }: Try): string {
  return `${formatTimes(times)} times, ${isProtected ? 'protected' : 'unprotected'}`;
}
