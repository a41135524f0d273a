import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EPOCH_MS, makePlan, makeRequests, samplesOfSlot } from './evidence.fixture.ts';
import { encodeHotLine, encodeSample, encodeSampleLine, type SampleOutcome } from './samples.ts';
import type { Schedule } from './schedule.ts';
import { SlotSampleTable } from './slot-samples.ts';
import { STREAMS, type Stream } from './traffic.ts';

/** Slots of a second: a guard of 200 ms, then the window. */
const schedule: Schedule = { epochMs: EPOCH_MS, guardMs: 200, windowMs: 800, arms: [] };
/** k6 begins to count two seconds before the epoch. */
const ORIGIN_MS = EPOCH_MS - 2000;
const NOTHING = {
  samples: { hit: [], miss: [] },
  hotAskedCount: 0,
  hotDeniedCount: 0,
  foreignCount: 0,
};

/** Request `n`, started that many milliseconds after the epoch by a clock with the given origin. */
const started = (n: number, atMs: number, originMs = ORIGIN_MS, outcome: SampleOutcome = 'hit') =>
  encodeSample(n, Math.round((EPOCH_MS + atMs - originMs) * 1000), 200, outcome);

function makeTable(...lines: readonly [Stream, ...string[]][]): SlotSampleTable {
  const table = new SlotSampleTable(schedule);
  for (const [stream, ...samples] of lines) {
    table.add(encodeSampleLine(stream, ORIGIN_MS, samples.join(';')));
  }
  return table;
}

const numbersOf = (table: SlotSampleTable, slot: number, stream: Stream = 'hit') =>
  table.take(slot).samples[stream].map(({ n }) => n);

