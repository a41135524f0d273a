import { newHistogram } from '../../results/histogram.ts';
import type { NeighbourSamples, Offered, Reads, WindowMeasurement } from '../../results/window.ts';
import { compareSamples, type HostActivity } from '../provision/host-sample.ts';
import type { LoadPlan } from './load-plan.ts';
import type { Reading } from './readings.ts';
import type { Sample } from './samples.ts';
import { type Schedule, windowStartMs } from './schedule.ts';
import type { SlotSamples } from './slot-samples.ts';
import {
  neighboursRatePerSecond,
  STREAMS,
  type Stream,
  spikeRatePerSecond,
  streamRatePerSecond,
} from './traffic.ts';

/** What is known of one window, from which its measurement is put together. */
export interface WindowEvidence {
  readonly plan: LoadPlan;
  readonly slot: number;
  readonly round: number;
  readonly attempt: number;
  readonly runStartedMs: number;
  readonly samples: SlotSamples;
  /** Readings at the bounds of the window. */
  readonly from: Reading;
  readonly to: Reading;
}

/**
 * Puts the samples and readings of an arm in a round into the judge's terms: one window, whichever
 * parts it was measured in. Pure.
 * @param parts in the order they ran, all of one arm and one try of a round; at least one
 */
export function measureWindow(parts: readonly WindowEvidence[]): WindowMeasurement {
  const [first] = parts;
  if (!first) throw new Error('a window of no parts');
  const { plan, round, attempt, runStartedMs } = first;
  const arm = plan.schedule.arms[first.slot] ?? 'baseline';
  const requests = {
    hit: joinRequests(parts.map((part) => scheduledRequests(part, 'hit'))),
    miss: joinRequests(parts.map((part) => scheduledRequests(part, 'miss'))),
  };
  const activities = parts.map(({ from, to }) => compareSamples(from.host, to.host));
  const seconds = sum(parts, ({ from, to }) => (to.atMs - from.atMs) / 1000);
  const perSecond = (count: (reading: Reading) => number) =>
    sum(parts, ({ from, to }) => count(to) - count(from)) / seconds;
  return {
    round,
    arm,
    attempt,
    startedAtMs: windowStartMs(plan.schedule, first.slot) - runStartedMs,
    durationMs: plan.schedule.windowMs * parts.length,
    neighbours: groupByNeighbour(plan, requests),
    reads: countReads(parts, requests),
    offeredNeighbours: offeredNeighbours(parts, requests),
    ...hotTenant(parts),
    sharedCommandsPerSecond: perSecond(({ evalshaCalls }) => evalshaCalls),
    neighbourVusPeak: Math.max(...parts.map(peakInFlight)),
    neighbourVusMax: plan.neighbourLoadsMax,
    scheduledStartsKnown: requests.hit.startsKnown && requests.miss.startsKnown,
    latenessP99Us: percentile([...requests.hit.latenessUs, ...requests.miss.latenessUs], 0.99),
    ...joinActivities(activities),
    forkCount: sum(parts, ({ from, to }) => to.forks - from.forks),
    expiredKeysPerSecond: perSecond(({ expiredKeys }) => expiredKeys),
  };
}

/** What the host did during the parts: shares are means, a step of the clock is the largest. */
function joinActivities(activities: readonly HostActivity[]) {
  const mean = (share: (activity: HostActivity) => number | undefined) =>
    sum(activities, (one) => share(one) ?? 0) / activities.length;
  const [first] = activities;
  const processes = Object.keys(first?.cpu ?? {});
  return {
    cpu: Object.fromEntries(processes.map((name) => [name, mean(({ cpu }) => cpu[name])])),
    clockStepMs: Math.max(...activities.map(({ clockStepMs }) => clockStepMs)),
    ...(first?.cpuPressure === undefined
      ? {}
      : { cpuPressure: mean(({ cpuPressure }) => cpuPressure) }),
    ...(first?.cpuSteal === undefined ? {} : { cpuSteal: mean(({ cpuSteal }) => cpuSteal) }),
  };
}

function joinRequests(parts: readonly ScheduledRequests[]): ScheduledRequests {
  return {
    answered: parts.flatMap(({ answered }) => answered),
    lost: parts.flatMap(({ lost }) => lost),
    droppedCount: sum(parts, ({ droppedCount }) => droppedCount),
    startsKnown: parts.every(({ startsKnown }) => startsKnown),
    latenessUs: parts.flatMap(({ latenessUs }) => latenessUs),
  };
}

type StreamRequests = Readonly<Record<Stream, ScheduledRequests>>;

interface ScheduledRequests {
  readonly answered: readonly { readonly sample: Sample; readonly responseUs: number }[];
  /** Numbers of requests that were started, or should have been, and never came back. */
  readonly lost: readonly number[];
  readonly droppedCount: number;
  readonly startsKnown: boolean;
  readonly latenessUs: readonly number[];
}

