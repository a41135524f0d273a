import exec from 'k6/execution';
import { LOOKUP_KEY_AT } from '../../core/cache/prepared-tenant.ts';
import { encodeSample, encodeSampleLine, type SampleOutcome } from './samples.ts';
import { slotAt } from './schedule.ts';
import { type OpenTenant, openClient, openPlan, openTenant } from './side.k6.ts';
import {
  drawPopularKeys,
  missKey,
  neighboursRatePerSecond,
  type Stream,
  streamRate,
} from './traffic.ts';

/**
 * The measured side: every neighbour at its steady rate, all through the run, whatever the hot
 * tenant does. Each iteration is one request; what counts as its start is the schedule's, not its
 * own.
 */
const plan = openPlan();
const { traffic, schedule } = plan;
const client = openClient(plan.shared);
const neighbours = traffic.neighbours.map((tenant): Neighbour => {
  const open = openTenant(plan, plan.shared, tenant);
  return { ...open, command: [...open.prepared.lookupCommand] };
});
const ratePerSecond = neighboursRatePerSecond(traffic);
const popularKeys = drawPopularKeys(traffic.seed, traffic.neighbours[0]?.warmKeys ?? 1);

interface Neighbour extends OpenTenant {
  /** Words of a lookup; the client has taken them over when the call returns, so one will do. */
  readonly command: string[];
}

export const options = {
  scenarios: { hit: scenarioOf('hit'), miss: scenarioOf('miss') },
  systemTags: [],
};

function scenarioOf(stream: Stream) {
  const { rate, perSeconds } = streamRate(ratePerSecond, stream);
  return {
    executor: 'constant-arrival-rate',
    exec: stream,
    rate,
    timeUnit: `${perSeconds}s`,
    duration: `${plan.durationMs}ms`,
    preAllocatedVUs: plan.neighbourVus[stream],
    maxVUs: plan.neighbourVus[stream],
    gracefulStop: '5s',
  };
}

/** A planned hit. */
export function hit(): void {
  const startedMs = begin('hit');
  const n = scenario.iterationInTest;
  ask(n, popularKeys[n % popularKeys.length] as string, startedMs);
}

/** A planned miss. */
export function miss(): void {
  const startedMs = begin('miss');
  const n = scenario.iterationInTest;
  ask(n, missKey(slot, n), startedMs);
}

function ask(n: number, key: string, startedMs: number): void {
  const { prepared, command, load } = neighbours[n % neighbours.length] as Neighbour;
  const fail = () => finish(n, startedMs, 'failed');
  command[LOOKUP_KEY_AT] = prepared.redisKey(key);
  send(command).then((row) => {
    const outcome = prepared.read(row, key);
    if (outcome === 'miss') {
      load(key, row)
        .then(send)
        .then(() => finish(n, startedMs, 'loaded'), fail);
    } else finish(n, startedMs, outcome === 'malformed' ? 'failed' : outcome);
  }, fail);
}

/** `Reflect.apply` instead of a spread, which k6's engine takes ten times as long for. */
function send(command: string[]): Promise<unknown> {
  return Reflect.apply(client.sendCommand, client, command);
}

/*
 * A virtual user's own state. `exec.instance` and `exec.scenario` build a new object at each
 * access, which costs twenty times the reading itself: they are looked up once.
 */
let progress: { readonly currentTestRunDuration: number };
let scenario: { readonly iterationInTest: number };
let wallOffsetMs = 0;
let slot = Number.NEGATIVE_INFINITY;
let samples: string[] = [];

/** Returns when the iteration started; hands over the last slot's samples in the next guard. */
function begin(stream: Stream): number {
  if (!progress) {
    progress = exec.instance;
    scenario = exec.scenario;
    wallOffsetMs = Date.now() - progress.currentTestRunDuration;
  }
  const startedMs = progress.currentTestRunDuration;
  const next = slotAt(schedule, wallOffsetMs + startedMs);
  if (next !== slot) {
    const isSpoken = samples.length > 0 && slot >= 0;
    if (isSpoken) console.log(encodeSampleLine(stream, slot, wallOffsetMs, samples));
    samples = [];
    slot = next;
  }
  return startedMs;
}

function finish(n: number, startedMs: number, outcome: SampleOutcome): void {
  const durationMs = Math.max(0, progress.currentTestRunDuration - startedMs);
  const startedUs = Math.round(startedMs * 1000);
  samples.push(encodeSample(n, startedUs, Math.round(durationMs * 1000), outcome));
}
