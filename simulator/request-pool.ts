/** Requests under way, in parallel arrays; a request is a number. */
export class RequestPool {
  tenant = new Int32Array(1024);
  key = new Int32Array(1024);
  instance = new Int32Array(1024);
  /** Further tries of the whole request so far, and of the store call. */
  attempt = new Int32Array(1024);
  storeAttempt = new Int32Array(1024);
  /** When it was scheduled: what its latency counts from. */
  originUs = new Float64Array(1024);
  /** Of its lookup's miss. */
  fence = new Float64Array(1024);
  /** The next one that waits for the same load, or the next free one. */
  next = new Int32Array(1024);
  private freeHead = -1;
  private usedCount = 0;
  private liveCount = 0;
  private readonly requestsMax: number;

  /** @param requestsMax more at once are refused by `take` */
  constructor(requestsMax: number) {
    this.requestsMax = requestsMax;
  }

  /** Requests under way. */
  get size(): number {
    return this.liveCount;
  }

  /** A new request, or -1 where there are as many as there may be. */
  take(tenant: number, key: number, instance: number, originUs: number): number {
    let request = this.freeHead;
    if (request >= 0) {
      this.freeHead = this.next[request] as number;
    } else {
      if (this.usedCount === this.requestsMax) return -1;
      if (this.usedCount === this.tenant.length) this.grow();
      request = this.usedCount;
      this.usedCount = request + 1;
    }
    this.liveCount += 1;
    this.tenant[request] = tenant;
    this.key[request] = key;
    this.instance[request] = instance;
    this.originUs[request] = originUs;
    this.attempt[request] = 0;
    this.storeAttempt[request] = 0;
    this.next[request] = -1;
    return request;
  }

  release(request: number): void {
    this.next[request] = this.freeHead;
    this.freeHead = request;
    this.liveCount -= 1;
  }

  private grow(): void {
    const length = Math.min(this.tenant.length * 2, this.requestsMax);
    this.tenant = longer(this.tenant, length);
    this.key = longer(this.key, length);
    this.instance = longer(this.instance, length);
    this.attempt = longer(this.attempt, length);
    this.storeAttempt = longer(this.storeAttempt, length);
    this.next = longer(this.next, length);
    this.originUs = longerFloat(this.originUs, length);
    this.fence = longerFloat(this.fence, length);
  }
}

export function longer(from: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length);
  to.set(from);
  return to;
}

export function longerFloat(from: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(length);
  to.set(from);
  return to;
}
