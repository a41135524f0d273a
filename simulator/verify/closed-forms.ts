import { ExactLru } from '../exact-lru.ts';
import { exactLog } from '../exact-math.ts';
import { KeyTables, popularityWeights } from '../popularity.ts';
import { presetOptions } from '../presets.ts';
import { RandomStream } from '../random-stream.ts';
import { drawServiceUs, type ServiceShape, SHAPE_VARIATION } from '../service-time.ts';
import { ShardServer } from '../shard-server.ts';
import { simulate } from '../simulate.ts';

/** A figure of the simulator beside the one that mathematics gives. */
export interface Comparison {
  readonly name: string;
  readonly simulated: number;
  readonly expected: number;
  /** Largest difference that is accepted: relative, or absolute where the figure is a ratio. */
  readonly tolerance: number;
  readonly isRelative: boolean;
  readonly isMet: boolean;
}

export function compare(
  name: string,
  simulated: number,
  expected: number,
  tolerance: number,
  isRelative = true,
): Comparison {
  const error = Math.abs(simulated - expected) / (isRelative ? Math.abs(expected) : 1);
  return { name, simulated, expected, tolerance, isRelative, isMet: error <= tolerance };
}

/**
 * Mean wait in an M/G/1 queue, in service times (Pollaczek and Khinchine): M/M/1 and M/D/1 are the
 * cases of squared variation 1 and 0.
 */
export function meanWait(utilisation: number, squaredVariation: number): number {
  return (utilisation * (1 + squaredVariation)) / (2 * (1 - utilisation));
}

/** The shard server alone, under Poisson arrivals: its mean wait over the mean service time. */
export function simulateQueue(
  utilisation: number,
  shape: ServiceShape,
  requestCount: number,
  seed: number,
): number {
  const arrivals = new RandomStream(seed, 1);
  const services = new RandomStream(seed, 2);
  const server = new ShardServer();
  let nowUs = 0;
  let waitUs = 0;
  for (let request = 0; request < requestCount; request += 1) {
    nowUs -= exactLog(arrivals.uniform()) / utilisation;
    waitUs += server.begin(nowUs) - nowUs;
    server.finish(drawServiceUs(1, shape, services));
  }
  return waitUs / requestCount;
}

/** Every shape of service, the server alone. */
export function compareQueues(utilisations: readonly number[], requestCount: number): Comparison[] {
  const shapes: readonly ServiceShape[] = ['exponential', 'constant', 'erlang-4'];
  return utilisations.flatMap((utilisation) =>
    shapes.map((shape) => {
      const wait = simulateQueue(utilisation, shape, requestCount, 11);
      const name = `${KENDALL[shape]} at ${utilisation}: mean wait, services`;
      return compare(name, wait, meanWait(utilisation, SHAPE_VARIATION[shape]), 0.01);
    }),
  );
}

const KENDALL: Readonly<Record<ServiceShape, string>> = {
  exponential: 'M/M/1',
  constant: 'M/D/1',
  'erlang-4': 'M/E4/1',
  'hyper-exponential': 'M/H2/1',
};

/** The whole simulator as a queue: one tenant, every key there, a service time of 100 us. */
export function compareWholeSimulator(
  utilisation: number,
  shape: ServiceShape,
  durationS: number,
): Comparison {
  const base = presetOptions('small');
  const first = base.tenants[0];
  if (first === undefined) throw new Error('the small deployment has no tenant');
  const ratePerSecond = utilisation * 10_000;
  const networkUs = 50;
  const tier = { ...first.tier, ratePerSecond: 1e6, burst: 1e6, ttlMs: 86_400_000 };
  const result = simulate(3, {
    ...base,
    durationS,
    intervalS: durationS,
    neighbours: [0],
    tenants: [
      {
        ...first,
        tier: { ...tier, quotaBytes: 1e12 },
        arrivals: { kind: 'poisson', ratePerSecond },
        popularity: { kind: 'uniform', keys: 10 },
      },
    ],
    redis: {
      ...base.redis,
      maxmemoryBytes: 1e12,
      lookupUs: 100,
      perKilobyteUs: 0,
      serviceShape: shape,
    },
    client: { ...base.client, networkUs, cache: { ...base.client.cache, earlyRefresh: false } },
  });
  const waitUs = result.total.latency.meanUs - 2 * networkUs - 100;
  const name = `${KENDALL[shape]} at ${utilisation}, whole simulator: mean wait, services`;
  return compare(name, waitUs / 100, meanWait(utilisation, SHAPE_VARIATION[shape]), 0.01);
}

/**
 * Hit ratio of LRU under independent requests by Che's approximation: a key of popularity p is
 * there with probability 1 - exp(-p T), T such that these sum up to the capacity.
 * H. Che, Y. Tung, Z. Wang, "Hierarchical Web caching systems", IEEE JSAC 20(7), 2002.
 */
export function cheHitRatio(weights: Float64Array, capacity: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const occupied = (time: number) =>
    weights.reduce((sum, weight) => sum + 1 - Math.exp((-weight / total) * time), 0);
  let low = 0;
  let high = capacity;
  while (occupied(high) < capacity) high *= 2;
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (occupied(middle) < capacity) low = middle;
    else high = middle;
  }
  return weights.reduce((sum, weight) => {
    const share = weight / total;
    return sum + share * (1 - Math.exp(-share * low));
  }, 0);
}

/** Exact LRU over the simulator's own Zipf draws, against Che's approximation. */
export function compareChe(alpha: number, share: number, requestCount: number): Comparison {
  const keys = 20_000;
  const capacity = Math.round(keys * share);
  const popularity = { kind: 'zipf', keys, alpha } as const;
  const source = new KeyTables().sourceOf(popularity);
  const random = new RandomStream(17, 1);
  const cache = new ExactLru(capacity, keys);
  // Warm: the first requests fill the cache and do not count.
  for (let request = 0; request < 20 * capacity; request += 1) {
    cache.request(source.draw(random, 0), 1);
  }
  const before = cache.hitCount;
  for (let request = 0; request < requestCount; request += 1) {
    cache.request(source.draw(random, 0), 1);
  }
  const weights = popularityWeights(popularity) as Float64Array;
  const name = `Che, Zipf ${alpha}, room for ${100 * share} %: hit ratio`;
  const hitRatio = (cache.hitCount - before) / requestCount;
  return compare(name, hitRatio, cheHitRatio(weights, capacity), 0.001, false);
}
