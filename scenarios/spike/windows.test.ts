import fc from 'fast-check';
import type { Histogram } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import type { NeighbourSamples, WindowMeasurement } from '../../results/window.ts';
import {
  makeEvidence,
  makePlan,
  makeRequests,
  periodUsOf,
  samplesOfSlot,
  type TrueTraffic,
  windowStartUs,
} from './evidence.fixture.ts';
import type { SampleOutcome } from './samples.ts';
import { STREAMS, type Stream } from './traffic.ts';
import { measureWindow } from './windows.ts';

const plan = makePlan();
const SLOT = 1;
const FROM_US = windowStartUs(plan, SLOT);
const TO_US = FROM_US + 1_000_000;

/** A moment of the window, by the part of it that has gone by. */
const at = (part: number) => FROM_US + part * 1_000_000;
const measure = (traffic: TrueTraffic) =>
  measureWindow([makeEvidence({ plan, slot: SLOT, traffic })]);

/** What the judge must be told, from a k6 whose every scheduled start is known. */
function trueResponsesUs(traffic: TrueTraffic, tenant: number, stream: Stream): number[] {
  return makeRequests(plan, traffic)
    .filter((one) => one.stream === stream && one.place % 4 === tenant)
    .filter(({ scheduledUs }) => scheduledUs >= FROM_US && scheduledUs < TO_US)
    .map(({ startedUs, scheduledUs, durationUs }) => startedUs - scheduledUs + durationUs)
    .sort((a, b) => a - b);
}

function valuesOf(histogram: Histogram): number[] {
  const count = histogram.totalCount;
  return Array.from({ length: count }, (_, i) =>
    histogram.getValueAtPercentile((100 * (i + 0.5)) / count),
  );
}

/** Values below 2,048 us are exact in the histogram; starts are rounded to a microsecond, twice. */
function expectResponses(neighbours: readonly NeighbourSamples[], traffic: TrueTraffic) {
  neighbours.forEach((neighbour, tenant) => {
    for (const stream of STREAMS) {
      const expected = trueResponsesUs(traffic, tenant, stream);
      const values = valuesOf(neighbour[stream].latencyUs);
      expect(values).toHaveLength(expected.length);
      const errors = values.map((value, i) => Math.abs(value - (expected[i] ?? 0)));
      expect(Math.max(...errors)).toBeLessThanOrEqual(2);
      expect(neighbour[stream].failedCount).toBe(0);
    }
  });
}

const failed = ({ neighbours }: WindowMeasurement, stream: Stream) =>
  neighbours.map((neighbour) => neighbour[stream].failedCount);
