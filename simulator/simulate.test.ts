import { describe, expect, it } from 'vitest';
import { failureCount } from './counters.ts';
import { presetOptions } from './presets.ts';
import { simulate } from './simulate.ts';

const SHORT = { ...presetOptions('small'), durationS: 20, intervalS: 5 };

describe('simulate', () => {
  it('gives the same result for the same seed and options, and another for another seed', () => {
    const first = simulate(42, SHORT);

    expect(simulate(42, SHORT)).toEqual(first);
    expect(simulate(43, SHORT)).not.toEqual(first);
  });

  it('accounts for every request', () => {
    const { total, requestCount, unfinishedCount } = simulate(7, SHORT);
    const { hits, loaded } = total.counts;

    expect(total.counts.requests).toBe(requestCount);
    expect(hits + loaded + total.throttledCount + failureCount(total.counts)).toBe(
      requestCount - unfinishedCount,
    );
    expect(total.latency.count).toBe(hits + loaded);
  });

  it('refuses options that make no sense, all of them at once', () => {
    const options = { ...SHORT, durationS: -1, looseTimeoutMs: 0 };

    expect(() => simulate(1, options)).toThrow(/durationS: -1.*\n.*looseTimeoutMs: 0/s);
  });
});