/**
 * A stream's requests of the window by their scheduled starts. k6 numbers iterations without gaps
 * and starts number n at a fixed pace, so that start minus n periods is the same for all but for
 * lateness, which is never negative: its minimum is the schedule. A drop shifts all later numbers
 * by one period; a window with drops is measured from actual starts instead, and says so.
 */
function scheduledRequests(
  { plan, slot, samples: { samples: all } }: WindowEvidence,
  stream: Stream,
): ScheduledRequests {
  const samples = all[stream];
  const ratePerSecond = streamRatePerSecond(neighboursRatePerSecond(plan.traffic), stream);
  const periodUs = 1_000_000 / ratePerSecond;
  const { fromUs, toUs } = boundsUs(plan, slot);
  const plannedCount = Math.round((ratePerSecond * plan.schedule.windowMs) / 1000);

  const offsetOf = (sample: Sample) => sample.startedUs - sample.n * periodUs;
  const within = samples.filter(({ startedUs }) => startedUs >= fromUs && startedUs < toUs);
  const scheduleUs = least(within, offsetOf);
  const lastUs = least(within.slice(-Math.ceil(within.length / OFFSET_PARTS)), offsetOf);
  const droppedCount =
    within.length === 0 ? plannedCount : Math.round((lastUs - scheduleUs) / periodUs);
  if (droppedCount > 0) {
    return {
      answered: within.map((sample) => ({ sample, responseUs: sample.durationUs })),
      lost: Array.from({ length: Math.max(0, plannedCount - within.length) }, (_, i) => i),
      droppedCount: Math.max(droppedCount, plannedCount - within.length),
      startsKnown: false,
      latenessUs: latenessAmongDrops(within.map(offsetOf)),
    };
  }

  const first = Math.ceil((fromUs - scheduleUs) / periodUs);
  const planned = samples.filter(({ n }) => n >= first && n < first + plannedCount);
  const seen = new Set(planned.map(({ n }) => n));
  const numbers = Array.from({ length: plannedCount }, (_, i) => first + i);
  const lateness = (sample: Sample) => Math.max(0, offsetOf(sample) - scheduleUs);
  return {
    answered: planned.map((sample) => ({
      sample,
      responseUs: lateness(sample) + sample.durationUs,
    })),
    lost: numbers.filter((n) => !seen.has(n)),
    droppedCount: 0,
    startsKnown: true,
    latenessUs: planned.map(lateness),
  };
}

/** Some request in the last twentieth of a window is on time, and shows how far the drops go. */
const OFFSET_PARTS = 20;

/**
 * Where drops shift the schedule, it is nowhere later than the least offset from there on: lateness
 * is what a request has beyond that.
 */
function latenessAmongDrops(offsetsUs: readonly number[]): number[] {
  let scheduleUs = Number.POSITIVE_INFINITY;
  return offsetsUs.reduceRight<number[]>((latenessUs, offsetUs) => {
    scheduleUs = Math.min(scheduleUs, offsetUs);
    latenessUs.push(offsetUs - scheduleUs);
    return latenessUs;
  }, []);
}

/** A window's bounds, counted from the schedule's epoch. */
function boundsUs({ schedule }: LoadPlan, slot: number) {
  const fromUs = (windowStartMs(schedule, slot) - schedule.epochMs) * 1000;
  return { fromUs, toUs: fromUs + schedule.windowMs * 1000 };
}

/**
 * Every value that came back was compared with the reader's seal, in the generator. Of the window are
 * those of the reader's own; somebody else's is one too many beside the window as well.
 */
function countReads(parts: readonly WindowEvidence[], requests: StreamRequests): Reads {
  const outcomes = STREAMS.flatMap((stream) =>
    requests[stream].answered.map(({ sample }) => sample.outcome),
  );
  const foreignCount = sum(parts, ({ samples }) => samples.foreignCount);
  const ownCount = outcomes.filter((outcome) => outcome === 'hit').length;
  return { checkedCount: ownCount + foreignCount, foreignCount };
}

function groupByNeighbour(plan: LoadPlan, requests: StreamRequests): NeighbourSamples[] {
  const { traffic } = plan;
  const groups = traffic.neighbours.map(({ id, tier }) => ({
    tenant: id,
    tier,
    hit: { latencyUs: newHistogram(), failedCount: 0 },
    miss: { latencyUs: newHistogram(), failedCount: 0 },
    observedHitCount: 0,
  }));
  for (const stream of STREAMS) {
    const groupOf = (n: number) => groups[n % groups.length] as (typeof groups)[number];
    for (const { sample, responseUs } of requests[stream].answered) {
      const group = groupOf(sample.n);
      if (sample.outcome === 'hit') group.observedHitCount += 1;
      const succeeded = sample.outcome === 'hit' || sample.outcome === 'loaded';
      if (succeeded) group[stream].latencyUs.recordValue(Math.max(1, Math.round(responseUs)));
      else group[stream].failedCount += 1;
    }
    for (const n of requests[stream].lost) groupOf(n)[stream].failedCount += 1;
  }
  return groups;
}

