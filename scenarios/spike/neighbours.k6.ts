import exec from 'k6/execution';
import type { LoadOutcome } from '../../core/cache/outcome.ts';
import type { TenantContext } from '../../core/cache/tenant-context.ts';
import type { LoadPlan } from './load-plan.ts';
import { mix } from './mix.ts';
import { encodeSample, encodeSampleLine, type SampleOutcome } from './samples.ts';
import { slotAt, slotMs } from './schedule.ts';
import { openSide, openTenant, testProgress } from './side.k6.ts';
import { missKey, plansMiss, valueBytes, warmKey, zipfRank, zipfTable } from './traffic.ts';

/**
 * The measured side: every neighbour at its steady rate, all through the run, whatever the hot
 * tenant does. Each iteration is one request; its planned start is the schedule's, not its own.
 */
const plan = JSON.parse(open(__ENV['PARTYWALL_PLAN'] ?? '')) as LoadPlan;
const { traffic, schedule } = plan;
const neighbours = traffic.neighbours.map((tenant) => openTenant(plan, tenant));
const popularity = zipfTable(traffic.neighbours[0]?.warmKeys ?? 1);
const ratePerSecond = traffic.neighbourRatePerSecond * neighbours.length;
/** The plan repeats with every slot, so that all windows ask for the same. */
const requestsASlot = Math.round((ratePerSecond * slotMs(schedule)) / 1000);
const shared = openSide(plan, plan.shared);

export const options = {
  scenarios: {
    neighbours: {
      executor: 'constant-arrival-rate',
      rate: ratePerSecond,
      timeUnit: '1s',
      duration: `${plan.durationMs}ms`,
      preAllocatedVUs: plan.neighbourVus,
      maxVUs: plan.neighbourVus,
      gracefulStop: '5s',
    },
  },
  systemTags: [],
  summaryTrendStats: ['med'],
};

let progress: ReturnType<typeof testProgress> | undefined;
let scenario: typeof exec.scenario;
let wallOffsetMs = 0;
let slot = Number.NEGATIVE_INFINITY;
let samples: string[] = [];

export default function askOnce(): void {
  if (!progress) {
    progress = testProgress();
    scenario = exec.scenario;
    wallOffsetMs = Date.now() - progress.currentTestRunDuration;
  }
  const clock = progress;
  const startedMs = clock.currentTestRunDuration;
  enterSlot(slotAt(schedule, wallOffsetMs + startedMs));

  const n = scenario.iterationInTest;
  const kept = samples;
  const finish = (outcome: SampleOutcome) => {
    const durationMs = clock.currentTestRunDuration - startedMs;
    const startedUs = Math.round(startedMs * 1000);
    kept.push(encodeSample(n, startedUs, Math.max(0, Math.round(durationMs * 1000)), outcome));
  };
  ask(n).then(
    (outcome) => finish(nameOutcome(outcome)),
    () => finish('failed'),
  );
}

function ask(n: number): Promise<LoadOutcome> {
  const inSlot = n % requestsASlot;
  const at = inSlot % neighbours.length;
  const m = (inSlot - at) / neighbours.length;
  const context = neighbours[at] as TenantContext;
  const seed = traffic.seed + at;
  const key = plansMiss(seed, m) ? missKey(slot, n) : warmKey(zipfRank(popularity, mix(seed, m)));
  return shared.cache.getOrLoad(context, key, () =>
    shared.load(context, key, valueBytes(traffic.seed, key)),
  );
}

function nameOutcome(outcome: LoadOutcome): SampleOutcome {
  switch (outcome.kind) {
    case 'hit':
      return 'hit';
    case 'loaded':
      return 'loaded';
    case 'rejected':
      return 'rejected';
    default:
      return 'failed';
  }
}

/** Samples are handed over in the guard of the next slot, where nothing is measured. */
function enterSlot(next: number): void {
  if (next === slot) return;
  if (samples.length > 0 && slot >= 0) console.log(encodeSampleLine(slot, wallOffsetMs, samples));
  samples = [];
  slot = next;
}
