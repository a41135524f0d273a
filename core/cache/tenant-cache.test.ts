import { describe, expect, it } from 'vitest';
import type { Scope } from '../stores/store.ts';
import { TIERS } from '../tenancy/tier.ts';
import { makeCache, makeContext, makeDeferred, makeStore, settle, VirtualTime } from './fixture.ts';
import { makeTenantContext, type TenantContext } from './tenant-context.ts';

const acme = makeContext('acme');

describe('a request', () => {
  it('loads on a miss, puts behind the fence, and hits from then on', async () => {
    const { cache, store } = makeCache();

    const first = await cache.getOrLoad(acme, 'k', async () => 'v');
    const second = await cache.getOrLoad(acme, 'k', async () => 'other');

    expect(first).toEqual({ kind: 'loaded', value: 'v', source: 'loader', fill: 'stored' });
    expect(second).toMatchObject({ kind: 'hit', value: 'v', source: 'store' });
    expect(store.calls.map((call) => call.verb)).toEqual(['lookup', 'put', 'lookup']);
  });

  it('costs one store call on a hit and reads neither clock nor timers', async () => {
    const { cache, store, time } = makeCache();
    await cache.put(acme, 'k', 'v');
    const callsBefore = store.calls.length;
    time.clockReadCount = 0;

    await cache.getOrLoad(acme, 'k', async () => 'unused');

    expect(store.calls.length - callsBefore).toBe(1);
    expect(time.clockReadCount).toBe(0);
    expect(time.timerCount).toBe(0);
  });

  it('is loaded once for all who ask while the load runs', async () => {
    const { cache } = makeCache();
    const value = makeDeferred<string>();
    let loadCount = 0;
    const load = () => {
      loadCount += 1;
      return value.promise;
    };

    const asked = [1, 2, 3].map(() => cache.getOrLoad(acme, 'k', load));
    await settle();
    value.resolve('v');
    const outcomes = await Promise.all(asked);

    expect(loadCount).toBe(1);
    expect(outcomes.map((outcome) => outcome.kind === 'loaded' && outcome.source)).toEqual([
      'loader',
      'shared-flight',
      'shared-flight',
    ]);
  });
});

describe('an invalidation', () => {
  const globex = makeContext('globex');

  it('by prefix, tag or tenant removes its scope and nothing of a neighbour', async () => {
    const left = async (scope: Scope) => {
      const { cache } = makeCache();
      for (const context of [acme, globex]) {
        await cache.put(context, 'bars:1', 'v', { tags: ['market'] });
        await cache.put(context, 'bars:2', 'v');
        await cache.put(context, 'news:1', 'v', { tags: ['market'] });
      }
      expect((await cache.invalidate(acme, scope)).kind).toBe('invalidated');
      const found = [];
      for (const key of ['bars:1', 'bars:2', 'news:1']) {
        expect((await cache.get(globex, key)).kind).toBe('hit');
        if ((await cache.get(acme, key)).kind === 'hit') found.push(key);
      }
      return found;
    };
    expect(await left({ kind: 'key', key: 'bars:1' })).toEqual(['bars:2', 'news:1']);
    expect(await left({ kind: 'prefix', prefix: 'bars:' })).toEqual(['news:1']);
    expect(await left({ kind: 'tag', tag: 'market' })).toEqual(['bars:2']);
    expect(await left({ kind: 'tenant' })).toEqual([]);
  });

  it('outdates a load begun before it: who asked gets the value, nobody after', async () => {
    const { cache } = makeCache();
    const value = makeDeferred<string>();
    const asked = cache.getOrLoad(acme, 'k', () => value.promise);
    await settle();
    await cache.delete(acme, 'k');
    value.resolve('old');

    expect(await asked).toMatchObject({ kind: 'loaded', value: 'old', fill: 'outdated' });
    expect(await cache.get(acme, 'k')).toMatchObject({ kind: 'miss' });
    expect(cache.countersOf(acme.tenant).outdatedCount).toBe(1);
  });
});

describe('the clock that decides expiry', () => {
  it('is this cache’s where the settings say so, whatever the store’s own says', async () => {
    const { store } = makeStore();
    const time = new VirtualTime();
    const { cache } = makeCache({ storeClock: 'cache' }, {}, { store, time });
    await cache.put(acme, 'k', 'v', { ttlMs: 1000 });
    await time.advance(999);
    expect((await cache.get(acme, 'k')).kind).toBe('hit');
    await time.advance(1);
    expect((await cache.get(acme, 'k')).kind).toBe('miss');
  });
});

describe('a tier’s limits', () => {
  it('reject beyond the burst, and warn before; switched off, they do neither', async () => {
    const { cache } = makeCache({ localDeny: false });
    const small = { ...TIERS.silver, ratePerSecond: 1, burst: 5 };
    const kinds = async (context: TenantContext) => {
      const seen: string[] = [];
      for (let at = 0; at < 6; at += 1) {
        const outcome = await cache.get(context, 'k');
        seen.push(outcome.kind === 'miss' && outcome.nearLimit ? 'near' : outcome.kind);
      }
      return seen;
    };
    const { tenant } = acme;
    expect(await kinds(makeTenantContext(tenant, small))).toEqual([
      ...Array(3).fill('miss'),
      ...Array(2).fill('near'),
      'rejected',
    ]);
    const off = makeTenantContext(tenant, small, { limit: 'off' });
    expect(await kinds(off)).toEqual(Array(6).fill('miss'));
  });
});

describe('early refresh', () => {
  it('answers with the old value at once and replaces it behind, once', async () => {
    const { cache, time } = makeCache({ earlyRefresh: true }, { random: () => 0.9 });
    const slow = (value: string) => () =>
      new Promise<string>((resolve) => time.after(100, () => resolve(value)));
    const first = cache.getOrLoad(acme, 'k', slow('old'), { ttlMs: 1000 });
    await time.advance(100);
    await first;
    // exp(-x / 100) = 0.1 at x = 230: until then this draw does not refresh.
    await time.advance(769);
    expect(await cache.getOrLoad(acme, 'k', slow('no'))).toMatchObject({ value: 'old' });
    expect(time.timerCount).toBe(0);
    await time.advance(2);
    const refreshing = [slow('new'), slow('twice')].map((load) => cache.getOrLoad(acme, 'k', load));
    expect(await Promise.all(refreshing)).toMatchObject([{ value: 'old' }, { value: 'old' }]);
    await time.advance(100);

    expect(await cache.get(acme, 'k')).toMatchObject({ kind: 'hit', value: 'new' });
    expect(cache.countersOf(acme.tenant)).toMatchObject({ refreshedCount: 1, loadedCount: 2 });
  });
});
