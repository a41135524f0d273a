import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random-stream.ts';
import { characteristicSeconds, NEVER_EVICTED } from './demand.ts';
import { replayLru } from './lru.fixture.ts';
import { mattsonCurve } from './mattson.ts';
import { kneeOf, missRatioAt } from './miss-ratio-curve.ts';
import { reuseDemand } from './reuse-demand.ts';
import { ReuseSampler } from './reuse-sampler.ts';
import { ShardsSampler } from './shards.ts';
import { zipfDemand } from './zipf-demand.ts';

/** Keys drawn by Zipf's law, by bisection of its distribution. */
function zipfTrace(length: number, keyCount: number, alpha: number, seed: number): Uint32Array {
  const below = new Float64Array(keyCount);
  let sum = 0;
  for (let key = 0; key < keyCount; key += 1) {
    sum += (key + 1) ** -alpha;
    below[key] = sum;
  }
  const random = new RandomStream(seed, 1);
  return Uint32Array.from({ length }, () => {
    const wanted = random.uniform() * sum;
    let [low, high] = [0, keyCount - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((below[middle] ?? 0) >= wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

const KEYS = 20_000;
const LENGTH = 600_000;
const trace = zipfTrace(LENGTH, KEYS, 0.9, 11);
const exact = mattsonCurve(trace, KEYS);

describe('curves against direct replay', () => {
  it('are exact at the knee, and within two points from less than half of the keys', () => {
    const knee = Math.round(kneeOf(exact).size);
    const replayed = replayLru(trace, knee) / LENGTH;
    const shards = new ShardsSampler(8_192);
    const reuse = new ReuseSampler(8_192);
    for (const key of trace) {
      shards.push(key);
      reuse.push(key);
    }
    const demand = reuseDemand(reuse.times(), { lookupsPerSecond: 1, entryBytes: 1 });
    const aet = 1 - demand.at(characteristicSeconds([demand], knee)).hitRatio;

    expect(missRatioAt(exact, knee)).toBeCloseTo(replayed, 12);
    expect(Math.abs(missRatioAt(shards.curve(), knee) - replayed)).toBeLessThan(0.02);
    expect(Math.abs(aet - replayed)).toBeLessThan(0.02);
  });

  it('are within half a point at the knee as large traces are sampled, and so are reuse times', () => {
    const keyCount = 100_000;
    const long = zipfTrace(LENGTH, keyCount, 1.1, 4);
    const knee = Math.round(kneeOf(mattsonCurve(long, keyCount)).size);
    const replayed = replayLru(long, knee) / LENGTH;
    const shards = new ShardsSampler();
    const reuse = new ReuseSampler();
    for (const key of long) {
      shards.push(key);
      reuse.push(key);
    }
    const demand = reuseDemand(reuse.times(), { lookupsPerSecond: 1, entryBytes: 1 });
    const aet = 1 - demand.at(characteristicSeconds([demand], knee)).hitRatio;

    expect(Math.abs(missRatioAt(shards.curve(), knee) - replayed)).toBeLessThan(0.005);
    expect(Math.abs(aet - replayed)).toBeLessThan(0.005);
  });

  it('state a sampling error of the size that is really there', () => {
    const shards = new ShardsSampler(8_192);
    for (const key of trace) shards.push(key);
    const curve = shards.curve();
    const sizes = [200, 500, 1_000, 2_000, 5_000, 10_000];
    const errors = sizes.map((size) =>
      Math.abs(missRatioAt(curve, size) - missRatioAt(exact, size)),
    );
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;

    expect(curve.errorExpected).toBeGreaterThan(0.0005);
    expect(mean).toBeLessThan(4 * curve.errorExpected);
  });

  it('follow every key where there are few: the sample is the trace', () => {
    const shards = new ShardsSampler(4 * KEYS * 2);
    for (const key of trace) shards.push(key);
    const curve = shards.curve();

    for (const size of [500, 2_000, 8_000]) {
      expect(Math.abs(missRatioAt(curve, size) - missRatioAt(exact, size))).toBeLessThan(0.02);
    }
  });
});

describe("the model of Zipf's law", () => {
  const stream = { lookupsPerSecond: 1_000, keyCount: KEYS, zipfAlpha: 0.9, entryBytes: 1 };

  it('gives the hit ratio of a long replay without TTL (warm part) within half a point', () => {
    const demand = zipfDemand({ ...stream, ttlSeconds: 1e12 });
    const half = trace.subarray(LENGTH / 2);
    for (const size of [500, 2_000, 8_000]) {
      const both = replayLru(trace, size);
      const first = replayLru(trace.subarray(0, LENGTH / 2), size);
      const warm = (both - first) / half.length;
      const predicted = 1 - demand.at(characteristicSeconds([demand], size)).hitRatio;
      expect(Math.abs(predicted - warm)).toBeLessThan(0.005);
    }
  });

  it('gives the hit ratio and the entries of a cache that only TTLs empty', () => {
    const ttlSeconds = 30;
    const random = new RandomStream(5, 2);
    const filledAt = new Map<number, number>();
    let nowSeconds = 0;
    let hits = 0;
    let counted = 0;
    for (const key of trace) {
      nowSeconds += -Math.log(random.uniform()) / stream.lookupsPerSecond;
      const at = filledAt.get(key);
      const isHit = at !== undefined && nowSeconds - at < ttlSeconds;
      if (!isHit) filledAt.set(key, nowSeconds);
      if (nowSeconds > 100) {
        counted += 1;
        if (isHit) hits += 1;
      }
    }
    const alive = [...filledAt.values()].filter((at) => nowSeconds - at < ttlSeconds).length;

    const { entries, hitRatio } = zipfDemand({ ...stream, ttlSeconds }).at(NEVER_EVICTED);

    expect(Math.abs(hitRatio - hits / counted)).toBeLessThan(0.005);
    expect(Math.abs(entries / alive - 1)).toBeLessThan(0.02);
  });

  it('loses hits when another stream joins one LRU, and all of them together fill it', () => {
    const one = zipfDemand({ ...stream, ttlSeconds: 1e9 });
    const other = zipfDemand({ ...stream, zipfAlpha: 0.2, ttlSeconds: 1e9 });
    const alone = characteristicSeconds([one], 4_000);
    const shared = characteristicSeconds([one, other], 4_000);

    expect(one.at(shared).hitRatio).toBeLessThan(one.at(alone).hitRatio);
    expect(one.at(shared).entries + other.at(shared).entries).toBeCloseTo(4_000, 1);
  });
});
