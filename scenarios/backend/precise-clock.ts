import type { PoolClock } from './worker-pool.ts';

/** A timer's usual lateness is below 1 ms; more is a starved process, not to be hidden. */
const EXPECTED_LATENESS_MAX_MS = 1;
const LEARNING_RATIO = 0.02;
/** Closer than this to its time a callback runs at once: waiting would cost a whole millisecond. */
const NEAR_MS = 0.5;

/**
 * Timers of Node count whole milliseconds and fire late. This clock learns how late they fire on
 * average and asks that much earlier, so single calls are off by up to 1 ms either way while the
 * mean is exact. It never polls: polling for the last fraction would cost half a core.
 */
export function makePreciseClock(nowMs: () => number = () => performance.now()): PoolClock {
  let expectedLatenessMs = 0;

  function callAt(atMs: number, callback: () => void): void {
    const leftMs = atMs - nowMs() - expectedLatenessMs;
    // Never inside the caller's own call: a chain of overdue loads would grow the stack.
    if (leftMs < NEAR_MS) setImmediate(finish, atMs, callback);
    else setTimeout(wakeUp, Math.max(1, Math.round(leftMs)), atMs, callback);
  }

  function wakeUp(atMs: number, callback: () => void): void {
    const leftMs = atMs - nowMs() - expectedLatenessMs;
    if (leftMs < NEAR_MS) finish(atMs, callback);
    else callAt(atMs, callback);
  }

  function finish(atMs: number, callback: () => void): void {
    const learnt = expectedLatenessMs + LEARNING_RATIO * (nowMs() - atMs);
    expectedLatenessMs = Math.min(EXPECTED_LATENESS_MAX_MS, Math.max(0, learnt));
    callback();
  }

  return { nowMs, callAt };
}
