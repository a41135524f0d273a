import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replayLru } from './lru.fixture.ts';
import { mattsonCurve, stackDistanceCounts } from './mattson.ts';
import { missRatioAt } from './miss-ratio-curve.ts';

describe('the exact miss-ratio curve', () => {
  it('gives each request its stack distance', () => {
    // a b c b a a: distances -, -, -, 2, 3, 1.
    const counts = stackDistanceCounts(Uint32Array.of(0, 1, 2, 1, 0, 0), 3);

    expect([...counts]).toEqual([3, 1, 1, 1]);
  });

  it('equals an LRU cache replayed at every size, compaction included', () => {
    const traces = fc.array(fc.nat(12), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(traces, (trace) => {
        const keys = Uint32Array.from(trace);
        const curve = mattsonCurve(keys, 13);
        for (let size = 1; size <= 13; size += 1) {
          const misses = Math.round(missRatioAt(curve, size) * keys.length);
          expect(misses).toBe(replayLru(keys, size));
        }
      }),
    );
  });

  it('equals a replay over a trace far longer than its tree', () => {
    const keys = new Uint32Array(40_000);
    let state = 7;
    for (let at = 0; at < keys.length; at += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      // Squared, so that some keys are far more popular than others.
      keys[at] = Math.floor(((state >>> 8) / 2 ** 24) ** 2 * 200);
    }

    const curve = mattsonCurve(keys, 200);

    for (const size of [1, 2, 10, 50, 199, 200]) {
      expect(Math.round(missRatioAt(curve, size) * keys.length)).toBe(replayLru(keys, size));
    }
  });

  it('never rises and ends at the first uses', () => {
    const keys = Uint32Array.from({ length: 1_000 }, (_, at) => (at * at) % 97);
    const { missRatios } = mattsonCurve(keys, 97);

    expect([...missRatios]).toEqual([...missRatios].sort((a, b) => b - a));
    expect(missRatios.at(-1)).toBeCloseTo(new Set(keys).size / keys.length, 12);
  });
});
