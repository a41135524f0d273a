import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySpace } from '../stores/memory-space.ts';
import { admit } from './admission.ts';

interface Arrival {
  readonly afterUs: number;
  readonly cost: number;
}

/** GCRA by virtual scheduling (ITU-T I.371, the other half of annex A), in exact integers. */
function admitExactly(
  arrivals: readonly Arrival[],
  rate: bigint,
  burst: bigint,
): (bigint | true)[] {
  // Times in units of 1 / rate microseconds, so that the emission interval is whole.
  let theoretical = 0n;
  let now = 0n;
  return arrivals.map(({ afterUs, cost }) => {
    now += BigInt(afterUs) * rate;
    const start = theoretical > now ? theoretical : now;
    const next = start + BigInt(cost) * 1_000_000n;
    const lateness = next - now - burst * 1_000_000n;
    if (lateness > 0n) return (lateness + rate * 1000n - 1n) / (rate * 1000n);
    theoretical = next;
    return true;
  });
}

const START_US = 1_764_000_000_000_000;

function ask(
  space: MemorySpace,
  limit: { rate: number; burst: number },
  cost: number,
  nowUs: number,
): number {
  const { rate: ratePerSecond, burst } = limit;
  const nowMs = Math.floor(nowUs / 1000);
  return admit(space, {
    key: '',
    ratePerSecond,
    burst,
    enforcement: 'enforce',
    cost,
    nowUs,
    nowMs,
  });
}

describe('admission', () => {
  it('decides as exact GCRA does, and says exactly when to come back', () => {
    const arrival = fc.record({
      afterUs: fc.oneof(fc.nat(2000), fc.nat(3_000_000)),
      cost: fc.nat(4),
    });
    const limit = fc.record({
      rate: fc.integer({ min: 1, max: 20_000 }),
      burst: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 80 }), limit, (arrivals, { rate, burst }) => {
        const space = new MemorySpace(0);
        let nowUs = START_US;
        const expected = admitExactly(arrivals, BigInt(rate), BigInt(burst));
        for (const [at, { afterUs, cost }] of arrivals.entries()) {
          nowUs += afterUs;
          const retryAfterMs = ask(space, { rate, burst }, cost, nowUs);
          const exact = expected[at];
          expect(retryAfterMs).toBe(exact === true ? 0 : Math.min(Number(exact), 3_600_000));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never admits more than the burst and the rate over any stretch of time', () => {
    const space = new MemorySpace(0);
    let admittedCount = 0;
    for (let us = 0; us < 10_000_000; us += 100) {
      if (ask(space, { rate: 1000, burst: 2000 }, 1, START_US + us) === 0) admittedCount += 1;
    }
    expect(admittedCount).toBe(2000 + 10_000 - 1);
  });

  it('gives nothing away to clocks that disagree, and outlives one that was set back', () => {
    const space = new MemorySpace(0);
    const limit = { rate: 10, burst: 1 };
    expect(ask(space, limit, 1, START_US)).toBe(0);
    for (let at = 0; at < 50; at += 1) {
      expect(ask(space, limit, 1, START_US - 1_000_000)).toBeGreaterThan(0);
      expect(ask(space, limit, 1, START_US)).toBeGreaterThan(0);
    }
    const back = START_US - 3_600_000_000;
    expect(ask(space, { rate: 10, burst: 5 }, 1, back)).toBe(0);
    expect(ask(space, limit, 1, back + 200_000)).toBe(0);
  });

  it('does not lock out a tenant at its limit when the clock was set back', () => {
    const space = new MemorySpace(0);
    const limit = { rate: 10, burst: 5 };
    for (let at = 0; at < 5; at += 1) expect(ask(space, limit, 1, START_US)).toBe(0);
    const back = START_US - 60_000_000;

    const admitted = Array.from({ length: 50 }, (_, at) =>
      ask(space, limit, 1, back + at * 20_000),
    );

    expect(admitted.filter((retryAfterMs) => retryAfterMs === 0)).toHaveLength(10);
    expect(ask(space, limit, 6, back - 60_000_000)).toBeGreaterThan(0);
  });

  it('asks for patience, not for eternity, where the rate is nothing', () => {
    expect(ask(new MemorySpace(0), { rate: 0, burst: 0 }, 1, START_US)).toBe(3_600_000);
  });
});
