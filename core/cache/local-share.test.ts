import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { LocalShare } from './local-share.ts';

const acme = 'acme' as TenantId;
const limit = { ratePerSecond: 100, burst: 200, enforcement: 'enforce' } as const;

describe('LocalShare', () => {
  it('admits the share of the burst at once and then the share of the rate', () => {
    const share = new LocalShare(0.1, 10);
    const admitted = (nowMs: number, tries: number) =>
      Array.from({ length: tries }, () => share.take(acme, limit, 1, nowMs)).filter(
        (ms) => ms === 0,
      ).length;
    expect(admitted(0, 100)).toBe(20);
    expect(share.take(acme, limit, 1, 0)).toBe(100);
    expect(admitted(1000, 100)).toBe(10);
  });

  it('never admits more than burst plus rate times time, and keeps its retry-after', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 3 }))),
        (steps) => {
          const share = new LocalShare(0.1, 10);
          let nowMs = 0;
          let spent = 0;
          for (const [waitMs, cost] of steps) {
            nowMs += waitMs;
            const retryAfterMs = share.take(acme, limit, cost, nowMs);
            if (retryAfterMs === 0) spent += cost;
            else {
              nowMs += retryAfterMs + 1e-6;
              expect(share.take(acme, limit, cost, nowMs)).toBe(0);
              spent += cost;
            }
            expect(spent).toBeLessThanOrEqual(20 + (nowMs / 1000) * 10 + 1e-3);
          }
        },
      ),
    );
  });

  it('spends nobody else’s tokens and refuses a newcomer rather than let it through', () => {
    const share = new LocalShare(0.1, 2);
    const names = ['a', 'b', 'c'] as TenantId[];
    const first = names.map((name) => share.take(name, limit, 20, 0));
    expect(first).toEqual([0, 0, 2000]);
    expect(share.take('c' as TenantId, limit, 20, 2000)).toBe(0);
  });

  it('finds the idle behind any number of busy ones', () => {
    const share = new LocalShare(0.1, 40);
    const busy = Array.from({ length: 20 }, (_, at) => `busy${at}` as TenantId);
    const idle = Array.from({ length: 20 }, (_, at) => `idle${at}` as TenantId);
    for (const name of busy) share.take(name, limit, 20, 0);
    for (const name of idle) share.take(name, limit, 1, 0);

    const tries = [1, 2].map(() => share.take('new' as TenantId, limit, 1, 200));

    expect(tries).toEqual([2000, 0]);
  });

  it('does nothing where the limit is not enforced', () => {
    const share = new LocalShare(0.1, 2);
    const off = { ...limit, enforcement: 'off' } as const;
    for (let at = 0; at < 1000; at += 1) expect(share.take(acme, off, 1, 0)).toBe(0);
  });

  it('survives a clock that steps back without shutting the tenant out', () => {
    const share = new LocalShare(0.1, 2);
    share.take(acme, limit, 20, 1_000_000);
    expect(share.take(acme, limit, 1, 0)).toBe(0);
  });
});
