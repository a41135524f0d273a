import exec from 'k6/execution';
import { openPipeline, type Pipeline } from 'k6/x/partywall';
import { isRejection, LOOKUP_KEY_AT, readRetryAfterMs } from '../../core/cache/prepared-tenant.ts';
import type { Side } from './load-plan.ts';
import { encodeHotLine } from './samples.ts';
import { slotAt, slotMs } from './schedule.ts';
import { clientUrl, type OpenTenant, openPlan, openTenant } from './side.k6.ts';
import {
  batchRate,
  drawPopularKeys,
  missBytes,
  missKey,
  plansMiss,
  type Stream,
  spikeRatePerSecond,
  wholeRate,
} from './traffic.ts';

/**
 * The hot tenant, all through the run. Its ordinary traffic always goes to the shared side. The
 * spike on top goes, by the slot's arm, to the placebo, to the shared side, or, in the baseline, to
 * nobody who works for it: a PING to the placebo's Redis, so that generator and host are as warm as
 * in the other arms. The spike is sent in batches, pipelined as real clients do under load; each
 * command of a batch is a request of its own.
 */
const plan = openPlan();
const { traffic, schedule, hotBatch } = plan;
const { localDeny } = plan.protections;
const popularKeys = drawPopularKeys(traffic.seed, traffic.hot.warmKeys);
const shared = openHot(plan.shared);
const placebo = plan.placebo ? openHot(plan.placebo) : undefined;

interface HotSide extends OpenTenant {
  readonly pipeline: Pipeline;
  /** With the local deny list: when this side may be asked again. */
  deniedUntilMs: number;
}

function openHot(side: Side): HotSide {
  const tenant = openTenant(plan, side, traffic.hot);
  return { ...tenant, pipeline: openPipeline(clientUrl(side)), deniedUntilMs: 0 };
}

export const options = {
  scenarios: plan.hotPace === 'ceiling' ? flatOut() : onSchedule(),
  systemTags: [],
};

function onSchedule() {
  const ordinary = scenarioOf('ordinary', wholeRate(traffic.ordinaryRatePerSecond));
  const spike = spikeRatePerSecond(traffic);
  if (spike === 0) return { ordinary };
  const streamOf = (stream: Stream) => scenarioOf(stream, batchRate(spike, stream, hotBatch));
  return { ordinary, hit: streamOf('hit'), miss: streamOf('miss') };
}

function scenarioOf(
  name: keyof typeof plan.hotVus,
  { rate, perSeconds }: { rate: number; perSeconds: number },
) {
  const vus = plan.hotVus[name];
  return {
    executor: 'constant-arrival-rate',
    exec: name,
    rate,
    timeUnit: `${perSeconds}s`,
    duration: `${plan.durationMs}ms`,
    preAllocatedVUs: vus,
    maxVUs: vus,
    gracefulStop: '5s',
  };
}

/** As fast as answers come, in the spike's mix of hits and misses. */
function flatOut() {
  const closed = { executor: 'constant-vus', duration: `${plan.durationMs}ms`, gracefulStop: '5s' };
  return {
    hit: { ...closed, exec: 'hit', vus: plan.hotVus.hit },
    miss: { ...closed, exec: 'miss', vus: plan.hotVus.miss },
  };
}

/** One request of the ordinary traffic. */
export function ordinary(): void {
  const n = begin(1);
  if (plansMiss(n)) ask(shared, [missKey(slot, n, 'o')], loadMisses);
  else ask(shared, [popularKeys[n % popularKeys.length] ?? ''], ignore);
}

/** A batch of the spike's planned hits: whatever comes back, nothing is left to do. */
export function hit(): void {
  const at = (begin(hotBatch) * hotBatch) % (popularKeys.length - hotBatch);
  aim(popularKeys.slice(at, at + hotBatch), ignore);
}

/** A batch of the spike's planned misses: those that are admitted are loaded and put. */
export function miss(): void {
  const first = begin(hotBatch) * hotBatch;
  const keys: string[] = [];
  while (keys.length < hotBatch) keys.push(missKey(slot, first + keys.length));
  aim(keys, loadMisses);
}

/** A virtual user's own state; `exec.scenario` is dear to look up, so it is kept. */
let scenario: { readonly iterationInTest: number } | undefined;
let slot = Number.NEGATIVE_INFINITY;
let isMeasured = false;
let askedCount = 0;
let deniedCount = 0;

/** Counts what is asked within windows and returns the iteration's number. */
function begin(count: number): number {
  scenario ??= exec.scenario;
  const nowMs = Date.now();
  const next = slotAt(schedule, nowMs);
  if (next !== slot) {
    if (askedCount > 0 && slot >= 0) console.log(encodeHotLine({ slot, askedCount, deniedCount }));
    slot = next;
    askedCount = 0;
    deniedCount = 0;
  }
  isMeasured = nowMs - schedule.epochMs - slot * slotMs(schedule) >= schedule.guardMs;
  if (isMeasured) askedCount += count;
  return scenario.iterationInTest;
}

type Answered = (side: HotSide, keys: readonly string[], rows: readonly unknown[]) => void;

function aim(keys: readonly string[], answered: Answered): void {
  const arm = schedule.arms[slot] ?? 'baseline';
  if (arm === 'spike') ask(shared, keys, answered);
  else if (!placebo) return;
  else if (arm === 'placebo') ask(placebo, keys, answered);
  else placebo.pipeline.sendEach(PING, 1, keys).then(ignore, ignore);
}

const PING = ['PING', ''];

function ask(side: HotSide, keys: readonly string[], answered: Answered): void {
  if (localDeny && isDenied(side, keys.length)) return;
  const { prepared, pipeline } = side;
  const redisKeys = keys.map((key) => prepared.redisKey(key));
  pipeline.sendEach(prepared.lookupCommand, LOOKUP_KEY_AT, redisKeys).then((rows) => {
    if (localDeny) rememberRejections(side, rows);
    answered(side, keys, rows);
  }, ignore);
}

function loadMisses(side: HotSide, keys: readonly string[], rows: readonly unknown[]): void {
  const { prepared, load, pipeline } = side;
  keys.forEach((key, at) => {
    const row = rows[at];
    if (!row || prepared.read(row, key) !== 'miss') return;
    load(key, row, missBytes(traffic.seed, at))
      .then((put) => pipeline.sendEach(put, 0, ['EVALSHA']))
      .then(ignore, ignore);
  });
}

/** A rejected tenant's generator asks no more until it may. */
function isDenied(side: HotSide, count: number): boolean {
  if (Date.now() >= side.deniedUntilMs) return false;
  if (isMeasured) deniedCount += count;
  return true;
}

function rememberRejections(side: HotSide, rows: readonly unknown[]): void {
  for (const row of rows) {
    if (row && isRejection(row)) side.deniedUntilMs = Date.now() + readRetryAfterMs(row);
  }
}

/** A failed request of the hot tenant is nobody's measurement; the servers count what arrived. */
function ignore(): void {}
