import { describe, expect, it } from 'vitest';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { makeCache, makeContext, makeDeferred, makeStore, settle } from './fixture.ts';
import { type InvalidationMessage, LocalTier } from './local-tier.ts';

const acme = 'acme' as TenantId;
const globex = 'globex' as TenantId;
const bounds = { entriesMax: 3, bytesMax: 1000, ttlMs: 5000, tenantsMax: 2 };

function keep(tier: LocalTier, tenant: TenantId, key: string, value = 'v', nowMs = 0) {
  const life = { ttlRemainingMs: 10_000, epoch: tier.epochOf(tenant, nowMs) };
  tier.keep(tenant, key, value, life, nowMs);
}

describe('LocalTier', () => {
  it('evicts the tenant’s own least recently used entry, never a neighbour’s', () => {
    const tier = new LocalTier(bounds);
    keep(tier, globex, 'k');
    for (const key of ['a', 'b', 'c']) keep(tier, acme, key);
    tier.read(acme, 'a', 1);
    keep(tier, acme, 'd');

    const found = ['a', 'b', 'c', 'd'].map((key) => tier.read(acme, key, 1));

    expect(found).toEqual(['v', undefined, 'v', 'v']);
    expect(tier.read(globex, 'k', 1)).toBe('v');
  });

  it('keeps each tenant within its bytes and refuses what alone exceeds them', () => {
    const tier = new LocalTier({ ...bounds, entriesMax: 1000 });
    for (let at = 0; at < 50; at += 1) keep(tier, acme, `key${at}`, 'x'.repeat(100));
    expect(tier.usageBytesOf(acme)).toBeLessThanOrEqual(1000);
    expect(tier.usageBytesOf(acme)).toBeGreaterThan(600);
    keep(tier, acme, 'big', 'x'.repeat(1000));
    expect(tier.read(acme, 'big', 0)).toBeUndefined();
    tier.drop(acme, { kind: 'tenant' });
    expect(tier.usageBytesOf(acme)).toBe(0);
  });

  it('finds a shelf that nobody uses behind any number of busy ones', () => {
    const tier = new LocalTier({ ...bounds, tenantsMax: 21 });
    for (let at = 0; at < 20; at += 1) keep(tier, `busy${at}` as TenantId, 'k');
    tier.epochOf('idle' as TenantId, 0);

    const epochs = [1, 2].map(() => tier.epochOf('new' as TenantId, 100));

    expect(epochs.map((epoch) => epoch !== undefined)).toEqual([false, true]);
  });

  it('forgets at the end of the shorter life, and when the clock stepped back', () => {
    const tier = new LocalTier(bounds);
    keep(tier, acme, 'k', 'v', 1000);
    expect(tier.read(acme, 'k', 5999)).toBe('v');
    expect(tier.read(acme, 'k', 6000)).toBeUndefined();
    keep(tier, acme, 'k', 'v', 1000);
    expect(tier.read(acme, 'k', 999)).toBeUndefined();
  });

  it('drops a key, a prefix, or everything for a tag or tenant, of that tenant alone', () => {
    const left = (scope: InvalidationMessage['scope']) => {
      const tier = new LocalTier(bounds);
      for (const key of ['a1', 'a2', 'b1']) keep(tier, acme, key);
      keep(tier, globex, 'a1');
      tier.drop(acme, scope);
      expect(tier.read(globex, 'a1', 0)).toBe('v');
      return ['a1', 'a2', 'b1'].filter((key) => tier.read(acme, key, 0) !== undefined);
    };
    expect(left({ kind: 'key', key: 'a1' })).toEqual(['a2', 'b1']);
    expect(left({ kind: 'prefix', prefix: 'a' })).toEqual(['b1']);
    expect(left({ kind: 'tag', tag: 't' })).toEqual([]);
    expect(left({ kind: 'tenant' })).toEqual([]);
  });

  it('gives a new tenant only an idle shelf, whose old epochs keep nothing', () => {
    const tier = new LocalTier(bounds);
    const epoch = tier.epochOf(acme, 0);
    keep(tier, acme, 'k');
    keep(tier, globex, 'k');
    expect(tier.epochOf('third' as TenantId, 10)).toBeUndefined();
    expect(tier.epochOf('third' as TenantId, 5001)).toBeDefined();
    expect(tier.epochOf('fourth' as TenantId, 5001)).toBeDefined();
    tier.keep(acme, 'k', 'v', { ttlRemainingMs: 1000, epoch }, 5001);
    expect(tier.read(acme, 'k', 5001)).toBeUndefined();
  });

  it('copies bytes in and out', () => {
    const tier = new LocalTier(bounds);
    const given = new Uint8Array([1]);
    tier.keep(acme, 'k', given, { ttlRemainingMs: 1000, epoch: tier.epochOf(acme, 0) }, 0);
    given[0] = 9;
    const first = tier.read(acme, 'k', 0);
    if (typeof first !== 'object') throw new Error('no bytes');
    first[0] = 9;
    expect(tier.read(acme, 'k', 0)).toEqual(new Uint8Array([1]));
  });
});

