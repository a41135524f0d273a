import { describe, expect, it } from 'vitest';
import { mergeHistograms } from '../../results/histogram.ts';
import type { Arm, WindowMeasurement } from '../../results/window.ts';
import {
  makeEvidence,
  makePlan,
  makeReading,
  makeRequests,
  makeUsage,
  samplesOfSlot,
  type TrueTraffic,
} from './evidence.fixture.ts';
import type { Reading } from './readings.ts';
import { measureArms } from './rounds.ts';
import { slotAt, windowStartMs } from './schedule.ts';
import type { Stream } from './traffic.ts';
import { measureWindow } from './windows.ts';

const ORDER: readonly Arm[] = ['placebo', 'baseline', 'spike'];
const MIRRORED: readonly Arm[] = [...ORDER, ...[...ORDER].reverse()];
const plan = makePlan([...MIRRORED, ...MIRRORED]);
const { schedule, traffic } = plan;
const SLOTS = schedule.arms.map((_, slot) => slot);
const slotsOf = (arm: Arm) => SLOTS.filter((slot) => schedule.arms[slot] === arm);

const part = (slot: number, of: TrueTraffic = {}) => makeEvidence({ plan, slot, traffic: of });

/** A value up to 2,048 us is exact in a histogram, so it tells the slot in which it was taken. */
const durationIn = (slot: number) => 100 * (slot + 1);

/** A round in which every request takes as long as its slot says. */
function markedRound() {
  const requests = makeRequests(plan).map((one) => {
    const slot = slotAt(schedule, schedule.epochMs + one.scheduledUs / 1000);
    return { ...one, durationUs: durationIn(slot) };
  });
  return SLOTS.map((slot) =>
    makeEvidence({ plan, slot, samples: samplesOfSlot(plan, requests, slot) }),
  );
}

/** How many requests took how long, to 100 us: starts are rounded to a microsecond. */
function countByDuration({ neighbours }: WindowMeasurement, stream: Stream) {
  const merged = mergeHistograms(neighbours.map((one) => one[stream].latencyUs));
  const counts: Record<number, number> = {};
  for (let rank = 0; rank < merged.totalCount; rank++) {
    const exactUs = merged.getValueAtPercentile((100 * (rank + 0.5)) / merged.totalCount);
    const us = 100 * Math.round(exactUs / 100);
    counts[us] = (counts[us] ?? 0) + 1;
  }
  return counts;
}

describe('a round of several parts an arm', () => {
  it('is a window an arm, in the order in which the arms came first', () => {
    const windows = measureArms(markedRound());

    expect(windows.map(({ arm }) => arm)).toEqual(ORDER);
    for (const { arm, startedAtMs, durationMs } of windows) {
      const first = slotsOf(arm)[0] ?? -1;
      expect(startedAtMs).toBe(windowStartMs(schedule, first) - schedule.epochMs);
      expect(durationMs).toBe(4 * schedule.windowMs);
    }
  });

  it("joins the requests of an arm's own parts, all of them and no others", () => {
    for (const window of measureArms(markedRound())) {
      const durations = slotsOf(window.arm).map(durationIn);

      const counts = (each: number) => Object.fromEntries(durations.map((us) => [us, each]));
      expect(countByDuration(window, 'hit')).toEqual(counts(880));
      expect(countByDuration(window, 'miss')).toEqual(counts(120));
      expect(window.offeredNeighbours.plannedCount).toBe(4000);
      expect(window.neighbours.map(({ hit, miss }) => hit.failedCount + miss.failedCount)).toEqual([
        0, 0, 0, 0,
      ]);
      expect(window.reads).toEqual({ checkedCount: 4 * 880, foreignCount: 0 });
    }
  });

  it('counts every foreign value of its parts, the guards included', () => {
    const periodUs = 1_000_000 / 880;
    const foreignFrom = (fromUs: number) =>
      makeRequests(plan).map((one) => {
        const isForeign =
          one.stream === 'hit' && one.startedUs >= fromUs && one.startedUs < fromUs + 3 * periodUs;
        return isForeign ? { ...one, outcome: 'foreign' as const } : one;
      });
    const [first = 0] = slotsOf('baseline');
    const windowUs = 1000 * (windowStartMs(schedule, first) - schedule.epochMs);
    const readsFrom = (fromUs: number) => {
      const samples = samplesOfSlot(plan, foreignFrom(fromUs), first);
      return measureWindow([makeEvidence({ plan, slot: first, samples })]).reads;
    };

    expect(readsFrom(windowUs - 100_000)).toEqual({ checkedCount: 883, foreignCount: 3 });
    expect(readsFrom(windowUs + 100_000)).toEqual({ checkedCount: 880, foreignCount: 3 });
  });

  it('keeps a failure in the arm in which it happened', () => {
    const [hurt] = slotsOf('spike').slice(2);
    const round = SLOTS.map((slot) =>
      slot === hurt ? part(slot, { outcome: () => 'failed' }) : part(slot),
    );

    const failures = measureArms(round).map(({ arm, neighbours }) => [
      arm,
      neighbours.reduce((sum, { hit, miss }) => sum + hit.failedCount + miss.failedCount, 0),
    ]);

    expect(failures).toEqual([
      ['placebo', 0],
      ['baseline', 0],
      ['spike', 1000],
    ]);
  });

  it('is what there is of it where it was cut short: an arm may have fewer parts, or none', () => {
    const windows = measureArms(markedRound().slice(0, 4));

    expect(windows.map(({ arm, durationMs }) => [arm, durationMs])).toEqual([
      ['placebo', 1000],
      ['baseline', 1000],
      ['spike', 2000],
    ]);
    expect(measureArms([])).toEqual([]);
    expect(() => measureWindow([])).toThrow('a window of no parts');
  });
});

