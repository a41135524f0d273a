import exec from 'k6/execution';
import { openMeter } from 'k6/x/partywall';
import { LOOKUP_KEY_AT } from '../../core/cache/prepared-tenant.ts';
import { encodeSample, encodeSampleLine, type SampleOutcome } from './samples.ts';
import { slotAt, slotMs } from './schedule.ts';
import { clientUrl, type OpenTenant, openClient, openPlan, openTenant } from './side.k6.ts';
import {
  drawPopularKeys,
  missBytes,
  missKey,
  neighboursRatePerSecond,
  type Stream,
  streamRate,
  streamRatePerSecond,
} from './traffic.ts';

/**
 * The measured side: every neighbour at its steady rate, all through the run, whatever the hot
 * tenant does. Each iteration is one request; what counts as its start is the schedule's, not its
 * own.
 */
const plan = openPlan();
const { traffic, schedule } = plan;
const client = openClient(plan.shared);
const meter = openMeter(clientUrl(plan.shared));
const neighbours = traffic.neighbours.map((tenant) => openTenant(plan, plan.shared, tenant));
for (const { prepared } of neighbours) {
  meter.prepare(prepared.lookupCommand, LOOKUP_KEY_AT, prepared.sealOf(''));
}
const ratePerSecond = neighboursRatePerSecond(traffic);
/** The plan repeats with every slot, so that all windows ask for the same. */
const missesASlot = Math.round(
  (streamRatePerSecond(ratePerSecond, 'miss') * slotMs(schedule)) / 1000,
);
const popularKeys = drawPopularKeys(traffic.seed, traffic.neighbours[0]?.warmKeys ?? 1);

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

/** A planned hit: asked and timed by the meter, which answers in {@link enterSlot}. */
export function hit(): void {
  enterSlot(Date.now(), 'hit');
  const n = numberOf();
  meter.ask(n, n % neighbours.length, popularKeys[n % popularKeys.length] ?? '');
}

/** A planned miss: looked up, loaded and put, timed here. */
export function miss(): void {
  progress ??= exec.instance;
  const startedMs = progress.currentTestRunDuration;
  enterSlot(Date.now(), 'miss');
  const n = numberOf();
  const { prepared, load } = neighbours[n % neighbours.length] as OpenTenant;
  const key = missKey(slot, n);
  const fail = () => finish(n, startedMs, 'failed');
  const command = [...prepared.lookupCommand];
  command[LOOKUP_KEY_AT] = prepared.redisKey(key);
  send(command).then((row) => {
    const outcome = prepared.read(row, key);
    if (outcome !== 'miss')
      return finish(n, startedMs, outcome === 'malformed' ? 'failed' : outcome);
    load(key, row, missBytes(traffic.seed, n % missesASlot))
      .then(send)
      .then(() => finish(n, startedMs, 'loaded'), fail);
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
let progress: { readonly currentTestRunDuration: number } | undefined;
let scenario: { readonly iterationInTest: number } | undefined;
let slot = Number.NEGATIVE_INFINITY;
let samples: string[] = [];

function numberOf(): number {
  scenario ??= exec.scenario;
  return scenario.iterationInTest;
}

/** Hands over what is complete of the slots before, in the guard, where nothing is measured. */
function enterSlot(nowMs: number, stream: Stream): void {
  const next = slotAt(schedule, nowMs);
  if (next === slot) return;
  slot = next;
  if (stream === 'hit') {
    const text = meter.drain();
    if (text !== '') console.log(encodeSampleLine('hit', meter.startedAtMs(), text));
  } else if (samples.length > 0) {
    const startedAtMs = nowMs - (progress?.currentTestRunDuration ?? 0);
    console.log(encodeSampleLine('miss', startedAtMs, samples.join(';')));
    samples = [];
  }
}

function finish(n: number, startedMs: number, outcome: SampleOutcome): void {
  const durationMs = Math.max(0, (progress?.currentTestRunDuration ?? 0) - startedMs);
  const startedUs = Math.round(startedMs * 1000);
  samples.push(encodeSample(n, startedUs, Math.round(durationMs * 1000), outcome));
}
