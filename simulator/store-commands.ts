import { jitterTtl } from '../core/cache/early-refresh.ts';
import { lookup } from '../core/policy/lookup.ts';
import { HIT, REJECTED, STORED } from '../core/policy/outcome-code.ts';
import { put } from '../core/policy/put.ts';
import type { RateLimit } from '../core/stores/store.ts';
import { type ArraySpace, keyOf } from './array-space.ts';
import { LookupQuestion, PutQuestion } from './asked.ts';
import type { Observer } from './checkers/observer.ts';
import type { CounterTable } from './counters.ts';
import * as column from './counters.ts';
import { type Deployment, isOn } from './deployment.ts';
import { EPOCH_MS } from './entry-fields.ts';
import type { SimulationOptions, TenantOptions } from './options.ts';
import type { RandomStream } from './random-stream.ts';
import { drawServiceUs } from './service-time.ts';
import type { ShardServer } from './shard-server.ts';
import type { Trouble } from './trouble.ts';

/**
 * What a command does on its Redis shard: the policy over the tenant's space, executed when the
 * command's turn comes, and the server's time that it takes.
 */
export class StoreCommands {
  observers: readonly Observer[] = [];
  /** Of the lookup executed last: its outcome, and the policy's row. */
  code = 0;
  row: readonly unknown[] = [];
  private readonly options: SimulationOptions;
  private readonly deployment: Deployment;
  private readonly counters: CounterTable;
  private readonly limits: readonly RateLimit[];
  private readonly trouble: Trouble;
  private readonly policyRandom: RandomStream;
  private readonly serviceRandom: RandomStream;
  private readonly lookupAsked = new LookupQuestion();
  private readonly putAsked = new PutQuestion();

  /**
   * @param policyRandom what lives are jittered by
   * @param serviceRandom what service times are drawn from
   */
  constructor(
    options: SimulationOptions,
    deployment: Deployment,
    counters: CounterTable,
    limits: readonly RateLimit[],
    trouble: Trouble,
    policyRandom: RandomStream,
    serviceRandom: RandomStream,
  ) {
    this.options = options;
    this.deployment = deployment;
    this.counters = counters;
    this.limits = limits;
    this.trouble = trouble;
    this.policyRandom = policyRandom;
    this.serviceRandom = serviceRandom;
    this.putAsked.enforcement = isOn(options.protections, 'tenant-eviction') ? 'enforce' : 'off';
  }

  /** Executes a lookup: see `code` and `row`. When its reply leaves the server, in microseconds. */
  lookup(tenant: number, key: number, shard: ShardServer, arrivalUs: number): number {
    const { lookupAsked } = this;
    const space = this.deployment.spaces[tenant] as ArraySpace;
    const limit = this.limits[tenant] as RateLimit;
    const policyUs = this.policyUs(shard.begin(arrivalUs));
    lookupAsked.key = keyOf(key);
    lookupAsked.ratePerSecond = limit.ratePerSecond;
    lookupAsked.burst = limit.burst;
    lookupAsked.enforcement = limit.enforcement;
    lookupAsked.nowUs = policyUs;
    lookupAsked.nowMs = Math.floor(policyUs / 1000);
    const row = lookup(space, lookupAsked);
    const code = (row[0] as number) % 10;
    this.row = row;
    this.code = code;
    return shard.finish(this.lookupServiceUs(code, space));
  }

  /** Redis itself notes that the entry was read by the lookup executed last. */
  touch(shardIndex: number, entry: number): void {
    this.deployment.evictions?.[shardIndex]?.touch(entry, this.lookupAsked.nowMs);
  }

