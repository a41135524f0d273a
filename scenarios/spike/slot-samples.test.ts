import { describe, expect, it } from 'vitest';
import { encodeHotLine, encodeSample, encodeSampleLine } from './samples.ts';
import { SlotSampleTable } from './slot-samples.ts';

const hit = (n: number) => encodeSample(n, 1000 * n, 200, 'hit');

describe('SlotSampleTable', () => {
  it('gathers the samples of all users by slot and stream, in the order of their numbers', () => {
    const table = new SlotSampleTable();

    table.add(encodeSampleLine('hit', 1, 1_000, [hit(5), hit(9)]));
    table.add(encodeSampleLine('hit', 2, 1_000, [hit(20)]));
    table.add(encodeSampleLine('miss', 1, 1_000, [hit(4), hit(3)]));
    table.add(encodeSampleLine('hit', 1, 1_000, [hit(7), hit(2)]));

    const { samples } = table.take(1);
    expect(samples.hit.map(({ n }) => n)).toEqual([2, 5, 7, 9]);
    expect(samples.miss.map(({ n }) => n)).toEqual([3, 4]);
    expect(table.take(2).samples.hit.map(({ n }) => n)).toEqual([20]);
  });

  it('forgets a slot that was taken, and knows nothing of one that never was', () => {
    const table = new SlotSampleTable();
    table.add(encodeSampleLine('hit', 1, 1_000, [hit(5)]));
    table.add(encodeHotLine({ slot: 1, askedCount: 10, deniedCount: 1 }));

    table.take(1);

    const nothing = { samples: { hit: [], miss: [] }, hotAskedCount: 0, hotDeniedCount: 0 };
    expect(table.take(1)).toMatchObject(nothing);
    expect(table.take(77)).toMatchObject(nothing);
  });

  it('adds up what the hot users asked and denied themselves', () => {
    const table = new SlotSampleTable();

    table.add(encodeHotLine({ slot: 3, askedCount: 100, deniedCount: 7 }));
    table.add(encodeHotLine({ slot: 4, askedCount: 1, deniedCount: 1 }));
    table.add(encodeHotLine({ slot: 3, askedCount: 50, deniedCount: 0 }));

    expect(table.take(3)).toMatchObject({ hotAskedCount: 150, hotDeniedCount: 7 });
  });

  it('takes the median of what the users saw of the wall clock, so that one in error is harmless', () => {
    const table = new SlotSampleTable();

    for (const wallOffsetMs of [1000.4, 9_999_999, 1000.2, 1000.6, 3]) {
      table.add(encodeSampleLine('hit', 0, wallOffsetMs, [hit(0)]));
    }

    expect(table.take(0).wallOffsetMs).toBe(1000.4);
  });

  it('passes over what else k6 says, and refuses damaged lines', () => {
    const table = new SlotSampleTable();

    table.add('level=warning msg="Request Failed"');

    expect(table.take(0).samples).toEqual({ hit: [], miss: [] });
    expect(() => table.add('PW1 hit 0 1000 1,2')).toThrow('damaged sample from k6: 1,2');
    expect(() => table.add('PWH1 0 x')).toThrow('damaged line from k6');
  });
});