const answered = ({ neighbours }: WindowMeasurement, stream: Stream) =>
  neighbours.map((neighbour) => neighbour[stream].latencyUs.totalCount);
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe('a window without drops', () => {
  it('gives every neighbour its planned hits and misses, on the right path', () => {
    const window = measure({ durationUs: (_, stream) => (stream === 'hit' ? 200 : 1900) });

    expect(answered(window, 'hit')).toEqual([220, 220, 220, 220]);
    expect(answered(window, 'miss')).toEqual([30, 30, 30, 30]);
    expect([...failed(window, 'hit'), ...failed(window, 'miss')]).toEqual(new Array(8).fill(0));
    expect(window.neighbours.map(({ observedHitCount }) => observedHitCount)).toEqual([
      220, 220, 220, 220,
    ]);
    expect(window).toMatchObject({ scheduledStartsKnown: true, latenessP99Us: expect.any(Number) });
    expect(window.latenessP99Us).toBeLessThanOrEqual(1);
    expect(window.neighbours.map(({ tenant, tier }) => `${tenant} ${tier}`)).toEqual([
      'neighbour-01 platinum',
      'neighbour-02 gold',
      'neighbour-03 silver',
      'neighbour-04 platinum',
    ]);
  });

  it('counts a response from its scheduled start, however late the request started', () => {
    fc.assert(
      fc.property(
        // One start in some is on time, as in any window that can be measured at all.
        fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 12 }).map((late) => [0, ...late]),
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 7 }),
        (lateUs, durationsUs) => {
          const traffic: TrueTraffic = {
            latenessUs: (place) => lateUs[place % lateUs.length] ?? 0,
            durationUs: (place) => durationsUs[place % durationsUs.length] ?? 1,
          };

          const window = measure(traffic);

          expect(window.scheduledStartsKnown).toBe(true);
          expect(window.offeredNeighbours.droppedCount).toBe(0);
          expectResponses(window.neighbours, traffic);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('sees a stall of the generator in the responses, and in the lateness', () => {
    // For 30 ms nothing starts, then everything that was due starts at once.
    const stallUs = (scheduledUs: number) => Math.max(0, Math.min(30_000, at(0.5) - scheduledUs));
    const isDue = (scheduledUs: number) => scheduledUs > at(0.5) - 30_000 && scheduledUs < at(0.5);
    const window = measure({
      latenessUs: (_, __, scheduledUs) => (isDue(scheduledUs) ? stallUs(scheduledUs) : 0),
    });

    const slowest = Math.max(...window.neighbours.map(({ hit }) => hit.latencyUs.maxValue));
    expect(slowest).toBeGreaterThan(28_000);
    expect(slowest).toBeLessThan(30_500);
    // 3 % of the starts were late by up to 30 ms: the 99th percentile is two thirds of that.
    expect(window.latenessP99Us).toBeGreaterThan(18_000);
    expect(window.latenessP99Us).toBeLessThan(22_000);
    expect(sum(failed(window, 'hit'))).toBe(0);
  });

  it('takes requests at its very end that started late for late, not for lost', () => {
    const window = measure({
      latenessUs: (_, __, scheduledUs) => (scheduledUs > TO_US - 40_000 ? 14_000 : 0),
    });

    expect(sum(answered(window, 'hit')) + sum(answered(window, 'miss'))).toBe(1000);
    expect(window.scheduledStartsKnown).toBe(true);
  });

  it('knows the schedule after drops in an earlier slot, too', () => {
    const window = measure({ isDropped: (us) => us > 300_000 && us < 350_000 });

    expect(window).toMatchObject({ scheduledStartsKnown: true });
    expect(window.offeredNeighbours.droppedCount).toBe(0);
    expect(answered(window, 'hit')).toEqual([220, 220, 220, 220]);
  });
});

describe('requests that did not succeed', () => {
  it.each(['rejected', 'failed', 'foreign'] as const)(
    'count as failures of their path and tenant where they were %s',
    (outcome: SampleOutcome) => {
      const window = measure({
        outcome: (place, stream) => {
          if (stream === 'hit') return place % 4 === 2 ? outcome : 'hit';
          return place % 4 === 3 ? outcome : 'loaded';
        },
      });

      expect(failed(window, 'hit')).toEqual([0, 0, 220, 0]);
      expect(failed(window, 'miss')).toEqual([0, 0, 0, 30]);
      expect(answered(window, 'hit')).toEqual([220, 220, 0, 220]);
      expect(answered(window, 'miss')).toEqual([30, 30, 30, 0]);
      expect(window.neighbours[2]?.observedHitCount).toBe(0);
    },
  );

  it('count as failures of their path and tenant where they never came back', () => {
    const evidence = makeEvidence({ plan, slot: SLOT });
    const { hit, miss } = evidence.samples.samples;
    const inWindow = ({ startedUs }: { startedUs: number }) => startedUs > at(0.2);
    const lostHits = hit.filter((one) => inWindow(one) && one.n % 4 === 1).slice(0, 5);
    const lostMisses = miss.filter((one) => inWindow(one) && one.n % 4 === 2).slice(0, 2);
    const samples = {
      ...evidence.samples,
      samples: {
        hit: hit.filter((one) => !lostHits.includes(one)),
        miss: miss.filter((one) => !lostMisses.includes(one)),
      },
    };

    const window = measureWindow([{ ...evidence, samples }]);

    expect(failed(window, 'hit')).toEqual([0, 5, 0, 0]);
    expect(failed(window, 'miss')).toEqual([0, 0, 2, 0]);
    expect(answered(window, 'hit')).toEqual([220, 215, 220, 220]);
    expect(window.scheduledStartsKnown).toBe(true);
  });

  it('are all of them where no sample came at all', () => {
    const evidence = makeEvidence({ plan, slot: SLOT });
    const samples = { ...evidence.samples, samples: { hit: [], miss: [] } };

    const window = measureWindow([{ ...evidence, samples }]);

    expect(sum(failed(window, 'hit'))).toBe(880);
    expect(sum(failed(window, 'miss'))).toBe(120);
    expect(window.offeredNeighbours.droppedCount).toBe(1000);
    expect(window).toMatchObject({ scheduledStartsKnown: false, neighbourVusPeak: 0 });
  });

  it('keep apart what was planned and what the cache did', () => {
    const window = measure({ outcome: (_, stream) => (stream === 'hit' ? 'loaded' : 'hit') });

    expect(window.neighbours.map(({ observedHitCount }) => observedHitCount)).toEqual([
      30, 30, 30, 30,
    ]);
    expect(answered(window, 'hit')).toEqual([220, 220, 220, 220]);
  });
});

describe('a window with drops', () => {
  const dropsOf = (stream: Stream, part: number, count: number): TrueTraffic => {
    const untilUs = at(part) + count * periodUsOf(plan, stream);
    return {
      isDropped: (us, one) => one === stream && us >= at(part) && us < untilUs - 1,
      latenessUs: (place) => (place % 3) * 150,
      durationUs: () => 300,
    };
  };

  it.each(
    STREAMS.flatMap((stream) =>
      [0.02, 0.1, 0.5, 0.76, 0.9].flatMap((part) =>
        [1, 3, 20].map((count) => [count, stream, part] as const),
      ),
    ).filter(([count, stream]) => stream === 'hit' || count < 20),
  )('sees %i dropped of the %s stream after %f of it, and counts them', (count, stream, part) => {
    const window = measure(dropsOf(stream, part, count));

    expect(window.scheduledStartsKnown).toBe(false);
    expect(Math.abs(window.offeredNeighbours.droppedCount - count)).toBeLessThanOrEqual(1);
    expect(Math.abs(sum(failed(window, stream)) - count)).toBeLessThanOrEqual(1);
    expect(sum(failed(window, stream)) + sum(answered(window, stream))).toBe(
      stream === 'hit' ? 880 : 120,
    );
  });

  it('counts from actual starts on the path of the drops, from scheduled ones on the other', () => {
    const window = measure(dropsOf('hit', 0.5, 10));

    for (const { hit, miss } of window.neighbours) {
      expect([hit.latencyUs.minNonZeroValue, hit.latencyUs.maxValue]).toEqual([300, 300]);
      expect(miss.latencyUs.maxValue).toBeGreaterThan(590);
    }
  });

  it('does not take the drops themselves for lateness', () => {
    const window = measure(dropsOf('hit', 0.3, 40));

    expect(window.offeredNeighbours.droppedCount).toBeGreaterThanOrEqual(39);
    expect(window.latenessP99Us).toBeLessThan(periodUsOf(plan, 'hit'));
  });

  it('is measured in a small part of its guard', () => {
    const wide = makePlan();
    const traffic = { ...wide.traffic, neighbourRatePerSecond: 12_500 };
    const large = { ...wide, traffic };
    const requests = makeRequests(large, { isDropped: (us) => us > at(0.5) && us < at(0.51) });
    const samples = samplesOfSlot(large, requests, SLOT);
    const evidence = makeEvidence({ plan: large, slot: SLOT, samples });

    const startedMs = performance.now();
    const window = measureWindow([evidence]);

    expect(window.scheduledStartsKnown).toBe(false);
    // 50,000 samples take about 50 ms; anything quadratic would take more than ten seconds.
    expect(performance.now() - startedMs).toBeLessThan(3000);
  });
});
