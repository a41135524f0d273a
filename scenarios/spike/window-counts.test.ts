import { describe, expect, it } from 'vitest';
import {
  makeEvidence,
  makePlan,
  makeReading,
  makeRequests,
  makeUsage,
  samplesOfSlot,
  windowStartUs,
} from './evidence.fixture.ts';
import type { Reading } from './readings.ts';
import type { Sample } from './samples.ts';
import { windowStartMs } from './schedule.ts';
import { measureWindow } from './windows.ts';

const plan = makePlan(['baseline', 'placebo', 'spike']);
const ARM_SLOT = { baseline: 0, placebo: 1, spike: 2 } as const;
const requests = makeRequests(plan);

/** A window at whose bounds the servers had counted the given requests since the one before. */
function measureCounts(settings: {
  arm?: keyof typeof ARM_SLOT;
  neighbours?: number;
  rejected?: number;
  hotShared?: [number, number];
  hotPlacebo?: [number, number];
  denied?: number;
  asked?: number;
  lateMs?: [number, number];
  to?: Partial<Reading>;
  plan?: typeof plan;
}) {
  const { arm = 'baseline', lateMs = [0, 0], hotShared = [100, 0] } = settings;
  const of = settings.plan ?? plan;
  const slot = ARM_SLOT[arm];
  const fromMs = windowStartMs(of.schedule, slot);
  const usageOf = (neighbours: number, rejected: number, hot: [number, number]) =>
    new Map([
      ...of.traffic.neighbours.map(({ id }) => [id, makeUsage(neighbours, rejected)] as const),
      [of.traffic.hot.id, makeUsage(...hot)] as const,
    ]);
  const before: [number, number] = [7000, 900];
  const plus = ([admitted, rejected]: [number, number]): [number, number] => [
    before[0] + admitted,
    before[1] + rejected,
  ];
  const placebo = (hot: [number, number]) =>
    settings.hotPlacebo ? { placeboHot: makeUsage(...hot) } : {};
  const samples = samplesOfSlot(of, requests, slot);
  return measureWindow([
    makeEvidence({
      plan: of,
      slot,
      samples: {
        ...samples,
        hotDeniedCount: settings.denied ?? 0,
        hotAskedCount: settings.asked ?? samples.hotAskedCount,
      },
      from: makeReading(fromMs + lateMs[0], {
        usage: usageOf(4000, 30, before),
        ...placebo([500, 50]),
      }),
      to: makeReading(fromMs + of.schedule.windowMs + lateMs[1], {
        usage: usageOf(
          4000 + (settings.neighbours ?? 250),
          30 + (settings.rejected ?? 0),
          plus(hotShared),
        ),
        ...(settings.hotPlacebo
          ? placebo([500 + settings.hotPlacebo[0], 50 + settings.hotPlacebo[1]])
          : {}),
        ...settings.to,
      }),
    }),
  ]);
}

describe("the neighbours' offered load", () => {
  it('is what the servers counted of all of them, rejections included', () => {
    const { offeredNeighbours } = measureCounts({ neighbours: 200, rejected: 40 });

    expect(offeredNeighbours).toEqual({ plannedCount: 1000, servedCount: 960, droppedCount: 0 });
  });

  it.each([
    ['both late', [12, 12], 250, 1000],
    ['the second late: more was counted', [0, 20], 255, 1000],
    ['the first late: less was counted', [40, 0], 240, 1000],
    ['one request beside the window at a bound', [0, 0], 250.5, 1000],
    ['one per cent missing stays missing', [0, 20], 252.45, 990],
  ] as const)('is scaled to the window, readings %s', (_, lateMs, each, servedCount) => {
    const window = measureCounts({ neighbours: each, lateMs: [...lateMs] });

    expect(window.offeredNeighbours.servedCount).toBe(servedCount);
  });
});