describe('a cache with a local tier', () => {
  const context = makeContext('acme');
  const settings = { localTier: true };

  /** Two processes that hear each other. */
  function makeProcesses() {
    const shared = makeStore();
    const listeners: ((message: InvalidationMessage) => void)[] = [];
    const channel = {
      publish: (message: InvalidationMessage) => {
        for (const listener of listeners) listener(message);
      },
      subscribe: (listener: (message: InvalidationMessage) => void) => listeners.push(listener),
    };
    const one = makeCache(settings, { channel }, shared).cache;
    const other = makeCache(settings, { channel }, shared).cache;
    return { ...shared, one, other };
  }

  it('serves the second hit without the store, until another process invalidates', async () => {
    const { one, other, store } = makeProcesses();
    await one.put(context, 'k', 'v');
    await one.get(context, 'k');
    const lookupCount = store.countOf('lookup');
    expect(await one.get(context, 'k')).toMatchObject({ kind: 'hit', source: 'local-tier' });
    expect(store.countOf('lookup')).toBe(lookupCount);

    await other.delete(context, 'k');

    expect(await one.get(context, 'k')).toMatchObject({ kind: 'miss' });
  });

  it('shows what was put over a value kept', async () => {
    const { one, other } = makeProcesses();
    await one.put(context, 'k', 'v1');
    await one.get(context, 'k');
    await other.put(context, 'k', 'v2');
    expect(await one.get(context, 'k')).toMatchObject({ value: 'v2' });
  });

  it('does not keep a value whose reply was overtaken by an invalidation', async () => {
    const { one, other, store } = makeProcesses();
    await one.put(context, 'k', 'v');
    const gate = makeDeferred<undefined>();
    store.after = (verb) => (verb === 'lookup' ? gate.promise : undefined);
    const reading = one.get(context, 'k');
    await settle();
    await other.delete(context, 'k');
    gate.resolve(undefined);
    expect(await reading).toMatchObject({ kind: 'hit' });

    expect(await one.get(context, 'k')).toMatchObject({ kind: 'miss' });
  });

  it('keeps nothing of a tenant that was removed, in any process', async () => {
    const { one, other } = makeProcesses();
    await one.put(context, 'k', 'v');
    for (const cache of [one, other]) await cache.get(context, 'k');

    expect(await other.removeTenant(context)).toEqual({ kind: 'removed' });

    for (const cache of [one, other]) {
      expect(await cache.get(context, 'k')).toMatchObject({ kind: 'miss' });
    }
  });

  it('shares no bytes with the Buffers that it is given', () => {
    const tier = new LocalTier(bounds);
    const value = Buffer.from('value');
    const life = { ttlRemainingMs: 10_000, epoch: tier.epochOf(acme, 0) };
    tier.keep(acme, 'k', value, life, 0);
    value.fill(0);
    const found = tier.read(acme, 'k', 1) as Uint8Array;
    expect(Buffer.from(found).toString()).toBe('value');
    found.fill(0);

    expect(Buffer.from(tier.read(acme, 'k', 1) as Uint8Array).toString()).toBe('value');
  });
});