function offeredNeighbours(parts: readonly WindowEvidence[], requests: StreamRequests): Offered {
  const served = sum(parts, (part) => {
    const { plan, from, to } = part;
    const asked = sum(plan.traffic.neighbours, ({ id }) => askedBetween(from, to, id));
    const scaled = asked * windowShare(plan.schedule, from.atMs, to.atMs);
    return roundToPlan(scaled, neighboursPlanned(part));
  });
  return {
    plannedCount: sum(parts, neighboursPlanned),
    servedCount: served,
    droppedCount: requests.hit.droppedCount + requests.miss.droppedCount,
  };
}

function neighboursPlanned({ plan: { traffic, schedule } }: WindowEvidence): number {
  return Math.round((neighboursRatePerSecond(traffic) * schedule.windowMs) / 1000);
}

function hotTenant(parts: readonly WindowEvidence[]) {
  const counts = parts.map(hotTenantOfPart);
  return {
    offeredHot: {
      plannedCount: sum(counts, ({ plannedCount }) => plannedCount),
      servedCount: sum(counts, ({ servedCount }) => servedCount),
      droppedCount: sum(counts, ({ droppedCount }) => droppedCount),
    },
    hotAdmittedCount: sum(counts, ({ admittedCount }) => admittedCount),
    hotRejectedCount: sum(counts, ({ rejectedCount }) => rejectedCount),
  };
}

function hotTenantOfPart(part: WindowEvidence) {
  const { plan, slot, from, to, samples } = part;
  const { traffic, schedule } = plan;
  const arm = schedule.arms[slot] ?? 'baseline';
  const seconds = schedule.windowMs / 1000;
  const rate = arm === 'baseline' ? traffic.ordinaryRatePerSecond : traffic.hotRatePerSecond;
  const plannedCount = Math.round(rate * seconds);
  const between = (field: 'admittedCount' | 'rejectedCount') => {
    const onShared =
      (to.usage.get(traffic.hot.id)?.[field] ?? 0) - (from.usage.get(traffic.hot.id)?.[field] ?? 0);
    const onPlacebo = (to.placeboHot?.[field] ?? 0) - (from.placeboHot?.[field] ?? 0);
    return (
      onShared * windowShare(schedule, from.atMs, to.atMs) +
      onPlacebo * windowShare(schedule, from.placeboAtMs, to.placeboAtMs)
    );
  };
  const admitted = between('admittedCount');
  const rejected = between('rejectedCount') + samples.hotDeniedCount;
  return {
    plannedCount,
    servedCount: roundToPlan(
      admitted + rejected,
      plannedCount,
      arm === 'baseline' || spikeRatePerSecond(traffic) === 0 ? 1 : plan.hotBatch,
    ),
    droppedCount: Math.max(
      0,
      Math.round(traffic.hotRatePerSecond * seconds - samples.hotAskedCount),
    ),
    admittedCount: Math.round(admitted),
    rejectedCount: Math.round(rejected),
  };
}

function askedBetween(from: Reading, to: Reading, tenant: string): number {
  const total = (reading: Reading) => {
    const usage = reading.usage.get(tenant);
    return (usage?.admittedCount ?? 0) + (usage?.rejectedCount ?? 0);
  };
  return total(to) - total(from);
}

/** Readings are taken some milliseconds beside the bounds: counts are scaled to the window. */
function windowShare({ windowMs }: Schedule, fromMs: number, toMs: number): number {
  return windowMs / (toMs - fromMs);
}

/**
 * One write at each bound says nothing about the rate; but of a plan so small that they would be more
 * than a twentieth of it, more than a request at each bound is missed.
 */
function roundToPlan(count: number, plannedCount: number, requestsAWrite = 1): number {
  const rounded = Math.round(count);
  const tolerated = Math.max(2, Math.min(2 * requestsAWrite, plannedCount / 20));
  return Math.abs(rounded - plannedCount) <= tolerated ? plannedCount : rounded;
}

/**
 * Most virtual users at work at once during the window; who waits in its guard only is left out.
 * Hits are not waited for, so theirs are free at once.
 */
function peakInFlight({ plan, slot, samples }: WindowEvidence): number {
  const { fromUs, toUs } = boundsUs(plan, slot);
  const within = samples.samples.miss.filter(
    ({ startedUs, durationUs }) => startedUs < toUs && startedUs + durationUs > fromUs,
  );
  const starts = within.map(({ startedUs }) => startedUs).sort((a, b) => a - b);
  const ends = within
    .map(({ startedUs, durationUs }) => startedUs + durationUs)
    .sort((a, b) => a - b);
  let peak = 0;
  let ended = 0;
  starts.forEach((start, started) => {
    while ((ends[ended] ?? Number.POSITIVE_INFINITY) <= start) ended += 1;
    peak = Math.max(peak, started + 1 - ended);
  });
  return peak;
}

function least<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((least, item) => Math.min(least, measure(item)), Number.POSITIVE_INFINITY);
}

function sum<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((total, item) => total + measure(item), 0);
}

function percentile(values: readonly number[], ratio: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.ceil(ratio * sorted.length) - 1] ?? 0);
}
