import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { busyShareBetween, type PoolClock, type Ticket, WorkerPool } from './worker-pool.ts';

/** Virtual time; `latenessMs` is how long after its time every callback runs. */
class VirtualClock implements PoolClock {
  #nowMs = 0;
  #sequence = 0;
  readonly #latenessMs: number;
  readonly #calls: { atMs: number; sequence: number; callback: () => void }[] = [];

  constructor(latenessMs = 0) {
    this.#latenessMs = latenessMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  callAt(atMs: number, callback: () => void): void {
    this.#sequence += 1;
    const dueMs = Math.max(this.#nowMs, atMs + this.#latenessMs);
    this.#calls.push({ atMs: dueMs, sequence: this.#sequence, callback });
  }

  advanceTo(untilMs: number): void {
    for (;;) {
      this.#calls.sort((a, b) => a.atMs - b.atMs || a.sequence - b.sequence);
      const next = this.#calls[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#calls.shift();
      this.#nowMs = next.atMs;
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}

function makePool(options: { workers?: number; queueMax?: number; latenessMs?: number } = {}) {
  const clock = new VirtualClock(options.latenessMs);
  const doneAtMs = new Map<string, number>();
  const pool = new WorkerPool({
    workers: options.workers ?? 1,
    queueMax: options.queueMax ?? 10,
    drawServiceMs: () => 20,
    clock,
  });
  const submit = (name: string): Ticket | undefined =>
    pool.submit(() => doneAtMs.set(name, clock.nowMs()));
  return { clock, pool, submit, doneAtMs };
}

describe('WorkerPool', () => {
  it('serves as many loads at once as it has workers, then in order of arrival', () => {
    const { clock, submit, doneAtMs } = makePool({ workers: 2 });

    for (const name of ['a', 'b', 'c', 'd', 'e']) submit(name);
    clock.advanceTo(100);

    expect(Object.fromEntries(doneAtMs)).toEqual({ a: 20, b: 20, c: 40, d: 40, e: 60 });
  });

  it('rejects a load where workers and queue are full, and takes one again later', () => {
    const { clock, pool, submit } = makePool({ workers: 1, queueMax: 1 });

    expect(submit('served')).toBeDefined();
    expect(submit('queued')).toBeDefined();
    expect(submit('rejected')).toBeUndefined();
    clock.advanceTo(20);
    expect(submit('later')).toBeDefined();

    expect(pool.readStats()).toMatchObject({ servedCount: 1, rejectedCount: 1, queuedPeak: 1 });
  });

  it('gives the place of an abandoned queued load to the next, and never serves it', () => {
    const { clock, pool, submit, doneAtMs } = makePool({ workers: 1, queueMax: 1 });
    submit('first');
    const leaving = submit('leaving');

    leaving?.abandon();
    submit('next');
    clock.advanceTo(100);

    expect(Object.fromEntries(doneAtMs)).toEqual({ first: 20, next: 40 });
    expect(pool.readStats()).toMatchObject({ servedCount: 2, abandonedCount: 1 });
  });

  it('keeps the worker of a load abandoned in service to the end, and does not answer it', () => {
    const { clock, submit, doneAtMs } = makePool({ workers: 1 });
    const leaving = submit('leaving');
    submit('next');

    clock.advanceTo(10);
    leaving?.abandon();
    clock.advanceTo(100);

    expect(Object.fromEntries(doneAtMs)).toEqual({ next: 40 });
  });

  it('ignores an abandon after the end', () => {
    const { clock, pool, submit } = makePool();
    const ticket = submit('a');
    clock.advanceTo(50);

    ticket?.abandon();

    expect(pool.readStats()).toMatchObject({ servedCount: 1, abandonedCount: 0 });
  });

  it('keeps its capacity where timers fire late: the lateness does not add up', () => {
    const { clock, pool, submit, doneAtMs } = makePool({ queueMax: 100, latenessMs: 1 });

    for (let i = 1; i <= 50; i += 1) submit(`${i}`);
    clock.advanceTo(1_001);

    expect(doneAtMs.get('50')).toBe(1_001);
    expect(pool.readStats().servedCount).toBe(50);
  });

  it('reports the busy share of a window, loads in progress included', () => {
    const { clock, pool, submit } = makePool({ workers: 2 });
    submit('a');
    clock.advanceTo(10);
    const earlier = pool.readStats();
    submit('b');
    clock.advanceTo(35);

    // From 10 to 35 ms: `a` until 20, `b` until 30; that is 30 of 50 worker-milliseconds.
    expect(busyShareBetween(earlier, pool.readStats(), 2)).toBeCloseTo(0.6, 10);
    expect(busyShareBetween(earlier, earlier, 2)).toBe(0);
  });

  it('starts a new peak of the queue with each reading', () => {
    const { clock, pool, submit } = makePool({ workers: 1 });
    for (const name of ['a', 'b', 'c']) submit(name);

    expect(pool.readStats().queuedPeak).toBe(2);
    clock.advanceTo(20);
    expect(pool.readStats()).toMatchObject({ queuedPeak: 2, queuedCount: 1 });
    expect(pool.readStats().queuedPeak).toBe(1);
  });

  it('accounts for every load, and never exceeds workers or queue', () => {
    const step = fc.record({
      pauseMs: fc.integer({ min: 0, max: 30 }),
      abandons: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 5 }),
        (steps, workers, queueMax) => {
          const { clock, pool, submit, doneAtMs } = makePool({ workers, queueMax });
          let nowMs = 0;
          steps.forEach(({ pauseMs, abandons }, index) => {
            const ticket = submit(`${index}`);
            nowMs += pauseMs;
            clock.advanceTo(nowMs);
            if (abandons) ticket?.abandon();
            const stats = pool.readStats();
            expect(stats.inServiceCount).toBeLessThanOrEqual(workers);
            expect(stats.queuedPeak).toBeLessThanOrEqual(queueMax);
          });
          clock.advanceTo(nowMs + 1_000);

          const end = pool.readStats();
          expect(end.servedCount + end.rejectedCount + end.abandonedCount).toBe(steps.length);
          expect(end.busyWorkerMs).toBeCloseTo(20 * end.servedCount, 6);
          expect(doneAtMs.size).toBeLessThanOrEqual(end.servedCount);
        },
      ),
    );
  });
});
