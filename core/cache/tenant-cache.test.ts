import { describe, expect, it } from 'vitest';
import { makeCache, makeContext, makeDeferred, settle } from './fixture.ts';

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
