import { NO_FENCE, put } from '../core/policy/put.ts';
import { type ArraySpace, keyOf } from './array-space.ts';
import type { ArrivalProcess } from './arrivals.ts';
import { PutQuestion } from './asked.ts';
import { type Deployment, isOn, STREAMS } from './deployment.ts';
import type { SimulationOptions, TenantOptions } from './options.ts';
import { popularityWeights } from './popularity.ts';
import { RandomStream } from './random-stream.ts';
import type { ShardServer } from './shard-server.ts';

/** A warm cache is filled up to this share of quotas and of maxmemory. */
const WARM_SHARE = 0.95;

/**
 * Puts entries in place as hours of the same load would have: a key asked for at rate r under a
 * life T is there with probability rT / (1 + rT) (its life is renewed by the miss that follows its
 * end), the rest of its life uniform. The most popular ones come first where memory ends before.
 */
export function warmUp(
  seed: number,
  options: SimulationOptions,
  deployment: Deployment,
  nowMs: number,
): void {
  const random = new RandomStream(seed, STREAMS.warmUp);
  const known = new Map<string, Float64Array | undefined>();
  options.tenants.forEach((one, tenant) => {
    const spelt = JSON.stringify(one.popularity);
    if (!known.has(spelt)) known.set(spelt, popularityWeights(one.popularity));
    const weights = known.get(spelt);
    const rate = ratePerSecond(one.arrivals);
    if (weights === undefined || rate <= 0) return;
    const keys = chooseKeys(tenant, weights, rate, options, deployment, random);
    fillTenant(tenant, keys, one, deployment, nowMs, random);
  });
}

/** Mean or, for a spike, ordinary rate. */
export function ratePerSecond(process: ArrivalProcess): number {
  return process.kind === 'none' ? 0 : process.ratePerSecond;
}

/** The keys that are there, most popular first, as many as there is room for. */
function chooseKeys(
  tenant: number,
  weights: Float64Array,
  rate: number,
  { tenants, protections, redis }: SimulationOptions,
  deployment: Deployment,
  random: RandomStream,
): number[] {
  const { tier } = tenants[tenant] as TenantOptions;
  const shard = deployment.shards[deployment.shardOf[tenant] as number] as ShardServer;
  const hasQuota = isOn(protections, 'tenant-eviction');
  let roomBytes = redis.maxmemoryBytes * WARM_SHARE - shard.usedBytes;
  if (hasQuota) roomBytes = Math.min(roomBytes, tier.quotaBytes * WARM_SHARE);
  const roomEntries = tier.quotaEntries ?? Number.POSITIVE_INFINITY;
  let total = 0;
  for (const weight of weights) total += weight;
  const keys: number[] = [];
  for (let key = 0; key < weights.length && keys.length < roomEntries; key += 1) {
    const asked = (((weights[key] as number) / total) * rate * tier.ttlMs) / 1000;
    if (random.uniform() >= asked / (1 + asked)) continue;
    roomBytes -= deployment.charge(tenant, key);
    if (roomBytes < 0) break;
    keys.push(key);
  }
  return keys;
}

/** Writes through the policy, the least popular first, over the length of one life. */
function fillTenant(
  tenant: number,
  keys: readonly number[],
  { tier }: TenantOptions,
  deployment: Deployment,
  nowMs: number,
  random: RandomStream,
): void {
  const space = deployment.spaces[tenant] as ArraySpace;
  const shardIndex = deployment.shardOf[tenant] as number;
  const shard = deployment.shards[shardIndex] as ShardServer;
  const { quotaBytes, quotaEntries = 0, atQuota, ttlMs } = tier;
  const asked = new PutQuestion();
  asked.quotaBytes = quotaBytes;
  asked.quotaEntries = quotaEntries;
  asked.atQuota = atQuota;
  asked.fence = NO_FENCE;
  for (let place = keys.length - 1; place >= 0; place -= 1) {
    const key = keys[place] as number;
    const writtenMs = nowMs - 1 - Math.floor((ttlMs * place) / keys.length);
    const expiresAtMs = nowMs + 1 + Math.floor(ttlMs * random.uniform());
    asked.key = keyOf(key);
    asked.ttlMs = expiresAtMs - writtenMs;
    asked.chargeBytes = deployment.charge(tenant, key);
    asked.nowMs = writtenMs;
    asked.nowUs = writtenMs * 1000;
    put(space, asked);
    const entry = (deployment.entryBase[tenant] as number) + key;
    deployment.evictions?.[shardIndex]?.add(entry, writtenMs);
  }
  shard.usedBytes += space.usageBytes;
}
