/** Ticks, and their length in milliseconds, after which a call that did not settle is stuck. */
const TICKS_MAX = 60;
const TICK_MS = 50;

export const STUCK = Symbol('stuck');

/**
 * Waits for `work`, but not for ever. Counted in ticks of our own event loop, so that a machine
 * that stands still for a while does not make anything look stuck.
 */
export function settleOrStick<T>(work: Promise<T>): Promise<T | typeof STUCK> {
  return new Promise((resolve, reject) => {
    let tickCount = 0;
    const timer = setInterval(() => {
      tickCount += 1;
      if (tickCount >= TICKS_MAX) finish(() => resolve(STUCK));
    }, TICK_MS);
    const finish = (then: () => void) => {
      clearInterval(timer);
      then();
    };
    work.then(
      (result) => finish(() => resolve(result)),
      (error: unknown) => finish(() => reject(error)),
    );
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
