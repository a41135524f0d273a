import exec from 'k6/execution';
import type { LoadOutcome } from '../../core/cache/outcome.ts';
import type { LoadPlan } from './load-plan.ts';
import { mix } from './mix.ts';
import { encodeHotLine } from './samples.ts';
import { slotAt } from './schedule.ts';
import { type OpenSide, openSide, openTenant } from './side.k6.ts';
import {
  isOrdinary,
  missKey,
  plansMiss,
  valueBytes,
  warmKey,
  zipfRank,
  zipfTable,
} from './traffic.ts';

/**
 * The hot tenant: the spike's rate all through the run, aimed by the slot's arm. Its ordinary share
 * always goes to the shared side; the rest goes to the placebo, to the shared side, or, in the
 * baseline, to nobody who works for it: a PING to the placebo's Redis, so that generator and host
 * are as warm as in the other arms.
 */
const plan = JSON.parse(open(__ENV['PARTYWALL_PLAN'] ?? '')) as LoadPlan;
const { traffic, schedule, hotBatch } = plan;
const hot = openTenant(plan, traffic.hot);
const popularity = zipfTable(traffic.hot.warmKeys);
const shared = openSide(plan, plan.shared);
const placebo = plan.placebo ? openSide(plan, plan.placebo) : undefined;

export const options = {
  scenarios: {
    hot: plan.hotPace === 'ceiling' ? flatOut() : onSchedule(),
  },
  systemTags: [],
  summaryTrendStats: ['med'],
};

function onSchedule() {
  return {
    executor: 'constant-arrival-rate',
    rate: Math.round(traffic.hotRatePerSecond / hotBatch),
    timeUnit: '1s',
    duration: `${plan.durationMs}ms`,
    preAllocatedVUs: plan.hotVus,
    maxVUs: plan.hotVus,
    gracefulStop: '5s',
  };
}

function flatOut() {
  return {
    executor: 'constant-vus',
    vus: plan.hotVus,
    duration: `${plan.durationMs}ms`,
    gracefulStop: '5s',
  };
}

let scenario: typeof exec.scenario | undefined;
let slot = Number.NEGATIVE_INFINITY;
let askedCount = 0;
let deniedCount = 0;

export default function askBatch(): void {
  scenario ??= exec.scenario;
  enterSlot(slotAt(schedule, Date.now()));
  const arm = schedule.arms[slot] ?? 'baseline';
  const first = scenario.iterationInTest * hotBatch;
  const target = arm === 'spike' ? shared : arm === 'placebo' ? placebo : undefined;
  askedCount += hotBatch;
  for (let n = first; n < first + hotBatch; n++) {
    if (isOrdinary(traffic, n)) ask(shared, n);
    else if (target) ask(target, n);
    else placebo?.client.sendCommand('PING').then(ignore, ignore);
  }
}

function ask(side: OpenSide, n: number): void {
  const { seed } = traffic;
  const key = plansMiss(seed, n) ? missKey(slot, n) : warmKey(zipfRank(popularity, mix(seed, n)));
  side.cache
    .getOrLoad(hot, key, () => side.load(hot, key, valueBytes(seed, key)))
    .then(countDenied, ignore);
}

function countDenied(outcome: LoadOutcome): void {
  if (outcome.kind === 'rejected' && outcome.by === 'deny-list') deniedCount += 1;
}

/** A failed request of the hot tenant is nobody's measurement; the servers count what arrived. */
function ignore(): void {}

function enterSlot(next: number): void {
  if (next === slot) return;
  if (askedCount > 0 && slot >= 0) console.log(encodeHotLine({ slot, askedCount, deniedCount }));
  slot = next;
  askedCount = 0;
  deniedCount = 0;
}
