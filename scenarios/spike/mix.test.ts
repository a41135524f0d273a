import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mix } from './mix.ts';

const MASK = 0xffffffffn;

/** The same sum in integers of any size, where nothing can overflow. */
function mixNaively(seed: number, counter: number): number {
  const times = (a: bigint, b: bigint) => (a * b) & MASK;
  const left = times((BigInt(seed) ^ 0x9e3779b9n) & MASK, 0x85ebca6bn);
  let hash = left ^ times((BigInt(counter) + 0x7f4a7c15n) & MASK, 0xc2b2ae35n);
  hash = times(hash ^ (hash >> 16n), 0x85ebca6bn);
  hash = times(hash ^ (hash >> 13n), 0xc2b2ae35n);
  return Number(hash ^ (hash >> 16n));
}

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('mix', () => {
  it('is the finaliser of MurmurHash3 in 32 bits', () => {
    fc.assert(
      fc.property(uint32, uint32, (seed, counter) => {
        expect(mix(seed, counter)).toBe(mixNaively(seed, counter));
      }),
      { numRuns: 1000 },
    );
  });

  it('changes half of the bits when one bit of its input changes', () => {
    const changed = { seed: 0, counter: 0 };
    let trials = 0;
    for (let at = 0; at < 500; at++) {
      for (let bit = 0; bit < 32; bit++) {
        const flip = 2 ** bit;
        const hash = mix(at * 7919, at);
        changed.seed += countBits(hash ^ mix(((at * 7919) ^ flip) >>> 0, at));
        changed.counter += countBits(hash ^ mix(at * 7919, (at ^ flip) >>> 0));
        trials += 1;
      }
    }

    expect(changed.seed / trials).toBeCloseTo(16, 0);
    expect(changed.counter / trials).toBeCloseTo(16, 0);
  });

  it('spreads successive counters evenly', () => {
    const buckets = new Array<number>(256).fill(0);
    for (let counter = 0; counter < 25_600; counter++) {
      const bucket = mix(42, counter) >>> 24;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    const chiSquared = buckets.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);

    // 255 degrees of freedom: mean 255, standard deviation 22.6; five of them to either side.
    expect(chiSquared).toBeGreaterThan(142);
    expect(chiSquared).toBeLessThan(368);
  });
});

function countBits(value: number): number {
  let count = 0;
  for (let bits = value >>> 0; bits > 0; bits >>>= 1) count += bits & 1;
  return count;
}
