import { openPipeline, openSender, type Pipeline, type Sender } from 'k6/x/partywall';
import type { Pace, Side } from './load-plan.ts';
import { makePaces } from './pace.k6.ts';
import { evenly, paced, playStream } from './planned-stream.k6.ts';
import { encodeHotLine } from './samples.ts';
import { slotAt, slotMs, windowStartMs } from './schedule.ts';
import { clientUrl, lineOf, linesOf, openPlan, wholeRun } from './side.k6.ts';
import {
  drawPopularKeys,
  missBytes,
  missKey,
  plansMiss,
  spikeRatePerSecond,
  streamRatePerSecond,
} from './traffic.ts';

/**
 * The hot tenant, all through the run. Its ordinary traffic always goes to the shared side. The
 * spike on top goes, by the slot's arm, to the placebo, to the shared side, or, in the baseline, to the
 * placebo's Redis alone, as a stand-in tenant's lookups that nothing follows: so generator and host are
 * as busy as in the other arms, while nobody's cache and no back-end feels the spike. A few requests
 * at a time go out in one write, pipelined as real clients do under load; each is a request of its own.
 */
const plan = openPlan();
const { traffic, schedule, hotBatch } = plan;
const { localDeny } = plan.protections;
const paceOf = makePaces(plan);
const popularBatches = batchesOf(drawPopularKeys(traffic.seed, traffic.hot.warmKeys), hotBatch);
const shared = openHot(plan.shared);
const placebo = plan.placebo ? openHot(plan.placebo) : undefined;
const standIn = plan.placebo ? openHot(plan.placebo, traffic.standIn) : undefined;

interface HotSide {
  readonly sender: Sender;
  /** With the protections of the plan, and without where some rounds go without. */
  readonly lines: readonly number[];
  /** For the closed loop that looks for the ceiling. */
  readonly pipeline: Pipeline;
  readonly command: readonly string[];
  readonly at: number;
}

function openHot(side: Side, tenant = traffic.hot): HotSide {
  const sender = openSender(clientUrl(side), plan.hotLoadsMax);
  const { command, at } = lineOf(plan, side, tenant);
  const lines = linesOf(plan, side, tenant, localDeny).map((line) => sender.prepare(line));
  return { sender, lines, pipeline: openPipeline(clientUrl(side)), command, at };
}

export const options = { scenarios: scenarios(), systemTags: [] };

function scenarios() {
  const misses = spikeRatePerSecond(traffic) > 0 ? { misses: wholeRun('misses', plan) } : {};
  if (plan.hotPace === 'ceiling') {
    const closed = {
      executor: 'constant-vus',
      duration: `${plan.durationMs}ms`,
      gracefulStop: '5s',
    };
    return { ...misses, closedLoop: { ...closed, exec: 'closedLoop', vus: plan.ceilingVus } };
  }
  const ordinary = wholeRun('ordinary', plan);
  return 'misses' in misses ? { ordinary, hits: wholeRun('hits', plan), ...misses } : { ordinary };
}

/** The requests that the tenant makes in every arm. */
export function ordinary(): void {
  const counts = makeCounts();
  playStream({
    moments: evenly(traffic.ordinaryRatePerSecond),
    durationMs: plan.durationMs,
    onStep: () => {},
    plan: (n, dueAtMs) => {
      counts.enter(dueAtMs);
      if (plansMiss(n)) {
        const bytes = [missBytes(traffic.seed, n)];
        counts.send(shared, [missKey(counts.slot, n, 'o')], bytes, dueAtMs);
      } else {
        counts.send(shared, [keyOf(n)], [], dueAtMs);
      }
    },
  });
}

/** The spike's planned hits. */
export function hits(): void {
  const counts = makeCounts();
  playStream({
    moments: paced((atMs) => hitsPerSecond(atMs) / hotBatch, paceChangeAfter),
    durationMs: plan.durationMs,
    onStep: () => {},
    plan: (n, dueAtMs) => {
      counts.enter(dueAtMs);
      counts.send(
        aimedAt(counts.slot),
        popularBatches[n % popularBatches.length] ?? [],
        [],
        dueAtMs,
      );
    },
  });
}

/**
 * Part of a guard that belongs to hits alone: they use up the burst that the tenant's rate limit
 * grants at first. As misses, it would fill the back-end's queue for longer than the guard lasts, and
 * the window would show the beginning of the spike instead of the spike. A spike too slow to use it
 * up in that time is faster in it; one below the limit never does.
 */
const BURST_PART = 0.4;
const tier = plan.tiers[traffic.hot.tier];

