import type { Deployment } from './deployment.ts';
import { ENTRY_FIELDS, FLIGHT } from './entry-fields.ts';
import { longer, longerFloat } from './request-pool.ts';

/**
 * Loads under way, in parallel arrays; a flight is a number. With single-flight, a process's misses
 * of one key and fence find the flight of the first.
 */
export class FlightPool {
  tenant = new Int32Array(256);
  key = new Int32Array(256);
  instance = new Int32Array(256);
  fence = new Float64Array(256);
  startedUs = new Float64Array(256);
  /** Column of the failure that it ended with; 0 while there is none. */
  failure = new Int32Array(256);
  /** First of the requests that wait, and how many. */
  waiters = new Int32Array(256);
  waiterCount = new Int32Array(256);
  /** The next flight of the same key, or the next free one. */
  private next = new Int32Array(256);
  private freeHead = -1;
  private usedCount = 0;
  private liveCount = 0;
  private readonly deployment: Deployment;
  private readonly tenantCount: number;
  /** Flights by process and tenant. */
  private readonly counts: Int32Array;
  private readonly isSingleFlight: boolean;

  constructor(deployment: Deployment, instanceCount: number, isSingleFlight: boolean) {
    this.deployment = deployment;
    this.tenantCount = deployment.spaces.length;
    this.counts = new Int32Array(instanceCount * this.tenantCount);
    this.isSingleFlight = isSingleFlight;
  }

  /** Loads under way. */
  get size(): number {
    return this.liveCount;
  }

  /** Of one process for one tenant. */
  countOf(instance: number, tenant: number): number {
    return this.counts[instance * this.tenantCount + tenant] as number;
  }

  /** The flight that a miss may join, or -1. */
  find(tenant: number, key: number, instance: number, fence: number): number {
    if (!this.isSingleFlight) return -1;
    let flight = (this.deployment.entries[this.headOf(tenant, key)] as number) - 1;
    while (flight >= 0) {
      if (this.instance[flight] === instance && this.fence[flight] === fence) break;
      flight = this.next[flight] as number;
    }
    return flight;
  }

  take(tenant: number, key: number, instance: number, fence: number, startedUs: number): number {
    let flight = this.freeHead;
    if (flight >= 0) {
      this.freeHead = this.next[flight] as number;
    } else {
      if (this.usedCount === this.tenant.length) this.grow();
      flight = this.usedCount;
      this.usedCount = flight + 1;
    }
    this.liveCount += 1;
    this.tenant[flight] = tenant;
    this.key[flight] = key;
    this.instance[flight] = instance;
    this.fence[flight] = fence;
    this.startedUs[flight] = startedUs;
    this.failure[flight] = 0;
    this.waiters[flight] = -1;
    this.waiterCount[flight] = 0;
    this.next[flight] = -1;
    this.count(flight, 1);
    if (this.isSingleFlight) this.link(flight);
    return flight;
  }

  release(flight: number): void {
    if (this.isSingleFlight) this.unlink(flight);
    this.count(flight, -1);
    this.next[flight] = this.freeHead;
    this.freeHead = flight;
    this.liveCount -= 1;
  }

  private count(flight: number, change: number): void {
    const slot = (this.instance[flight] as number) * this.tenantCount + this.tenantOf(flight);
    this.counts[slot] = (this.counts[slot] as number) + change;
  }

  private tenantOf(flight: number): number {
    return this.tenant[flight] as number;
  }

  private link(flight: number): void {
    const { entries } = this.deployment;
    const head = this.headOf(this.tenantOf(flight), this.key[flight] as number);
    this.next[flight] = (entries[head] as number) - 1;
    entries[head] = flight + 1;
  }

  private unlink(flight: number): void {
    const { entries } = this.deployment;
    const { next } = this;
    const head = this.headOf(this.tenantOf(flight), this.key[flight] as number);
    const after = next[flight] as number;
    let at = (entries[head] as number) - 1;
    if (at === flight) {
      entries[head] = after + 1;
      return;
    }
    while (next[at] !== flight) at = next[at] as number;
    next[at] = after;
  }

  /** Where an entry names the latest of its flights, plus one. */
  private headOf(tenant: number, key: number): number {
    const entry = (this.deployment.entryBase[tenant] as number) + key;
    return entry * ENTRY_FIELDS + FLIGHT;
  }

  /** Never more than the requests under way and the refreshes, both bounded. */
  private grow(): void {
    const length = this.tenant.length * 2;
    this.tenant = longer(this.tenant, length);
    this.key = longer(this.key, length);
    this.instance = longer(this.instance, length);
    this.failure = longer(this.failure, length);
    this.waiters = longer(this.waiters, length);
    this.waiterCount = longer(this.waiterCount, length);
    this.next = longer(this.next, length);
    this.fence = longerFloat(this.fence, length);
    this.startedUs = longerFloat(this.startedUs, length);
  }
}
