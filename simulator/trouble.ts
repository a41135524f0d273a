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
  /** By fault: 1 while it slows servers or the back-end. */
  private readonly isSlowing: Uint8Array;

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
    this.isSlowing = new Uint8Array(options.faults.length);
  }

  /** @param index among the options' faults */
  begin(index: number, nowUs: number): void {
    const fault = this.options.faults[index] as Fault;
    const endUs = 'forS' in fault ? nowUs + fault.forS * 1e6 : Number.POSITIVE_INFINITY;
    switch (fault.kind) {
      case 'slow-redis':
      case 'slow-backend':
        this.isSlowing[index] = 1;
        this.slowDown();
        this.scheduleEnd(endUs, index);
        break;
      case 'failover':
        this.takeDown(fault, endUs);
        break;
      case 'restart-redis':
      case 'lost-shard':
        this.takeDown(fault, endUs);
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

  /** What slowed something down is over. @param index among the options' faults */
  end(index: number): void {
    this.isSlowing[index] = 0;
    this.slowDown();
  }

  /** Faults that overlap multiply service times together, and each ends for itself. */
  private slowDown(): void {
    const { backend, deployment } = this;
    for (const one of [backend, ...deployment.shards]) one.slowFactor = 1;
    this.options.faults.forEach((fault, index) => {
      if (this.isSlowing[index] === 0) return;
      if (fault.kind === 'slow-backend') backend.slowFactor *= fault.factor;
      if (fault.kind !== 'slow-redis') return;
      for (const shard of this.shardsOf(fault)) shard.slowFactor *= fault.factor;
    });
  }

  /** A shorter absence ends no longer one: what is lost for good stays lost. */
  private takeDown(fault: { readonly shard?: number }, untilUs: number): void {
    for (const shard of this.shardsOf(fault)) {
      shard.downUntilUs = Math.max(shard.downUntilUs, untilUs);
    }
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

  /** Everything on a shard, or on all, is gone; a server does nothing else until it is. */
  private flush(shardIndex: number | undefined, nowUs: number): void {
    const { deployment } = this;
    const keyCounts = new Float64Array(deployment.shards.length);
    deployment.spaces.forEach((space, tenant) => {
      const here = deployment.shardOf[tenant] as number;
      if (shardIndex !== undefined && shardIndex !== here) return;
      keyCounts[here] = (keyCounts[here] as number) + space.entryCount;
      this.counters.add(tenant, INVALIDATED, space.entryCount);
      this.shardOf(tenant).usedBytes -= space.usageBytes;
      space.loseAll();
    });
    deployment.shards.forEach((shard, here) => {
      if (shardIndex !== undefined && shardIndex !== here) return;
      shard.block(nowUs + (keyCounts[here] as number) * FLUSH_US_PER_KEY);
      deployment.evictions?.[here]?.clear();
    });
  }
}