describe('the lateness of a window of several parts', () => {
  const [first = 0, ...others] = slotsOf('baseline');
  /** Every so-many-th request is 9 ms late. */
  const late = (every: number): TrueTraffic => ({
    latenessUs: (place) => (place % every === 0 ? 9000 : 0),
  });

  it('is that of all their requests, not of the worst part', () => {
    const window = measureWindow([part(first, late(50)), ...others.map((slot) => part(slot))]);

    // 2 % of a quarter of the requests are .5 % of all: the 99th percentile is on time.
    expect(window.latenessP99Us).toBeLessThanOrEqual(1);
    expect(measureWindow([part(first, late(50))]).latenessP99Us).toBeGreaterThan(8990);
  });

  it('is not that of the first part either', () => {
    const lateLater = others.map((slot) => part(slot, late(50)));

    const { latenessP99Us } = measureWindow([part(first), ...lateLater]);

    // 2 % of three quarters are 1.5 %.
    expect(latenessP99Us).toBeGreaterThan(8990);
  });

  it('has unknown starts where one part has drops, which are counted', () => {
    const [slot = 0, ...rest] = others;
    const fromUs = (windowStartMs(schedule, slot) - schedule.epochMs) * 1000;
    const dropped = part(slot, { isDropped: (us) => us > fromUs + 5e5 && us < fromUs + 5.5e5 });

    const window = measureWindow([part(first), dropped, ...rest.map((one) => part(one))]);

    const alone = measureWindow([dropped]);
    expect(alone.offeredNeighbours.droppedCount).toBeGreaterThan(40);
    expect(window.offeredNeighbours.droppedCount).toBe(alone.offeredNeighbours.droppedCount);
    expect(window.scheduledStartsKnown).toBe(false);
  });
});

