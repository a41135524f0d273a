import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mix } from './mix.ts';
import {
  isOrdinary,
  missKey,
  missPrefix,
  neighboursRatePerSecond,
  planTraffic,
  STREAMS,
  streamRate,
  streamRatePerSecond,
  valueBytes,
  warmKey,
  zipfRank,
  zipfTable,
} from './traffic.ts';

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function makeTraffic(rates: { ordinary?: number; hot?: number; neighbours?: number } = {}) {
  return planTraffic({
    seed: 5,
    neighbours: rates.neighbours ?? 20,
    neighbourRatePerSecond: 100,
    ordinaryRatePerSecond: rates.ordinary ?? 100,
    hotRatePerSecond: rates.hot ?? 10_000,
  });
}

describe('streams', () => {
  it('are 88 % hits and 12 % misses', () => {
    expect(STREAMS.map((stream) => streamRatePerSecond(2000, stream))).toEqual([1760, 240]);
  });

  it('have exactly 3 misses in 25 requests as k6 takes them, whole numbers of any whole rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (ratePerSecond) => {
        const { rate: hits, perSeconds } = streamRate(ratePerSecond, 'hit');
        const { rate: misses } = streamRate(ratePerSecond, 'miss');

        expect([hits, misses, perSeconds].every(Number.isInteger)).toBe(true);
        expect(hits + misses).toBe(ratePerSecond * perSeconds);
        expect(misses * 25).toBe((hits + misses) * 3);
      }),
    );
  });

  it('add up to the rate of all neighbours', () => {
    const traffic = makeTraffic({ neighbours: 7 });

    expect(neighboursRatePerSecond(traffic)).toBe(700);
    expect(STREAMS.reduce((sum, stream) => sum + streamRatePerSecond(700, stream), 0)).toBeCloseTo(
      700,
      9,
    );
  });
});

describe('keys', () => {
  it('of misses are unique over slots and requests, and never those of hits', () => {
    const keys = new Set<string>();
    for (let slot = 0; slot < 40; slot++) {
      for (let n = 0; n < 500; n++) keys.add(missKey(slot, n));
    }
    for (let rank = 0; rank < 1000; rank++) keys.add(warmKey(rank));

    expect(keys.size).toBe(40 * 500 + 1000);
  });

  it('of misses are found by the prefix of their slot, and by that of no other', () => {
    const key = missKey(1, 23);

    const found = Array.from({ length: 200 }, (_, slot) => slot).filter((slot) =>
      key.startsWith(missPrefix(slot)),
    );

    expect(found).toEqual([1]);
  });
});

describe("Zipf's law", () => {
  it('weighs rank r by r ** -.99', () => {
    const table = zipfTable(200);

    const total = Array.from({ length: 200 }, (_, i) => (i + 1) ** -0.99).reduce((a, b) => a + b);
    table.forEach((cumulated, i) => {
      expect(cumulated - (table[i - 1] ?? 0)).toBeCloseTo((i + 1) ** -0.99 / total, 12);
    });
    expect(table.at(-1)).toBe(1);
  });

  it('finds the rank that walking along the table finds', () => {
    fc.assert(
      fc.property(uint32, fc.integer({ min: 1, max: 300 }), (bits, count) => {
        const table = zipfTable(count);

        const naive = table.findIndex((cumulated) => bits / 2 ** 32 < cumulated);
        expect(zipfRank(table, bits)).toBe(naive);
      }),
      {
        examples: [
          [0, 1],
          [2 ** 32 - 1, 1],
          [0, 300],
          [2 ** 32 - 1, 300],
        ],
      },
    );
  });

  it('gives a bound between two ranks to the later one', () => {
    expect(
      [0, 2 ** 30 - 1, 2 ** 30, 2 ** 31].map((bits) => zipfRank([0.25, 0.5, 1], bits)),
    ).toEqual([0, 0, 1, 2]);
  });

  it('shows in what is drawn', () => {
    const table = zipfTable(200);
    const counts = new Array<number>(200).fill(0);
    const draws = 100_000;
    for (let n = 0; n < draws; n++) {
      const rank = zipfRank(table, mix(9, n));
      counts[rank] = (counts[rank] ?? 0) + 1;
    }

    const chiSquared = counts.reduce((sum, count, rank) => {
      const expected = draws * ((table[rank] ?? 0) - (table[rank - 1] ?? 0));
      return sum + (count - expected) ** 2 / expected;
    }, 0);
    // 199 degrees of freedom: mean 199, standard deviation 20; five of them.
    expect(chiSquared).toBeLessThan(299);
  });
});

