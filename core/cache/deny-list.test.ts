import { describe, expect, it } from 'vitest';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { DenyList } from './deny-list.ts';
import { makeCache, makeContext } from './fixture.ts';

const acme = makeContext('acme');
const globex = makeContext('globex');

describe('DenyList', () => {
  it('drops the oldest denial at its bound', () => {
    const list = new DenyList(2, 1000);
    for (const name of ['a', 'b', 'c']) list.deny(name as TenantId, 1, 100, 0);

    const retries = ['a', 'b', 'c'].map((name) => list.retryAfterMs(name as TenantId, 1, () => 0));

    expect(list.size).toBe(2);
    expect(retries).toEqual([0, 100, 100]);
  });

  it('lets a cheaper request through than the one that was rejected', () => {
    const list = new DenyList(2, 1000);
    list.deny(acme.tenant, 5, 100, 0);

    expect(list.retryAfterMs(acme.tenant, 5, () => 40)).toBe(60);
    expect(list.retryAfterMs(acme.tenant, 4, () => 40)).toBe(0);
  });

  it('believes no rejection for longer than its bound, nor across a clock that stepped back', () => {
    const list = new DenyList(2, 1000);
    list.deny(acme.tenant, 1, 3_600_000, 5000);
    expect(list.retryAfterMs(acme.tenant, 1, () => 5999)).toBe(1);
    expect(list.retryAfterMs(acme.tenant, 1, () => 6000)).toBe(0);

    list.deny(acme.tenant, 1, 100, 5000);
    expect(list.retryAfterMs(acme.tenant, 1, () => 4000)).toBe(0);
  });

  it('reads no clock for a tenant that is not denied', () => {
    const list = new DenyList(2, 1000);
    const clock = () => {
      throw new Error('read');
    };
    expect(list.retryAfterMs(globex.tenant, 1, clock)).toBe(0);
    list.deny(acme.tenant, 1, 100, 0);
    expect(list.retryAfterMs(globex.tenant, 1, clock)).toBe(0);
  });
});

describe('a tenant over its limit', () => {
  const rejectAcme = (settings: { localDeny: boolean }) => {
    const made = makeCache(settings);
    made.store.replaceLookup = (reply, request) =>
      request.tenant === acme.tenant
        ? { kind: 'rejected', reason: 'rate', retryAfterMs: 50 }
        : reply;
    return made;
  };

  it('stops reaching the store until its retry-after has passed; its neighbour does not', async () => {
    const { cache, store, time } = rejectAcme({ localDeny: true });

    const first = await cache.get(acme, 'k');
    await time.advance(20);
    const second = await cache.get(acme, 'k');
    const neighbour = await cache.get(globex, 'k');
    await time.advance(30);
    const third = await cache.get(acme, 'k');

    expect(first).toEqual({ kind: 'rejected', reason: 'rate', retryAfterMs: 50, by: 'store' });
    expect(second).toMatchObject({ retryAfterMs: 30, by: 'deny-list' });
    expect(neighbour.kind).toBe('miss');
    expect(third).toMatchObject({ by: 'store' });
    expect(store.calls.map((call) => call.tenant)).toEqual(['acme', 'globex', 'acme']);
    expect(cache.countersOf(acme.tenant)).toMatchObject({ rejectedCount: 2, deniedCount: 1 });
  });

  it('reaches the store every time where the deny list is off', async () => {
    const { cache, store } = rejectAcme({ localDeny: false });
    for (let at = 0; at < 5; at += 1) await cache.get(acme, 'k');
    expect(store.countOf('lookup')).toBe(5);
  });
});
