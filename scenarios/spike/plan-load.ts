import { TIERS } from '../../core/tenancy/tier.ts';
import type { Arm } from '../../results/window.ts';
import type { Deployment } from './deployment.ts';
import type { Experiment } from './experiment.ts';
import type { LoadPlan, Side } from './load-plan.ts';
import { drawArms, slotMs } from './schedule.ts';

/** From the start of k6 to slot 0: it starts up, and every virtual user connects and warms up. */
export const START_UP_MS = 6000;
/** A generator outlives the plan, so that its end falls into no window. */
const TAIL_MS = 2000;
/** Rounds that a sequential run may need: one to warm up, 24 to measure. */
const ROUNDS_AUTO = 25;
/** Repeats that a run has room for, as long as its time allows them. */
const ROUNDS_SPARE = 6;

/** Hits are short, but a host that stalls for 30 ms starts fifty of them at once. */
const NEIGHBOUR_VUS = { hit: 64, miss: 128 };
const HOT_VUS = { ordinary: 16, hit: 64, miss: 64 };
const HOT_BATCH = 20;

/** The whole run as the generators need to know it. */
export function planLoad(experiment: Experiment, epochMs: number): LoadPlan {
  const { options } = experiment;
  const rounds = options.rounds === 'auto' ? ROUNDS_AUTO : options.rounds + 1;
  const length = { guardMs: options.guardMs, windowMs: options.windowMs };
  const withPlacebo = experiment.placebo !== undefined;
  const roundMs = slotMs(length) * (withPlacebo ? 3 : 2);
  const fitting = Math.floor((options.maxDurationMs - START_UP_MS - slotMs(length)) / roundMs);
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
    neighbourVus: NEIGHBOUR_VUS,
    hotVus: HOT_VUS,
    hotPace: 'schedule',
    hotBatch: HOT_BATCH,
    // One slot more: the last one's samples come in it.
    durationMs: START_UP_MS + (arms.length + 1) * (guardMs + windowMs) + TAIL_MS,
  };
}

function sideOf(side: Deployment): Side {
  return { redisUrl: side.redis.url, backendUrl: side.backend.url };
}