describe('the counts of a window of several parts', () => {
  /**
   * Servers whose counters go on all through the round: in each slot by what is said for its arm,
   * and by as much again between the windows.
   */
  function countingRound(ofSlot: (slot: number) => { each: number; hot: number; calls: number }) {
    let each = 500;
    let hot = 9000;
    let calls = 40_000;
    let forks = 3;
    return SLOTS.map((slot) => {
      const read = (atMs: number): Reading =>
        makeReading(atMs, {
          usage: new Map([
            ...traffic.neighbours.map(({ id }) => [id, makeUsage(each, 7)] as const),
            [traffic.hot.id, makeUsage(hot, 70)] as const,
          ]),
          evalshaCalls: calls,
          forks,
          expiredKeys: calls / 10,
        });
      const advance = () => {
        const by = ofSlot(slot);
        each += by.each;
        hot += by.hot;
        calls += by.calls;
        forks += 1;
      };
      const fromMs = windowStartMs(schedule, slot);
      const from = read(fromMs);
      advance();
      const to = read(fromMs + schedule.windowMs);
      advance();
      return makeEvidence({ plan, slot, from, to });
    });
  }

  it("are the sums over an arm's own windows; what happens between them is not counted", () => {
    const windows = measureArms(
      countingRound((slot) =>
        schedule.arms[slot] === 'spike'
          ? { each: 240 + slot, hot: 8000 + slot, calls: 9000 }
          : { each: 200, hot: 90, calls: 1000 },
      ),
    );

    const [placebo, baseline, spike] = windows;
    const spikeSlots = slotsOf('spike').reduce((sum, slot) => sum + slot, 0);
    expect(spike?.offeredNeighbours.servedCount).toBe(4 * (4 * 240 + spikeSlots));
    expect(spike?.offeredHot).toEqual({
      plannedCount: 40_000,
      servedCount: 4 * 8000 + spikeSlots,
      droppedCount: 0,
    });
    expect(spike).toMatchObject({
      hotAdmittedCount: 4 * 8000 + spikeSlots,
      hotRejectedCount: 0,
      sharedCommandsPerSecond: 9000,
      expiredKeysPerSecond: 900,
      forkCount: 4,
    });
    for (const window of [placebo, baseline]) {
      expect(window?.offeredNeighbours.servedCount).toBe(3200);
      expect(window).toMatchObject({ sharedCommandsPerSecond: 1000, forkCount: 4 });
    }
    expect(baseline?.offeredHot).toMatchObject({ plannedCount: 400, servedCount: 360 });
  });

  it('hold what the generator did not ask in any part', () => {
    const asked = [10_000, 9000, 10_000, 8500];
    const parts = slotsOf('spike').map((slot, i) => {
      const evidence = part(slot);
      return { ...evidence, samples: { ...evidence.samples, hotAskedCount: asked[i] ?? 0 } };
    });

    expect(measureWindow(parts).offeredHot.droppedCount).toBe(2500);
  });

  it('take the peak of loads from the part that had most, never the sum', () => {
    const [first = 0, second = 0, ...others] = slotsOf('baseline');
    // 30 misses a second and tenant: 33 ms apart for all four of them, 8.3 ms in all.
    const slow = (durationUs: number): TrueTraffic => ({ durationUs: () => durationUs });

    const window = measureWindow([
      part(first, slow(1000)),
      part(second, slow(40_000)),
      ...others.map((slot) => part(slot, slow(20_000))),
    ]);

    const alone = measureWindow([part(second, slow(40_000))]).neighbourVusPeak;
    expect(alone).toBeGreaterThanOrEqual(4);
    expect(window.neighbourVusPeak).toBe(alone);
  });
});

describe('the host during a window of several parts', () => {
  /** A part in which k6 had so much of a core, the clock was set, and tasks waited. */
  function busyPart(slot: number, { cores = 0, stepMs = 0, pressure = 0, steal = 0 }) {
    const fromMs = windowStartMs(schedule, slot);
    const toMs = fromMs + schedule.windowMs;
    const sample = (atMs: number, done: number) => {
      const reading = makeReading(atMs);
      const host = {
        ...reading.host,
        wallMs: reading.host.wallMs + done * stepMs,
        cpuTimeMs: { k6: 5000 + done * cores * schedule.windowMs },
        pressureUs: 100 + done * pressure * schedule.windowMs * 1000,
        stealMs: 10 + done * steal * 2000,
        allCpuMs: 10_000 + done * 2000,
      };
      return { ...reading, host };
    };
    return makeEvidence({ plan, slot, from: sample(fromMs, 0), to: sample(toMs, 1) });
  }

  it('is the mean of shares, and the largest step of the clock', () => {
    const settings = [
      { cores: 0.2, stepMs: 0, pressure: 0.1, steal: 0.02 },
      { cores: 0.4, stepMs: 700, pressure: 0.3, steal: 0 },
      { cores: 0.6, stepMs: 0, pressure: 0, steal: 0.1 },
      { cores: 0.8, stepMs: 40, pressure: 0, steal: 0 },
    ];

    const window = measureWindow(
      slotsOf('baseline').map((slot, i) => busyPart(slot, settings[i] ?? {})),
    );

    expect(window.cpu['k6']).toBeCloseTo(0.5, 9);
    expect(window.cpuPressure).toBeCloseTo(0.1, 9);
    expect(window.cpuSteal).toBeCloseTo(0.03, 9);
    expect(window.clockStepMs).toBeCloseTo(700, 6);
  });

  it('has no pressure and no steal where the host tells none', () => {
    const window = measureWindow(slotsOf('baseline').map((slot) => part(slot)));

    expect(window).not.toHaveProperty('cpuPressure');
    expect(window).not.toHaveProperty('cpuSteal');
  });
});