describe("the hot tenant's load", () => {
  it('is planned at the ordinary rate in the baseline, at that of the spike elsewhere', () => {
    const planned = (['baseline', 'placebo', 'spike'] as const).map(
      (arm) => measureCounts({ arm }).offeredHot.plannedCount,
    );

    expect(planned).toEqual([100, 10_000, 10_000]);
  });

  it('in the placebo arm is the ordinary share on one side and the rest on the other', () => {
    const window = measureCounts({
      arm: 'placebo',
      hotShared: [100, 0],
      hotPlacebo: [1000, 8900],
    });

    expect(window.offeredHot).toMatchObject({ plannedCount: 10_000, servedCount: 10_000 });
    expect([window.hotAdmittedCount, window.hotRejectedCount]).toEqual([1100, 8900]);
  });

  it('is scaled on each side by the time that passed between the readings of that side', () => {
    const endMs = windowStartMs(plan.schedule, ARM_SLOT.placebo) + plan.schedule.windowMs;
    const window = measureCounts({
      arm: 'placebo',
      hotShared: [100, 0],
      hotPlacebo: [1010, 8989],
      to: { placeboAtMs: endMs + 10 },
    });

    expect(window.offeredHot.servedCount).toBe(10_000);
  });

  it('in the spike arm is all on the shared side', () => {
    const window = measureCounts({ arm: 'spike', hotShared: [1000, 9000], hotPlacebo: [0, 0] });

    expect(window.offeredHot).toMatchObject({ plannedCount: 10_000, servedCount: 10_000 });
    expect([window.hotAdmittedCount, window.hotRejectedCount]).toEqual([1000, 9000]);
  });

  it('is what was served, however much less than planned', () => {
    const window = measureCounts({ arm: 'spike', hotShared: [1000, 5000] });

    expect(window.offeredHot.servedCount).toBe(6000);
  });

  it.each(['baseline', 'placebo', 'spike'] as const)(
    'lacks what its generator did not ask within the window, in the %s arm',
    (arm) => {
      const droppedOf = (asked: number) => measureCounts({ arm, asked }).offeredHot.droppedCount;

      expect([10_000, 9_940, 0, 10_020].map(droppedOf)).toEqual([0, 60, 10_000, 0]);
    },
  );

  it('holds what the generator denied itself, as rejected', () => {
    const window = measureCounts({ arm: 'spike', hotShared: [1000, 2000], denied: 7000 });

    expect(window.offeredHot.servedCount).toBe(10_000);
    expect([window.hotAdmittedCount, window.hotRejectedCount]).toEqual([1000, 9000]);
  });

  it('needs no placebo', () => {
    const window = measureCounts({ arm: 'spike', hotShared: [10_000, 0] });

    expect(window.offeredHot.servedCount).toBe(10_000);
  });
});

describe('counts of the record', () => {
  it('are whole, whatever the rates and lengths', () => {
    const odd = {
      ...plan,
      schedule: { ...plan.schedule, guardMs: 333.3, windowMs: 777.7 },
      traffic: { ...plan.traffic, neighbourRatePerSecond: 33.3, hotRatePerSecond: 1234.5 },
    };

    const window = measureCounts({ arm: 'spike', plan: odd });

    for (const offered of [window.offeredNeighbours, window.offeredHot]) {
      expect(Object.values(offered).every(Number.isInteger)).toBe(true);
    }
  });

  it('say what the shared server did meanwhile, a second', () => {
    const window = measureCounts({
      lateMs: [0, 1000],
      to: { evalshaCalls: 4200, forks: 2, expiredKeys: 30 },
    });

    expect(window).toMatchObject({
      sharedCommandsPerSecond: 2100,
      forkCount: 2,
      expiredKeysPerSecond: 15,
      durationMs: 1000,
      startedAtMs: 200,
    });
  });
});

describe('the peak of virtual users at work', () => {
  const slot = ARM_SLOT.placebo;
  const startUs = windowStartUs(plan, slot);
  const sample = (n: number, startedUs: number, durationUs: number): Sample => ({
    n: 5000 + n,
    startedUs,
    durationUs,
    outcome: 'loaded',
  });
  const peakOf = (miss: Sample[], hit: Sample[] = []) => {
    const samples = { ...samplesOfSlot(plan, requests, slot), samples: { hit, miss } };
    return measureWindow([makeEvidence({ plan, slot, samples })]);
  };

  it('is of those that wait: hits are timed elsewhere and wait for nothing', () => {
    const misses = [sample(0, startUs + 100, 1000), sample(1, startUs + 500, 1000)];
    const hits = [sample(0, startUs + 900, 50), sample(1, startUs + 600, 50)];

    const window = peakOf(misses, hits);

    expect(window).toMatchObject({ neighbourVusPeak: 2, neighbourVusMax: plan.neighbourLoadsMax });
  });

  it('does not count one that ends as the next one starts', () => {
    const chain = Array.from({ length: 50 }, (_, n) => sample(n, startUs + 100 * n, 100));

    expect(peakOf(chain).neighbourVusPeak).toBe(1);
  });

  it('leaves out what was over within the guard, and keeps what was not', () => {
    const over = Array.from({ length: 40 }, (_, n) => sample(n, startUs - 150_000, 100_000));
    const still = Array.from({ length: 7 }, (_, n) => sample(40 + n, startUs - 150_000, 400_000));

    expect(peakOf([...over, ...still, sample(60, startUs + 10, 10)]).neighbourVusPeak).toBe(8);
  });
});
