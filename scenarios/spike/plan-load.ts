import { TIERS } from '../../core/tenancy/tier.ts';
import { mostRounds } from '../../results/sequential.ts';
import type { Arm } from '../../results/window.ts';
import type { Deployment } from './deployment.ts';
import type { Experiment } from './experiment.ts';
import type { LoadPlan, Protections, Side } from './load-plan.ts';
import type { SpikeOptions } from './options.ts';
import { fittingRounds, START_UP_MS } from './run-length.ts';
import { drawArms, type Length, slotLength, slotMs, slotsARound } from './schedule.ts';

/** A generator outlives the plan, so that its end falls into no window. */
const TAIL_MS = 2000;
/** Repeats that a run has room for, as long as its time allows them. */
export const ROUNDS_SPARE = 6;

/** The neighbours' loads at work are a twentieth of this; the hot tenant's may fill the queue twice. */
const NEIGHBOUR_LOADS_MAX = 128;
const HOT_LOADS_MAX = 512;
const CEILING_VUS = 12;
/** So few that one batch, read at once by a server that does one thing at a time, delays nobody. */
const HOT_BATCH = 5;

/** The whole run as the generators need to know it. */
export function planLoad(experiment: Experiment, epochMs: number): LoadPlan {
  const { options } = experiment;
  const rounds = 1 + mostRounds(options.rounds);
  const withPlacebo = experiment.placebo !== undefined;
  const fitting = fittingRounds(options, withPlacebo ? 3 : 2, options.maxDurationMs);
  const arms = drawArms(options.seed, Math.max(1, Math.min(rounds + ROUNDS_SPARE, fitting)));
  return planArms(
    experiment,
    withPlacebo ? arms : arms.filter((arm) => arm !== 'placebo'),
    epochMs,
  );
}

/** A plan with the given arms. */
export function planArms(
  experiment: Experiment,
  arms: readonly Arm[],
  epochMs: number,
  length: Length = slotLength(experiment.options),
): LoadPlan {
  const { options, traffic, shared, placebo } = experiment;
  return {
    schedule: { epochMs, ...length, arms },
    slotsARound: slotsARound(new Set(arms).size),
    traffic,
    tiers: TIERS,
    namespace: options.namespace,
    shared: sideOf(shared),
    ...(placebo ? { placebo: sideOf(placebo) } : {}),
    protections: protectionsOf(options),
    neighbourLoadsMax: NEIGHBOUR_LOADS_MAX,
    hotLoadsMax: HOT_LOADS_MAX,
    ceilingVus: CEILING_VUS,
    hotPace: 'schedule',
    hotBatch: HOT_BATCH,
    // One slot more: the last one's samples come in it.
    durationMs: START_UP_MS + (arms.length + 1) * slotMs(length) + TAIL_MS,
  };
}

export function protectionsOf({
  without,
  withLocalDeny,
}: Pick<SpikeOptions, 'without' | 'withLocalDeny'>): Protections {
  return {
    namespace: !without.includes('namespace'),
    limiter: !without.includes('limiter'),
    deadline: !without.includes('timeout'),
    localDeny: withLocalDeny,
  };
}

function sideOf(side: Deployment): Side {
  return { redisUrl: side.redis.url, backendUrl: side.backend.url };
}
