import { longer, longerFloat } from './request-pool.ts';

/** Loads under way, in parallel arrays; a flight is a number. */
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
  next = new Int32Array(256);
  private freeHead = -1;
  private usedCount = 0;
  private liveCount = 0;

  /** Loads under way. */
  get size(): number {
    return this.liveCount;
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
    return flight;
  }

  release(flight: number): void {
    this.next[flight] = this.freeHead;
    this.freeHead = flight;
    this.liveCount -= 1;
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
