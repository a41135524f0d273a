import { DONE, invalidate } from '../core/policy/invalidation.ts';
import type { ArraySpace } from './array-space.ts';
import type { Backend } from './backend.ts';
import type { Observer } from './checkers/observer.ts';
import { type CounterTable, INVALIDATED } from './counters.ts';
import { type Deployment, isOn } from './deployment.ts';
import { EPOCH_MS } from './entry-fields.ts';
import type { Fault } from './faults.ts';
import type { SimulationOptions } from './options.ts';
import type { ShardServer } from './shard-server.ts';

/** What a flush takes of the server's time, a key: FLUSHDB of a few million keys takes a second. */
const FLUSH_US_PER_KEY = 0.2;

/** What happens to a deployment beside its requests: faults, and invalidations. */
export class Trouble {
  /** Of the clock that the policy asks, so far. */
  clockStepMs = 0;
  observers: readonly Observer[] = [];
  private readonly options: SimulationOptions;
  private readonly deployment: Deployment;
  private readonly counters: CounterTable;
  private readonly backend: Backend;
  private readonly scheduleEnd: (atUs: number, fault: number) => void;

  /** @param scheduleEnd has `end` called with the fault's index at that time */
  constructor(
    options: SimulationOptions,
    deployment: Deployment,
    counters: CounterTable,
    backend: Backend,
    scheduleEnd: (atUs: number, fault: number) => void,
  ) {
    this.options = options;
    this.deployment = deployment;
    this.counters = counters;
    this.backend = backend;
    this.scheduleEnd = scheduleEnd;
  }

  /** @param index among the options' faults */
  begin(index: number, nowUs: number): void {
    const fault = this.options.faults[index] as Fault;
    const endUs = 'forS' in fault ? nowUs + fault.forS * 1e6 : Number.POSITIVE_INFINITY;
    switch (fault.kind) {
      case 'slow-redis':
        for (const shard of this.shardsOf(fault)) shard.slowFactor = fault.factor;
        this.scheduleEnd(endUs, index);
        break;
      case 'slow-backend':
        this.backend.slowFactor = fault.factor;
        this.scheduleEnd(endUs, index);
        break;
      case 'failover':
        for (const shard of this.shardsOf(fault)) shard.downUntilUs = endUs;
        break;
      case 'restart-redis':
      case 'lost-shard':
        for (const shard of this.shardsOf(fault)) shard.downUntilUs = endUs;
        this.flush(fault.shard, nowUs);
        break;
      case 'flush':
        this.flush(fault.shard, nowUs);
        break;
      case 'clock-step':
        this.clockStepMs += fault.stepMs;
        break;
      case 'expire-key':
        this.expireKey(fault.tenantIndex, fault.key);
        break;
    }
  }

  end(index: number): void {
    const fault = this.options.faults[index] as Fault;
    if (fault.kind === 'slow-redis') {
      for (const shard of this.shardsOf(fault)) shard.slowFactor = 1;
    }
    if (fault.kind === 'slow-backend') this.backend.slowFactor = 1;
  }

  /** A tenant's documents change. @param index among the options' invalidations */
  invalidate(index: number, nowUs: number): void {
    const { protections, redis, invalidations } = this.options;
    const { tenantIndex: tenant } = invalidations[index] as { tenantIndex: number };
    if (!isOn(protections, 'scoped-invalidation')) {
      this.flush(undefined, nowUs);
      this.noteInvalidation(nowUs, tenant);
      return;
    }
    const space = this.deployment.spaces[tenant] as ArraySpace;
    const shard = this.shardOf(tenant);
    const usedBefore = space.usageBytes;
    for (let cursor = ''; cursor !== DONE; ) {
      const startUs = shard.begin(nowUs);
      const nowMs = Math.floor(startUs / 1000) + EPOCH_MS + this.clockStepMs;
      if (cursor === '') this.noteInvalidation(startUs, tenant);
      const row = invalidate(space, { scope: 'prefix', target: '', cursor, nowMs });
      shard.finish(redis.lookupUs + (row[0] as number) * redis.removeUs);
      this.counters.add(tenant, INVALIDATED, row[0] as number);
      cursor = row[1] as string;
    }
    shard.usedBytes += space.usageBytes - usedBefore;
  }

  private noteInvalidation(atUs: number, tenant: number): void {
    for (const one of this.observers) one.invalidated?.(atUs, tenant);
  }

  private shardsOf(fault: { readonly shard?: number }): readonly ShardServer[] {
    const { shards } = this.deployment;
    return fault.shard === undefined ? shards : shards.slice(fault.shard, fault.shard + 1);
  }

  private shardOf(tenant: number): ShardServer {
    const { shards, shardOf } = this.deployment;
    return shards[shardOf[tenant] as number] as ShardServer;
  }

  private expireKey(tenant: number, key: number): void {
    const space = this.deployment.spaces[tenant] as ArraySpace;
    if (space.chargeOf(key) === 0) return;
    this.shardOf(tenant).usedBytes -= space.lose(key);
  }

  /** Everything on a shard, or on all, is gone. */
  private flush(shardIndex: number | undefined, nowUs: number): void {
    const { deployment } = this;
    deployment.spaces.forEach((space, tenant) => {
      const here = deployment.shardOf[tenant] as number;
      if (shardIndex !== undefined && shardIndex !== here) return;
      const shard = this.shardOf(tenant);
      this.counters.add(tenant, INVALIDATED, space.entryCount);
      shard.block(nowUs + space.entryCount * FLUSH_US_PER_KEY);
      shard.usedBytes -= space.usageBytes;
      space.loseAll();
    });
    deployment.evictions?.forEach((eviction, here) => {
      if (shardIndex === undefined || shardIndex === here) eviction.clear();
    });
  }
}