  /**
   * Executes a put of a value loaded from `loadedFromUs` on. When its reply leaves the server, in
   * microseconds.
   */
  put(
    tenant: number,
    key: number,
    fence: number,
    shardIndex: number,
    arrivalUs: number,
    loadedFromUs: number,
  ): number {
    const { deployment, putAsked } = this;
    const { redis } = this.options;
    const shard = deployment.shards[shardIndex] as ShardServer;
    const startUs = shard.begin(arrivalUs);
    const policyUs = this.policyUs(startUs);
    const nowMs = Math.floor(policyUs / 1000);
    const chargeBytes = deployment.charge(tenant, key);
    let meanUs = redis.putUs + (chargeBytes / 1024) * redis.perKilobyteUs;
    if (shard.usedBytes > redis.maxmemoryBytes) {
      if (deployment.evictions === undefined) {
        this.counters.add(tenant, column.REFUSED_FILL, 1);
        return shard.finish(redis.rejectUs);
      }
      meanUs += this.evictOnServer(shardIndex, nowMs) * redis.removeUs;
    }
    const { quotaBytes, quotaEntries, atQuota, ttlMs } = this.tierOf(tenant);
    const { ttlJitter } = this.options.client.cache;
    putAsked.key = keyOf(key);
    putAsked.ttlMs =
      ttlJitter > 0 ? jitterTtl(ttlMs, ttlJitter, this.policyRandom.uniform()) : ttlMs;
    putAsked.chargeBytes = chargeBytes;
    putAsked.quotaBytes = quotaBytes;
    putAsked.quotaEntries = quotaEntries ?? 0;
    putAsked.atQuota = atQuota;
    putAsked.fence = fence;
    putAsked.nowUs = policyUs;
    putAsked.nowMs = nowMs;
    const space = deployment.spaces[tenant] as ArraySpace;
    const usedBefore = space.usageBytes;
    const expiredBefore = space.expiredCount;
    const row = put(space, putAsked);
    const expired = space.expiredCount - expiredBefore;
    const evicted = row[2] as number;
    shard.usedBytes += space.usageBytes - usedBefore;
    if (evicted > 0) this.counters.add(tenant, column.EVICTED, evicted);
    if (expired > 0) this.counters.add(tenant, column.EXPIRED, expired);
    if ((row[0] as number) % 10 === STORED) {
      this.counters.add(tenant, column.STORED, 1);
      for (const one of this.observers) one.stored?.(startUs, tenant, key, loadedFromUs);
      const entry = (deployment.entryBase[tenant] as number) + key;
      deployment.evictions?.[shardIndex]?.add(entry, nowMs);
    } else {
      this.counters.add(tenant, column.REFUSED_FILL, 1);
    }
    meanUs += (evicted + expired) * redis.removeUs;
    return shard.finish(drawServiceUs(meanUs, redis.serviceShape, this.serviceRandom));
  }

  /** The server's clock, which faults may step, as the policy reads it at that time of the run. */
  private policyUs(atUs: number): number {
    return Math.floor(atUs) + (EPOCH_MS + this.trouble.clockStepMs) * 1000;
  }

  private tierOf(tenant: number): TenantOptions['tier'] {
    return (this.options.tenants[tenant] as TenantOptions).tier;
  }

  private lookupServiceUs(code: number, space: ArraySpace): number {
    const { redis } = this.options;
    let meanUs = redis.lookupUs;
    if (code === HIT) meanUs += (space.chargeBytes / 1024) * redis.perKilobyteUs;
    else if (code === REJECTED) meanUs = redis.rejectUs;
    return drawServiceUs(meanUs, redis.serviceShape, this.serviceRandom);
  }

  /** Redis's own eviction at maxmemory, whose ever the entry is; how many it took. */
  private evictOnServer(shardIndex: number, nowMs: number): number {
    const { deployment } = this;
    const shard = deployment.shards[shardIndex] as ShardServer;
    const eviction = deployment.evictions?.[shardIndex];
    let count = 0;
    while (eviction !== undefined && shard.usedBytes > this.options.redis.maxmemoryBytes) {
      const entry = eviction.pick(nowMs);
      if (entry < 0) break;
      eviction.remove(entry);
      const tenant = ownerOf(deployment.entryBase, entry);
      const space = deployment.spaces[tenant] as ArraySpace;
      const key = entry - (deployment.entryBase[tenant] as number);
      // One that expired or was invalidated meanwhile takes no memory any more.
      if (space.chargeOf(key) === 0) continue;
      shard.usedBytes -= space.lose(key);
      this.counters.add(tenant, column.SERVER_EVICTED, 1);
      count += 1;
    }
    return count;
  }
}

/** Whose entry it is: the last tenant whose entries begin at or before it. */
function ownerOf(entryBase: Int32Array, entry: number): number {
  let low = 0;
  let high = entryBase.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((entryBase[middle] as number) <= entry) low = middle;
    else high = middle - 1;
  }
  return low;
}
