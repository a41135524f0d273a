import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { makeCache, makeContext, makeStore } from './fixture.ts';
import type { SealAlarm } from './ports.ts';
import { digest, sealFor } from './seal.ts';

const acme = makeContext('acme');

describe('a seal', () => {
  it('differs for every two pairs of tenant and key, however they are confusable', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '1', ':', '=', '#', '|'), minLength: 1 });
    fc.assert(
      fc.property(text, text, text, text, (tenant, key, otherTenant, otherKey) => {
        fc.pre(tenant !== otherTenant || key !== otherKey);
        const seal = sealFor(tenant as TenantId, key, 'v');
        expect(sealFor(otherTenant as TenantId, otherKey, 'v')).not.toBe(seal);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not grow with the key', () => {
    const seal = sealFor(acme.tenant, 'k'.repeat(10_000), 'v');
    expect(seal.length).toBeLessThan(300);
    expect(sealFor(acme.tenant, `${'k'.repeat(9_999)}j`, 'v')).not.toBe(seal);
  });

  it('covers the value where it is authenticated', () => {
    const mac = (text: string, value: unknown) => digest(`${text}/${String(value)}`);
    expect(sealFor(acme.tenant, 'k', 'v', mac)).not.toBe(sealFor(acme.tenant, 'k', 'w', mac));
  });
});

describe('a digest', () => {
  it('spreads 200,000 similar texts without a collision', () => {
    const seen = new Set<string>();
    for (let at = 0; at < 200_000; at += 1) seen.add(digest(`bars:${at}:1m`));
    expect(seen.size).toBe(200_000);
    expect([...seen].every((text) => /^[0-9a-f]{16}$/.test(text))).toBe(true);
  });

  it('uses both of its halves: each alone stays near the birthday bound', () => {
    const low = new Set<string>();
    const high = new Set<string>();
    for (let at = 0; at < 50_000; at += 1) {
      const text = digest(`k${at}`);
      high.add(text.slice(0, 8));
      low.add(text.slice(8));
    }
    // Of 50,000 draws from 2^32, 0.3 pairs collide on average.
    expect(low.size).toBeGreaterThanOrEqual(49_995);
    expect(high.size).toBeGreaterThanOrEqual(49_995);
  });
});

describe('a value under another seal', () => {
  const shared = makeStore();

  it('is a miss, an alarm and a counter, never data', async () => {
    const alarms: SealAlarm[] = [];
    const { cache, store } = makeCache({}, { onAlarm: (alarm) => alarms.push(alarm) });
    await cache.put(acme, 'k', 'mine');
    const seal = sealFor(makeContext('globex').tenant, 'k', 'secret');
    store.replaceLookup = (reply) =>
      reply.kind === 'hit' ? { ...reply, value: 'secret', seal } : reply;

    const got = await cache.get(acme, 'k');
    await cache.put(acme, 'k', 'mine');
    const loaded = await cache.getOrLoad(acme, 'k', async () => 'fresh');

    expect(got.kind).toBe('miss');
    expect(loaded).toMatchObject({ kind: 'loaded', value: 'fresh', fill: 'bypassed' });
    expect(alarms).toEqual(Array(2).fill({ tenant: 'acme', key: 'k', foundSeal: seal }));
    expect(cache.countersOf(acme.tenant)).toMatchObject({ sealMismatchCount: 2, hitCount: 0 });
  });

  it('is removed, so that the next request fills the key behind its own fence', async () => {
    const { cache } = makeCache({}, { mac: (text) => `old:${text}` }, shared);
    const { cache: rotated } = makeCache({}, { mac: (text) => `new:${text}` }, shared);
    await cache.put(acme, 'k', 'old');
    const load = async () => 'fresh';

    const fills = [
      await rotated.getOrLoad(acme, 'k', load),
      await rotated.getOrLoad(acme, 'k', load),
    ];

    expect(fills).toMatchObject([{ fill: 'bypassed' }, { fill: 'stored' }]);
    expect(await rotated.get(acme, 'k')).toMatchObject({ kind: 'hit', value: 'fresh' });
  });

  it('is never returned, whatever the seal says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.constantFrom('', 'a', '='), async (noise, glue) => {
        const { cache, store } = makeCache();
        await cache.put(acme, 'k', 'mine');
        const right = sealFor(acme.tenant, 'k', 'mine');
        const seal = noise === '' ? `${right}${glue || ' '}` : noise;
        store.replaceLookup = (reply) =>
          reply.kind === 'hit' ? { ...reply, value: 'secret', seal } : reply;
        const outcome = await cache.get(acme, 'k');
        expect(outcome.kind).toBe(seal === right ? 'hit' : 'miss');
      }),
    );
  });
});
