import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mix } from './mix.ts';
import {
  drawPopularKeys,
  missBytes,
  missKey,
  missPrefix,
  neighboursRatePerSecond,
  plansMiss,
  planTraffic,
  STREAMS,
  spikeRatePerSecond,
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
      for (let n = 0; n < 500; n++) keys.add(missKey(slot, n)).add(missKey(slot, n, 'o'));
    }
    for (let rank = 0; rank < 1000; rank++) keys.add(warmKey(rank));

    expect(keys.size).toBe(2 * 40 * 500 + 1000);
  });

  it.each(['', 'o'])(
    'of misses are found by the prefix of their slot, and by that of no other, marked %j',
    (mark) => {
      const key = missKey(1, 23, mark);

      const found = Array.from({ length: 200 }, (_, slot) => slot).filter((slot) =>
        key.startsWith(missPrefix(slot)),
      );

      expect(found).toEqual([1]);
    },
  );

  it('of hits are pre-loaded ones, in an order that the seed decides', () => {
    const keys = drawPopularKeys(5, 200);

    const warm = new Set(Array.from({ length: 200 }, (_, rank) => warmKey(rank)));
    expect(keys.filter((key) => !warm.has(key))).toEqual([]);
    expect(drawPopularKeys(5, 200)).toEqual(keys);
    expect(drawPopularKeys(6, 200)).not.toEqual(keys);
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

  it('of misses are those of their number, which is the same in every slot', () => {
    const sizes = Array.from({ length: 2000 }, (_, n) => missBytes(3, n));

    // Nothing of a slot goes in: all slots ask for the same sizes, drawn as those of keys are.
    expect(sizes).toEqual(Array.from({ length: 2000 }, (_, n) => valueBytes(3, `miss:${n}`)));
    expect(new Set(sizes).size).toBeGreaterThan(300);
    expect(sizes).not.toEqual(Array.from({ length: 2000 }, (_, n) => missBytes(4, n)));
    const median = sizes.sort((a, b) => a - b)[1000] ?? 0;
    expect(below(median)).toBeGreaterThan(0.45);
    expect(below(median)).toBeLessThan(0.55);
  });

  it('differ by seed', () => {
    const sizes = new Set(Array.from({ length: 50 }, (_, seed) => valueBytes(seed, 'warm:0')));

    expect(sizes.size).toBeGreaterThan(30);
  });
});

describe("the hot tenant's ordinary traffic", () => {
  it('misses three times in any 25 requests in a row, evenly', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000_000 }), (from) => {
        const misses = Array.from({ length: 25 }, (_, i) => plansMiss(from + i));
        const places = misses.flatMap((isMiss, i) => (isMiss ? [i] : []));

        expect(places).toHaveLength(3);
        const gaps = places.slice(1).map((place, i) => place - (places[i] ?? 0));
        for (const gap of gaps) expect(gap === 8 || gap === 9).toBe(true);
      }),
    );
  });

  it('misses as often as the neighbours do', () => {
    const misses = Array.from({ length: 100_000 }, (_, n) => plansMiss(n)).filter(Boolean).length;

    expect(misses / 100_000).toBe(streamRatePerSecond(1, 'miss'));
  });

  it('is taken off the spike, which is nothing where the hot rate is no more', () => {
    expect(spikeRatePerSecond(makeTraffic())).toBe(9900);
    expect(spikeRatePerSecond(makeTraffic({ ordinary: 100, hot: 100.5 }))).toBe(0.5);
    expect(spikeRatePerSecond(makeTraffic({ ordinary: 100, hot: 100 }))).toBe(0);
    expect(spikeRatePerSecond(makeTraffic({ ordinary: 100, hot: 99 }))).toBe(0);
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