describe('samples', () => {
  it('go to the slot in which they started, whatever line they came in', () => {
    const table = makeTable(
      ['hit', started(5, 1300), started(9, 1700), started(20, 2300)],
      ['miss', started(4, 1400), started(3, 1350)],
      ['hit', started(31, 3999), started(7, 1500), started(2, 1000), started(1, 999)],
    );

    expect(numbersOf(table, 0)).toEqual([1, 2]);
    const { hit, miss } = table.take(1).samples;
    expect(hit.map(({ n }) => n)).toEqual([2, 5, 7, 9]);
    expect(miss.map(({ n }) => n)).toEqual([3, 4]);
    expect(numbersOf(table, 2)).toEqual([20]);
    expect(numbersOf(table, 3)).toEqual([31]);
  });

  it('that started late, in the guard of the next slot, are handed over with both', () => {
    const table = makeTable(
      ['hit', started(1, 1990), started(2, 2000), started(3, 2199.999), started(4, 2200)],
      ['miss', started(8, 2100), started(9, 2900)],
    );

    const { hit, miss } = table.take(1).samples;
    expect(hit.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(miss.map(({ n }) => n)).toEqual([8]);
    expect(numbersOf(table, 2)).toEqual([2, 3, 4]);
  });

  it('come in the order of their numbers, also across the end of a slot', () => {
    const table = makeTable(['hit', started(11, 2010), started(13, 1995), started(12, 2005)]);

    expect(numbersOf(table, 1)).toEqual([11, 12, 13]);
  });

  it('start when they started, counted from the epoch', () => {
    const table = makeTable(['hit', started(1, 1234.567)], ['miss', started(2, 1999.001)]);

    const { hit, miss } = table.take(1).samples;
    expect(hit).toEqual([{ n: 1, startedUs: 1_234_567, durationUs: 200, outcome: 'hit' }]);
    expect(miss).toEqual([{ n: 2, startedUs: 1_999_001, durationUs: 200, outcome: 'hit' }]);
  });

  it('from before the epoch belong to no slot of the run', () => {
    const table = makeTable(['hit', started(1, -500), started(2, -0.001), started(3, 0)]);

    expect(numbersOf(table, 0)).toEqual([3]);
  });

  it('are all those of the window, late starters among them, of any traffic', () => {
    const plan = makePlan();
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 190_000 }), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 0, max: 2 }),
        (lateUs, slot) => {
          const requests = makeRequests(plan, {
            latenessUs: (place) => lateUs[place % lateUs.length] ?? 0,
          });
          const table = new SlotSampleTable(plan.schedule);
          for (const { stream, n, startedUs, durationUs, outcome } of requests) {
            const fromOriginUs = Math.floor(startedUs) + 2_000_000;
            const sample = encodeSample(n ?? 0, fromOriginUs, durationUs, outcome);
            table.add(encodeSampleLine(stream, ORIGIN_MS, sample));
          }

          const taken = table.take(slot).samples;
          const expected = samplesOfSlot(plan, requests, slot).samples;
          for (const stream of STREAMS) {
            expect(taken[stream].map(({ n }) => n)).toEqual(expected[stream].map(({ n }) => n));
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('origins', () => {
  /** Each virtual user says where its clock began, as it saw it: some requests of slot 1. */
  function tableOf(originsMs: Readonly<Record<Stream, readonly number[]>>): SlotSampleTable {
    const table = new SlotSampleTable(schedule);
    for (const stream of STREAMS) {
      originsMs[stream].forEach((originMs, n) => {
        table.add(encodeSampleLine(stream, originMs, started(n, 1500, ORIGIN_MS)));
      });
    }
    return table;
  }

  it('count as their median, so that one in error moves no other sample', () => {
    const errorsMs = [0.4, 90, 0.2, 0.6, -70];
    const table = tableOf({ hit: errorsMs.map((error) => ORIGIN_MS + error), miss: [] });

    const { hit } = table.take(1).samples;
    expect(hit).toHaveLength(5);
    expect(new Set(hit.map(({ startedUs }) => startedUs))).toEqual(new Set([1_500_400]));
  });

  it('differ by stream: each stream counts from its own', () => {
    const table = tableOf({
      hit: [ORIGIN_MS - 100, ORIGIN_MS - 100, ORIGIN_MS - 100],
      miss: [ORIGIN_MS + 250],
    });

    const { hit, miss } = table.take(1).samples;
    expect(hit.map(({ startedUs }) => startedUs)).toEqual([1_400_000, 1_400_000, 1_400_000]);
    expect(miss.map(({ startedUs }) => startedUs)).toEqual([1_750_000]);
  });

  it('are kept in a bounded number', () => {
    const table = tableOf({ hit: new Array(3000).fill(ORIGIN_MS), miss: [] });
    // The first thousand decide: a majority of later ones changes nothing.
    for (let n = 3000; n < 9000; n++) {
      table.add(encodeSampleLine('hit', ORIGIN_MS + 50, started(n, 1500)));
    }

    expect(table.take(1).samples.hit.at(-1)?.startedUs).toBe(1_500_000);
  });
});

describe('a slot', () => {
  it('is forgotten once taken, what its successor shares with it is not', () => {
    const table = makeTable(['hit', started(5, 1500), started(6, 2100)]);
    table.add(encodeHotLine({ slot: 1, askedCount: 10, deniedCount: 1 }));

    expect(table.take(1)).toMatchObject({ hotAskedCount: 10, hotDeniedCount: 1 });

    expect(table.take(1)).toMatchObject({ hotAskedCount: 0, hotDeniedCount: 0 });
    expect(numbersOf(table, 1)).toEqual([6]);
    expect(numbersOf(table, 2)).toEqual([6]);
    expect(table.take(1)).toEqual(NOTHING);
  });

  it('of which nothing is known is empty', () => {
    expect(makeTable().take(77)).toEqual(NOTHING);
  });

  it('adds up what the hot users asked and denied themselves', () => {
    const table = makeTable();

    table.add(encodeHotLine({ slot: 3, askedCount: 100, deniedCount: 7 }));
    table.add(encodeHotLine({ slot: 4, askedCount: 1, deniedCount: 1 }));
    table.add(encodeHotLine({ slot: 3, askedCount: 50, deniedCount: 0 }));

    expect(table.take(3)).toMatchObject({ hotAskedCount: 150, hotDeniedCount: 7 });
  });
});

describe('foreign values', () => {
  const foreignAt = (n: number, atMs: number) => started(n, atMs, ORIGIN_MS, 'foreign');

  it.each([
    ['before the epoch', -700],
    ['in a guard', 1100],
    ['in a window', 1500],
    ["in the next slot's guard", 2100],
    ["in the next slot's window", 2900],
  ])('count once, with the slot that is taken next, where they came %s', (_where, atMs) => {
    const table = makeTable(['hit', foreignAt(1, atMs)], ['miss', foreignAt(2, atMs)]);

    expect(table.take(1).foreignCount).toBe(2);
    expect(table.take(2).foreignCount).toBe(0);
  });
});

describe('lines', () => {
  it('that k6 says besides are passed over, damaged ones refused', () => {
    const table = makeTable();

    table.add('level=warning msg="Request Failed"');

    expect(table.take(0)).toEqual(NOTHING);
    expect(() => table.add('PW1 hit 1000 1,2')).toThrow('damaged sample from k6: 1,2');
    expect(() => table.add('PWH1 0 x')).toThrow('damaged line from k6');
  });
});
