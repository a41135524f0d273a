import exec from 'k6/execution';
import { openPipeline, type Pipeline } from 'k6/x/partywall';
import { isRejection, LOOKUP_KEY_AT, readRetryAfterMs } from '../../core/cache/prepared-tenant.ts';
import type { Side } from './load-plan.ts';
import { encodeHotLine } from './samples.ts';
import { slotAt } from './schedule.ts';
import { clientUrl, type OpenTenant, openPlan, openTenant } from './side.k6.ts';
import { drawPopularKeys, isOrdinary, missKey, type Stream, streamRate } from './traffic.ts';

/**
 * The hot tenant: the spike's rate all through the run, aimed by the slot's arm. Its ordinary share
 * always goes to the shared side; the rest goes to the placebo, to the shared side, or, in the
 * baseline, to nobody who works for it: a PING to the placebo's Redis, so that generator and host
 * are as warm as in the other arms.
 */
const plan = openPlan();
const { traffic, schedule, hotBatch } = plan;
const { localDeny } = plan.protections;
const popularKeys = drawPopularKeys(traffic.seed, traffic.hot.warmKeys);
const shared = openHot(plan.shared);
const placebo = plan.placebo ? openHot(plan.placebo) : undefined;

function openHot(side: Side): HotSide {
  const hot = openTenant(plan, side, traffic.hot);
  return { ...hot, pipeline: openPipeline(clientUrl(side)) };
}

interface HotSide extends OpenTenant {
  readonly pipeline: Pipeline;
}

export const options = {
  scenarios: { hit: scenarioOf('hit'), miss: scenarioOf('miss') },
  systemTags: [],
};

function scenarioOf(stream: Stream) {
  const duration = `${plan.durationMs}ms`;
  const vus = plan.hotVus[stream];
  const common = { exec: stream, duration, gracefulStop: '5s' };
  if (plan.hotPace === 'ceiling') return { ...common, executor: 'constant-vus', vus };
  const { rate, perSeconds } = streamRate(traffic.hotRatePerSecond, stream);
  return {
    ...common,
    executor: 'constant-arrival-rate',
    rate: Math.round(rate / hotBatch),
    timeUnit: `${perSeconds}s`,
    preAllocatedVUs: vus,
    maxVUs: vus,
  };
}

/** A batch of planned hits: whatever comes back, nothing is left to do. */
export function hit(): void {
  const iteration = begin();
  const at = (iteration * hotBatch) % (popularKeys.length - hotBatch);
  aim(iteration, popularKeys.slice(at, at + hotBatch));
}

/** A batch of planned misses: those that are admitted are loaded and put. */
export function miss(): void {
  const iteration = begin();
  const keys: string[] = [];
  for (let n = iteration * hotBatch; keys.length < hotBatch; n++) keys.push(missKey(slot, n));
  aim(iteration, keys, loadMisses);
}

/** A virtual user's own state; `exec.scenario` is dear to look up, so it is kept. */
let scenario: { readonly iterationInTest: number } | undefined;
let slot = Number.NEGATIVE_INFINITY;
let askedCount = 0;
let deniedCount = 0;
let deniedUntilMs = 0;

/** Counts the batch as asked and returns its number. */
function begin(): number {
  scenario ??= exec.scenario;
  enterSlot(slotAt(schedule, Date.now()));
  askedCount += hotBatch;
  return scenario.iterationInTest;
}

type Answered = (side: HotSide, keys: readonly string[], rows: readonly unknown[]) => void;

function aim(iteration: number, keys: readonly string[], answered: Answered = ignore): void {
  const arm = schedule.arms[slot] ?? 'baseline';
  if (isOrdinary(traffic, iteration) || arm === 'spike') ask(shared, keys, answered);
  else if (!placebo) return;
  else if (arm === 'placebo') ask(placebo, keys, answered);
  else placebo.pipeline.sendEach(PING, 1, keys).then(ignore, ignore);
}

const PING = ['PING', ''];

function ask(side: HotSide, keys: readonly string[], answered: Answered): void {
  if (isDenied(keys.length)) return;
  const { prepared, pipeline } = side;
  const redisKeys = keys.map((key) => prepared.redisKey(key));
  pipeline.sendEach(prepared.lookupCommand, LOOKUP_KEY_AT, redisKeys).then((rows) => {
    if (localDeny) rememberRejections(rows);
    answered(side, keys, rows);
  }, ignore);
}

function loadMisses(side: HotSide, keys: readonly string[], rows: readonly unknown[]): void {
  const { prepared, load, pipeline } = side;
  keys.forEach((key, at) => {
    const row = rows[at];
    if (!row || prepared.read(row, key) !== 'miss') return;
    load(key, row)
      .then((put) => pipeline.sendEach(put, 0, ['EVALSHA']))
      .then(ignore, ignore);
  });
}

/** With the local deny list, a rejected tenant's generator asks no more until it may. */
function isDenied(count: number): boolean {
  if (!localDeny || Date.now() >= deniedUntilMs) return false;
  deniedCount += count;
  return true;
}

function rememberRejections(rows: readonly unknown[]): void {
  for (const row of rows) {
    if (row && isRejection(row)) deniedUntilMs = Date.now() + readRetryAfterMs(row);
  }
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
