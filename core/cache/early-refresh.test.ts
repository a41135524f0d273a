import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideEarlyRefresh, jitterTtl } from './early-refresh.ts';

describe('early refresh', () => {
  it('refreshes with probability exp(-remaining / (loadMs * beta)), as XFetch does', () => {
    const drawCount = 20_000;
    for (const [remainingMs, loadMs, beta] of [
      [100, 100, 1],
      [200, 100, 1],
      [200, 100, 2],
      [10, 100, 1],
    ] as const) {
      let refreshCount = 0;
      for (let at = 0; at < drawCount; at += 1) {
        const random = () => (at + 0.5) / drawCount;
        if (decideEarlyRefresh(remainingMs, loadMs, beta, random)) refreshCount += 1;
      }
      const expected = Math.exp(-remainingMs / (loadMs * beta));
      expect(refreshCount / drawCount).toBeCloseTo(expected, 3);
    }
  });

  it('does not even draw far from expiry, and leaves out no draw that could refresh', () => {
    const never = () => {
      throw new Error('drawn');
    };
    const nearestToOne = 1 - 2 ** -53;

    expect(decideEarlyRefresh(60_000, 20, 1, never)).toBe(false);
    expect(decideEarlyRefresh(53 * Math.LN2 * 20, 20, 1, () => nearestToOne)).toBe(true);
  });

  it('does not refresh what was put without a load', () => {
    expect(decideEarlyRefresh(1, 0, 1, () => 0.999)).toBe(false);
  });
});

describe('TTL jitter', () => {
  it('stays within the asked life and above its unjittered share', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (ttlMs, ratio, random) => {
          const jittered = jitterTtl(ttlMs, ratio, random);
          expect(Number.isInteger(jittered)).toBe(true);
          expect(jittered).toBeLessThanOrEqual(ttlMs);
          expect(jittered).toBeGreaterThanOrEqual(Math.max(1, Math.floor(ttlMs * (1 - ratio))));
        },
      ),
    );
  });
});
