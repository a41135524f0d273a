import { openMeter } from 'k6/x/partywall';
import { makePaces } from './pace.k6.ts';
import { evenly, playStream } from './planned-stream.k6.ts';
import { encodeSampleLine } from './samples.ts';
import { slotAt, slotMs } from './schedule.ts';
import { clientUrl, linesOf, openPlan, wholeRun } from './side.k6.ts';
import {
  drawPopularKeys,
  missBytes,
  missKey,
  neighboursRatePerSecond,
  type Stream,
  streamRatePerSecond,
} from './traffic.ts';

/**
 * The measured side: every neighbour at its steady rate, all through the run, whatever the hot
 * tenant does. Requests are planned some milliseconds ahead; the meter sends them when they are due
 * and times them. What counts as a request's start is the schedule's, not its own.
 */
const plan = openPlan();
const { traffic, schedule } = plan;
const meter = openMeter(clientUrl(plan.shared), plan.neighbourLoadsMax);
const lines = traffic.neighbours.map((tenant) =>
  linesOf(plan, plan.shared, tenant).map((line) => meter.prepare(line)),
);
const paceOf = makePaces(plan);
const ratePerSecond = neighboursRatePerSecond(traffic);
const missesPerSecond = streamRatePerSecond(ratePerSecond, 'miss');
/** The sizes repeat with every slot, so that all windows ask for the same. */
const missesASlot = Math.max(1, Math.round((missesPerSecond * slotMs(schedule)) / 1000));
const popularKeys = drawPopularKeys(traffic.seed, traffic.neighbours[0]?.warmKeys ?? 1);

export const options = {
  scenarios: { hits: wholeRun('hits', plan), misses: wholeRun('misses', plan) },
  systemTags: [],
};

/** All planned hits. */
export function hits(): void {
  playStream({
    moments: evenly(streamRatePerSecond(ratePerSecond, 'hit')),
    durationMs: plan.durationMs,
    onStep: (nowMs) => handOver('hit', nowMs),
    plan: (n, dueAtMs) =>
      meter.ask(n, lineAt(n, dueAtMs), popularKeys[n % popularKeys.length] ?? '', 0, dueAtMs),
  });
}

/** All planned misses: looked up, loaded and put. */
export function misses(): void {
  playStream({
    moments: evenly(missesPerSecond),
    durationMs: plan.durationMs,
    onStep: (nowMs) => handOver('miss', nowMs),
    plan: (n, dueAtMs) => {
      const key = missKey(slotAt(schedule, dueAtMs), n);
      meter.ask(n, lineAt(n, dueAtMs), key, missBytes(traffic.seed, n % missesASlot), dueAtMs);
    },
  });
}

function lineAt(n: number, dueAtMs: number): number {
  const { isProtected } = paceOf(slotAt(schedule, dueAtMs));
  return lines[n % lines.length]?.[isProtected ? 0 : 1] ?? 0;
}

/** A virtual user's own: hits and misses are played by one each. */
let slot = Number.NEGATIVE_INFINITY;

/** Hands over what is complete of the slots before, in the guard, where nothing is measured. */
function handOver(stream: Stream, nowMs: number): void {
  const next = slotAt(schedule, nowMs);
  if (next === slot) return;
  slot = next;
  const text = meter.drain(stream === 'miss');
  if (text !== '') console.log(encodeSampleLine(stream, meter.startedAtMs(), text));
}