function hitsPerSecond(atMs: number): number {
  const slot = slotAt(schedule, atMs);
  const { hotRatePerSecond, isProtected } = paceOf(slot);
  const rate = streamRatePerSecond(spikePerSecond(slot), 'hit');
  const limiter = (isProtected ? plan.protections : plan.unprotected)?.limiter;
  if (!limiter || !tier || hotRatePerSecond <= tier.ratePerSecond) return rate;
  const burstMs = BURST_PART * schedule.guardMs;
  if (atMs - slotStartMs(slot) >= burstMs) return rate;
  return Math.max(rate, (1000 * tier.burst) / burstMs + tier.ratePerSecond);
}

function missesPerSecond(atMs: number): number {
  return streamRatePerSecond(spikePerSecond(slotAt(schedule, atMs)), 'miss');
}

function spikePerSecond(slot: number): number {
  return spikeRatePerSecond({ ...traffic, ...paceOf(slot) });
}

function slotStartMs(slot: number): number {
  return windowStartMs(schedule, slot) - schedule.guardMs;
}

/** The end of the burst, or of the slot. */
function paceChangeAfter(atMs: number): number {
  const slot = slotAt(schedule, atMs);
  const burstEndMs = slotStartMs(slot) + BURST_PART * schedule.guardMs;
  return atMs < burstEndMs ? burstEndMs : slotStartMs(slot + 1);
}

/** The spike's planned misses: those that are admitted are loaded and put. */
export function misses(): void {
  const counts = makeCounts();
  playStream({
    moments: paced((atMs) => missesPerSecond(atMs) / hotBatch, paceChangeAfter),
    durationMs: plan.durationMs,
    onStep: () => {},
    plan: (n, dueAtMs) => {
      counts.enter(dueAtMs);
      if (counts.inSlotMs < BURST_PART * schedule.guardMs) return;
      const side = aimedAt(counts.slot);
      const keys: string[] = [];
      const bytes: number[] = [];
      for (let at = 0; at < hotBatch; at++) {
        keys.push(missKey(counts.slot, n * hotBatch + at));
        bytes.push(missBytes(traffic.seed, at));
      }
      counts.send(side, keys, side === standIn ? [] : bytes, dueAtMs);
    },
  });
}

let batchCount = 0;

/** As fast as answers come: what the generators can carry. */
export async function closedLoop(): Promise<void> {
  const { pipeline, command, at } = placebo ?? shared;
  const keys = popularBatches[batchCount++ % popularBatches.length] ?? [];
  await pipeline.sendEach(command, at, keys);
}

/** Where the spike goes in a slot. */
function aimedAt(slot: number): HotSide | undefined {
  const arm = schedule.arms[slot] ?? 'baseline';
  if (arm === 'spike') return shared;
  return arm === 'placebo' ? placebo : standIn;
}

/** Sends a stream's requests and counts those of each slot that fall within its window. */
function makeCounts() {
  let isMeasured = false;
  let askedCount = 0;
  let pace: Pace = paceOf(Number.NEGATIVE_INFINITY);
  const counts = {
    slot: Number.NEGATIVE_INFINITY,
    inSlotMs: 0,
    enter(atMs: number): void {
      const next = slotAt(schedule, atMs);
      if (next !== counts.slot) {
        report(counts.slot, askedCount);
        counts.slot = next;
        pace = paceOf(next);
        askedCount = 0;
      }
      counts.inSlotMs = atMs - schedule.epochMs - next * slotMs(schedule);
      isMeasured = counts.inSlotMs >= schedule.guardMs;
    },
    send(
      side: HotSide | undefined,
      keys: readonly string[],
      bytes: readonly number[],
      dueAtMs: number,
    ): void {
      if (!side) return;
      const line = side.lines[pace.isProtected ? 0 : 1] ?? 0;
      const refusedCount = side.sender.send(line, keys, bytes, dueAtMs, isMeasured);
      if (isMeasured) askedCount += keys.length - refusedCount;
    },
  };
  return counts;
}

function report(slot: number, askedCount: number): void {
  if (askedCount === 0 || slot < 0) return;
  let deniedCount = 0;
  for (const side of [shared, placebo]) {
    if (side && localDeny) deniedCount += side.sender.takeDenied(side.lines[0] ?? 0);
  }
  console.log(encodeHotLine({ slot, askedCount, deniedCount }));
}

function keyOf(n: number): string {
  const batch = popularBatches[Math.floor(n / hotBatch) % popularBatches.length];
  return batch?.[n % hotBatch] ?? '';
}

function batchesOf(keys: readonly string[], size: number): string[][] {
  const batches: string[][] = [];
  for (let at = 0; at + size <= keys.length; at += size) batches.push(keys.slice(at, at + size));
  return batches;
}
