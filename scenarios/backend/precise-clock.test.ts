import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makePreciseClock } from './precise-clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the precise clock', () => {
  it('has the exact mean where every timer fires late', async () => {
    // A timer of 20 ms takes 20.6 ms by this clock.
    const nowMs = () => Date.now() * 1.03;
    const clock = makePreciseClock(nowMs);
    const errorsMs: number[] = [];

    for (let i = 0; i < 3_000; i += 1) {
      const atMs = nowMs() + 20;
      clock.callAt(atMs, () => errorsMs.push(nowMs() - atMs));
      await vi.advanceTimersByTimeAsync(3);
    }
    await vi.advanceTimersByTimeAsync(50);

    const settled = errorsMs.slice(500);
    const mean = settled.reduce((sum, one) => sum + one, 0) / settled.length;
    expect(errorsMs).toHaveLength(3_000);
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.max(...settled.map(Math.abs))).toBeLessThan(1.5);
  });

  it('does not hide the lateness of a starved process', async () => {
    const nowMs = () => Date.now() * 1.5;
    const clock = makePreciseClock(nowMs);
    const errorsMs: number[] = [];

    for (let i = 0; i < 500; i += 1) {
      const atMs = nowMs() + 20;
      clock.callAt(atMs, () => errorsMs.push(nowMs() - atMs));
      await vi.advanceTimersByTimeAsync(40);
    }

    expect(Math.min(...errorsMs)).toBeGreaterThan(5);
  });

  it('never calls back within the call, also where the time has passed', async () => {
    const clock = makePreciseClock(() => Date.now());
    const callback = vi.fn();

    clock.callAt(-5, callback);

    expect(callback).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(0);
    expect(callback).toHaveBeenCalledOnce();
  });
});
