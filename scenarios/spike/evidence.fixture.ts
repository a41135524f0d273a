/** Hand-made evidence of a window for tests: a k6 that starts requests just as it is told to. */
import { TIERS } from '../../core/tenancy/tier.ts';
import type { Arm } from '../../results/window.ts';
import type { LoadPlan } from './load-plan.ts';
import type { Reading } from './readings.ts';
import type { Sample, SampleOutcome } from './samples.ts';
import { slotMs, slotsARound, windowStartMs } from './schedule.ts';
import { planTraffic, STREAMS, type Stream, streamRatePerSecond } from './traffic.ts';
import type { WindowEvidence } from './windows.ts';

export const EPOCH_MS = 1_764_000_000_000;
/** k6 starts the streams one after the other, some seconds before the epoch, from which all counts. */
const FIRST_US: Readonly<Record<Stream, number>> = { hit: -1_749_863, miss: -1_748_098 };

/** Four neighbours at 250 requests/s, windows of one second: 880 planned hits, 120 misses. */
export function makePlan(arms: readonly Arm[] = ['baseline', 'placebo', 'spike']): LoadPlan {
  const traffic = planTraffic({
    seed: 11,
    neighbours: 4,
    neighbourRatePerSecond: 250,
    ordinaryRatePerSecond: 100,
    hotRatePerSecond: 10_000,
  });
  const side = { redisUrl: 'redis://127.0.0.1:1', backendUrl: 'http://127.0.0.1:2' };
  return {
    schedule: { epochMs: EPOCH_MS, guardMs: 200, windowMs: 1000, arms },
    slotsARound: slotsARound(new Set(arms).size),
    traffic,
    tiers: TIERS,
    namespace: '',
    shared: side,
    placebo: side,
    protections: { namespace: true, limiter: true, deadline: true, localDeny: false },
    neighbourLoadsMax: 20,
    hotLoadsMax: 100,
    ceilingVus: 12,
    hotPace: 'schedule',
    hotBatch: 20,
    durationMs: 10_000,
  };
}

/** A request as it was scheduled; `n` is missing where it was dropped. */
export interface TrueRequest {
  readonly stream: Stream;
  /** Number in the schedule; k6's own numbers leave out what it drops. */
  readonly place: number;
  readonly n: number | undefined;
  readonly scheduledUs: number;
  readonly startedUs: number;
  readonly durationUs: number;
  readonly outcome: SampleOutcome;
}

export interface TrueTraffic {
  readonly latenessUs?: (place: number, stream: Stream, scheduledUs: number) => number;
  readonly durationUs?: (place: number, stream: Stream) => number;
  readonly isDropped?: (scheduledUs: number, stream: Stream) => boolean;
  readonly outcome?: (place: number, stream: Stream) => SampleOutcome;
}

/** Every request that k6 would schedule up to the end of the plan's last slot. */
export function makeRequests(plan: LoadPlan, traffic: TrueTraffic = {}): TrueRequest[] {
  const { schedule } = plan;
  const endUs = windowStartUs(plan, schedule.arms.length);
  return STREAMS.flatMap((stream) => {
    const periodUs = periodUsOf(plan, stream);
    const requests: TrueRequest[] = [];
    let n = 0;
    for (let place = 0; FIRST_US[stream] + place * periodUs < endUs; place++) {
      const scheduledUs = FIRST_US[stream] + place * periodUs;
      const dropped = traffic.isDropped?.(scheduledUs, stream) ?? false;
      requests.push({
        stream,
        place,
        n: dropped ? undefined : n++,
        scheduledUs,
        startedUs: scheduledUs + (traffic.latenessUs?.(place, stream, scheduledUs) ?? 0),
        durationUs: traffic.durationUs?.(place, stream) ?? 200,
        outcome: traffic.outcome?.(place, stream) ?? (stream === 'hit' ? 'hit' : 'loaded'),
      });
    }
    return requests;
  });
}

/** What is handed over with one slot: all that started in it or in the guard of the next one. */
export function samplesOfSlot(plan: LoadPlan, requests: readonly TrueRequest[], slot: number) {
  const samples: Record<Stream, Sample[]> = { hit: [], miss: [] };
  const fromUs = windowStartUs(plan, slot) - plan.schedule.guardMs * 1000;
  const untilUs = windowStartUs(plan, slot + 1);
  for (const { n, stream, startedUs, durationUs, outcome } of requests) {
    if (n === undefined || startedUs < fromUs || startedUs >= untilUs) continue;
    samples[stream].push({ n, startedUs: Math.round(startedUs), durationUs, outcome });
  }
  for (const stream of STREAMS) samples[stream].sort((a, b) => a.n - b.n);
  const slotEndUs = fromUs + slotMs(plan.schedule) * 1000;
  const foreignCount = STREAMS.flatMap((stream) => samples[stream]).filter(
    ({ outcome, startedUs }) => outcome === 'foreign' && startedUs < slotEndUs,
  ).length;
  return { samples, hotAskedCount: 10_000, hotDeniedCount: 0, foreignCount };
}

export function makeReading(atMs: number, settings: Partial<Reading> = {}): Reading {
  const host = { wallMs: atMs, monotonicMs: atMs - EPOCH_MS, cpuTimeMs: {} };
  return {
    atMs,
    placeboAtMs: atMs,
    host: { ...host, pressureUs: null, stealMs: null, allCpuMs: null },
    usage: new Map(),
    placeboHot: undefined,
    evalshaCalls: 0,
    backend: makeStats(atMs),
    forks: 0,
    expiredKeys: 0,
    refusedConnections: 0,
    mainThreadMs: 0,
    ...settings,
  };
}

function makeStats(atMs: number): Reading['backend'] {
  const counts = { servedCount: 0, rejectedCount: 0, abandonedCount: 0 };
  const states = { inServiceCount: 0, queuedCount: 0, queuedPeak: 0 };
  return { atMs, ...counts, ...states, busyWorkerMs: 0 };
}

export function makeUsage(admittedCount: number, rejectedCount = 0) {
  const lookups = { hitCount: 0, missCount: 0, storedCount: 0, refusedCount: 0 };
  const removals = { evictedCount: 0, expiredCount: 0, invalidatedCount: 0 };
  const others = { usageBytes: 0, entryCount: 0, wouldRejectCount: 0, entryLimitCount: 0 };
  return { admittedCount, rejectedCount, ...lookups, ...removals, ...others };
}

/** Evidence of a slot in which the given traffic took place; readings of servers that did nothing. */
export function makeEvidence(
  settings: {
    traffic?: TrueTraffic;
    plan?: LoadPlan;
    slot?: number;
  } & Partial<WindowEvidence> = {},
): WindowEvidence {
  const { traffic, plan = makePlan(), slot = 1, ...more } = settings;
  const fromMs = windowStartMs(plan.schedule, slot);
  return {
    plan,
    slot,
    round: 0,
    attempt: 0,
    runStartedMs: EPOCH_MS,
    samples: samplesOfSlot(plan, makeRequests(plan, traffic), slot),
    from: makeReading(fromMs),
    to: makeReading(fromMs + plan.schedule.windowMs),
    ...more,
  };
}

/** Where a slot's window begins, counted from the schedule's epoch. */
export function windowStartUs(plan: LoadPlan, slot: number): number {
  return (windowStartMs(plan.schedule, slot) - EPOCH_MS) * 1000;
}

export function periodUsOf(plan: LoadPlan, stream: Stream): number {
  const { neighbours, neighbourRatePerSecond } = plan.traffic;
  return 1_000_000 / streamRatePerSecond(neighbourRatePerSecond * neighbours.length, stream);
}
