import { describe, expect, it } from 'vitest';
import { TIERS } from '../tenancy/tier.ts';
import { makeCache, makeContext } from './fixture.ts';
import { limitAt, makeTenantContext } from './tenant-context.ts';

const { tenant } = makeContext('acme');
const SLOW = { ...TIERS.silver, ratePerSecond: 2, burst: 2 };

describe('a temporary rate', () => {
  it("acts until its end, and the tier's own from then on", () => {
    const context = makeTenantContext(tenant, SLOW, {}, { factor: 2, untilMs: 1000 });

    expect(limitAt(context, () => 999)).toMatchObject({ ratePerSecond: 4, burst: 4 });
    expect(limitAt(context, () => 1000)).toMatchObject({ ratePerSecond: 2, burst: 2 });
  });

  it("lets a tenant's cache admit so much more, for so long", async () => {
    const { cache, time } = makeCache({ localDeny: false });
    const untilMs = time.nowMs + 60_000;
    const context = makeTenantContext(tenant, SLOW, {}, { factor: 2, untilMs });
    const admittedOf = async (count: number) => {
      const outcomes = [];
      for (let at = 0; at < count; at += 1) outcomes.push(await cache.get(context, 'k'));
      return outcomes.filter(({ kind }) => kind === 'miss').length;
    };

    const during = await admittedOf(10);
    await time.advance(120_000);
    const after = await admittedOf(10);

    expect([during, after]).toEqual([4, 2]);
  });

  it.each([
    [{ factor: 1, untilMs: 5 }, 'factor is 1, expected a number above 1'],
    [{ factor: Number.NaN, untilMs: 5 }, 'factor is NaN'],
    [{ factor: 2, untilMs: Number.POSITIVE_INFINITY }, 'untilMs is Infinity'],
  ])('is refused where it is none: %j', (temporary, message) => {
    expect(() => makeTenantContext(tenant, SLOW, {}, temporary)).toThrow(message);
  });
});
