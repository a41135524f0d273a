/** Time as the pool sees it: a monotonic clock in (fractional) milliseconds, and one-shot timers. */
export interface PoolClock {
  nowMs(): number;
  callAt(atMs: number, callback: () => void): void;
}

export interface WorkerPoolOptions {
  readonly workers: number;
  /** Loads that may wait for a worker; one more is rejected. */
  readonly queueMax: number;
  /** Draws how long the next load keeps its worker busy, in milliseconds. */
  readonly drawServiceMs: () => number;
  readonly clock: PoolClock;
}

/** Counts since the pool began; differences of two readings describe a window. */
export interface PoolStats {
  readonly atMs: number;
  readonly servedCount: number;
  readonly rejectedCount: number;
  /** Loads whose client went away while they waited in the queue. */
  readonly abandonedCount: number;
  readonly inServiceCount: number;
  readonly queuedCount: number;
  /** Longest queue since the previous reading. */
  readonly queuedPeak: number;
  /** Sum over the workers of the time they were busy, loads in progress included. */
  readonly busyWorkerMs: number;
}

/** A load that was accepted. */
export interface Ticket {
  /**
   * The client went away. A queued load leaves the queue; one in service keeps its worker to the
   * end, as a database that is already computing would, and is not reported as done.
   */
  abandon(): void;
}

interface Load {
  readonly onDone: () => void;
  state: 'queued' | 'in-service' | 'abandoned' | 'done';
}

/**
 * A fixed number of workers behind one bounded first-in-first-out queue: the bounded concurrency
 * of a back-end, without the back-end. Knows no wall clock, no randomness and no transport.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #queue = new Set<Load>();
  #inServiceCount = 0;
  #servedCount = 0;
  #rejectedCount = 0;
  #abandonedCount = 0;
  #queuedPeak = 0;
  #finishedBusyMs = 0;
  #startedSumMs = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Takes a load in, or returns undefined where all workers are busy and the queue is full. */
  submit(onDone: () => void): Ticket | undefined {
    const load: Load = { onDone, state: 'queued' };

    if (this.#inServiceCount < this.#options.workers) {
      this.#serve(load, this.#options.clock.nowMs());
    } else if (this.#queue.size < this.#options.queueMax) {
      this.#queue.add(load);
      this.#queuedPeak = Math.max(this.#queuedPeak, this.#queue.size);
    } else {
      this.#rejectedCount += 1;
      return undefined;
    }
    return { abandon: () => this.#abandon(load) };
  }

  /** Reads the counts, and starts a new peak of the queue. */
  readStats(): PoolStats {
    const atMs = this.#options.clock.nowMs();
    const queuedPeak = this.#queuedPeak;
    this.#queuedPeak = this.#queue.size;

    return {
      atMs,
      servedCount: this.#servedCount,
      rejectedCount: this.#rejectedCount,
      abandonedCount: this.#abandonedCount,
      inServiceCount: this.#inServiceCount,
      queuedCount: this.#queue.size,
      queuedPeak,
      busyWorkerMs: this.#finishedBusyMs + this.#inServiceCount * atMs - this.#startedSumMs,
    };
  }

  /**
   * `startedAtMs` of a load taken from the queue is when its predecessor should have finished:
   * a timer's lateness then delays one load and never lowers the pool's capacity.
   */
  #serve(load: Load, startedAtMs: number): void {
    const finishAtMs = startedAtMs + this.#options.drawServiceMs();
    load.state = 'in-service';
    this.#inServiceCount += 1;
    this.#startedSumMs += startedAtMs;

    this.#options.clock.callAt(finishAtMs, () => {
      this.#inServiceCount -= 1;
      this.#startedSumMs -= startedAtMs;
      this.#finishedBusyMs += finishAtMs - startedAtMs;
      this.#servedCount += 1;
      const wasAbandoned = load.state === 'abandoned';
      load.state = 'done';

      this.#serveNextQueued(finishAtMs);
      if (!wasAbandoned) load.onDone();
    });
  }

  #serveNextQueued(freeSinceMs: number): void {
    for (const next of this.#queue) {
      this.#queue.delete(next);
      this.#serve(next, freeSinceMs);
      return;
    }
  }

  #abandon(load: Load): void {
    if (load.state === 'queued') {
      this.#queue.delete(load);
      this.#abandonedCount += 1;
    }
    if (load.state !== 'done') load.state = 'abandoned';
  }
}

/** The share of its workers' time that a pool spent busy between two readings. */
export function busyShareBetween(earlier: PoolStats, later: PoolStats, workers: number): number {
  const elapsedMs = later.atMs - earlier.atMs;
  return elapsedMs > 0 ? (later.busyWorkerMs - earlier.busyWorkerMs) / (workers * elapsedMs) : 0;
}
