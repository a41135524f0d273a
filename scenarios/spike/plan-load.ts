import { TIERS } from '../../core/tenancy/tier.ts';
import { mostRounds } from '../../results/sequential.ts';
import type { Arm } from '../../results/window.ts';
import type { Deployment } from './deployment.ts';
import type { Experiment } from './experiment.ts';
import type { LoadPlan, Side } from './load-plan.ts';
import { fittingRounds, START_UP_MS } from './run-length.ts';
import { drawArms, type Schedule, slotMs } from './schedule.ts';
import {
  neighboursRatePerSecond,
  type Stream,
  spikeRatePerSecond,
  streamRatePerSecond,
} from './traffic.ts';

/** A generator outlives the plan, so that its end falls into no window. */
const TAIL_MS = 2000;
/** Repeats that a run has room for, as long as its time allows them. */
export const ROUNDS_SPARE = 6;

/** Hits are short, but a host that stalls for 30 ms starts fifty of them at once. */
const NEIGHBOUR_VUS = { hit: 64, miss: 128 };
const HOT_VUS = { ordinary: 16, hit: 64, miss: 64 };
const HOT_BATCH = 20;

/** The whole run as the generators need to know it. */
export function planLoad(experiment: Experiment, epochMs: number): LoadPlan {
  const { options } = experiment;
  const rounds = 1 + mostRounds(options.rounds);
  const length = { guardMs: options.guardMs, windowMs: options.windowMs };
  const withPlacebo = experiment.placebo !== undefined;
  const fitting = fittingRounds(length, withPlacebo ? 3 : 2, options.maxDurationMs);
  const arms = drawArms(options.seed, Math.max(1, Math.min(rounds + ROUNDS_SPARE, fitting)));
  return planArms(
    experiment,
    withPlacebo ? arms : arms.filter((arm) => arm !== 'placebo'),
    epochMs,
  );
}

/** A plan with the given arms. */
export function planArms(experiment: Experiment, arms: readonly Arm[], epochMs: number): LoadPlan {
  const { options, traffic, shared, placebo } = experiment;
  const { guardMs, windowMs } = options;
  return {
    schedule: { epochMs, guardMs, windowMs, arms },
    traffic,
    tiers: TIERS,
    namespace: options.namespace,
    shared: sideOf(shared),
    ...(placebo ? { placebo: sideOf(placebo) } : {}),
    protections: {
      limiter: !options.without.includes('limiter'),
      deadline: !options.without.includes('timeout'),
      localDeny: options.withLocalDeny,
    },
    neighbourVus: neighbourVus(experiment),
    hotVus: hotVus(experiment),
    hotPace: 'schedule',
    hotBatch: HOT_BATCH,
    // One slot more: the last one's samples come in it.
    durationMs: START_UP_MS + (arms.length + 1) * (guardMs + windowMs) + TAIL_MS,
  };
}

/** Part of a slot's iterations that may go to users who had their turn already. */
const TURNS_SPARE = 0.2;

/**
 * Idle virtual users take turns, and each hands over what it has of a slot when its next turn comes.
 * That is taken at the end of the next slot: there may be no more users than a slot has iterations,
 * or some of it is missing.
 */
function usersWithTurns(
  iterationsPerSecond: number,
  most: number,
  length: Pick<Schedule, 'guardMs' | 'windowMs'>,
): number {
  const turns = ((1 - TURNS_SPARE) * iterationsPerSecond * slotMs(length)) / 1000;
  return Math.max(1, Math.min(most, Math.floor(turns)));
}

function neighbourVus({ options, traffic }: Experiment): LoadPlan['neighbourVus'] {
  const vusOf = (stream: Stream) => {
    const perSecond = streamRatePerSecond(neighboursRatePerSecond(traffic), stream);
    return usersWithTurns(perSecond, NEIGHBOUR_VUS[stream], options);
  };
  return { hit: vusOf('hit'), miss: vusOf('miss') };
}

function hotVus({ options, traffic }: Experiment): LoadPlan['hotVus'] {
  const vusOf = (stream: Stream) => {
    const perSecond = streamRatePerSecond(spikeRatePerSecond(traffic), stream) / HOT_BATCH;
    return usersWithTurns(perSecond, HOT_VUS[stream], options);
  };
  const ordinary = usersWithTurns(traffic.ordinaryRatePerSecond, HOT_VUS.ordinary, options);
  return { ordinary, hit: vusOf('hit'), miss: vusOf('miss') };
}

function sideOf(side: Deployment): Side {
  return { redisUrl: side.redis.url, backendUrl: side.backend.url };
}