describe('value sizes', () => {
  /** Distribution function of the generalised Pareto, the inverse of what draws from it. */
  const below = (bytes: number) => 1 - (1 + (0.348238 * (bytes - 15)) / 214.476) ** (-1 / 0.348238);

  it('are distributed as the generalised Pareto of the ETC pool', () => {
    const count = 100_000;
    const sizes = Array.from({ length: count }, (_, n) => valueBytes(3, missKey(n % 90, n)));
    sizes.sort((a, b) => a - b);

    for (const ratio of [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) {
      const quantile = sizes[Math.ceil(ratio * count) - 1] ?? 0;
      // Four standard errors, and half a byte of rounding to either side.
      const error = 4 * Math.sqrt((ratio * (1 - ratio)) / count);
      expect(below(quantile + 0.5)).toBeGreaterThan(ratio - error);
      expect(below(quantile - 0.5)).toBeLessThan(ratio + error);
    }
  });

  it('are the same for the same key, from 15 bytes to 8 KiB', () => {
    fc.assert(
      fc.property(uint32, fc.string(), (seed, key) => {
        const bytes = valueBytes(seed, key);

        expect(bytes).toBe(valueBytes(seed, key));
        expect(Number.isInteger(bytes) && bytes >= 15 && bytes <= 8192).toBe(true);
      }),
    );
  });

  it('differ by seed', () => {
    const sizes = new Set(Array.from({ length: 50 }, (_, seed) => valueBytes(seed, 'warm:0')));

    expect(sizes.size).toBeGreaterThan(30);
  });
});

describe('the ordinary share of the hot tenant', () => {
  it('is exact and even: each stretch holds its part, give or take one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 1, max: 2000 }),
        (ordinary, more, from, length) => {
          const traffic = makeTraffic({ ordinary, hot: ordinary + more });
          const stretch = Array.from({ length }, (_, i) => isOrdinary(traffic, from + i));

          const exact = (length * ordinary) / (ordinary + more);
          expect(Math.abs(stretch.filter(Boolean).length - exact)).toBeLessThanOrEqual(1.001);
        },
      ),
    );
  });

  it('is one request of each hundred by default, over a million of them', () => {
    const traffic = makeTraffic();
    let count = 0;
    for (let n = 0; n < 1_000_000; n++) if (isOrdinary(traffic, n)) count += 1;

    expect(count).toBe(10_000);
  });

  it('is everything where the spike is no larger than ordinary traffic', () => {
    const traffic = makeTraffic({ ordinary: 100, hot: 100 });

    expect(Array.from({ length: 1000 }, (_, n) => isOrdinary(traffic, n)).every(Boolean)).toBe(
      true,
    );
  });
});

describe('planTraffic', () => {
  it('spreads twenty neighbours over the tiers: seven platinum, seven gold, six silver', () => {
    const tiers = makeTraffic().neighbours.map(({ tier }) => tier);

    const count = (tier: string) => tiers.filter((one) => one === tier).length;
    expect([count('platinum'), count('gold'), count('silver')]).toEqual([7, 7, 6]);
  });

  it('names every neighbour differently, and none like the hot tenant, who is platinum', () => {
    const { neighbours, hot } = makeTraffic({ neighbours: 500 });

    expect(new Set([...neighbours.map(({ id }) => id), hot.id]).size).toBe(501);
    expect(hot.tier).toBe('platinum');
  });
});
