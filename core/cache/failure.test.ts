import { describe, expect, it } from 'vitest';
import { StoreError } from '../stores/store-error.ts';
import { TIERS } from '../tenancy/tier.ts';
import { makeCache, makeContext, makeDeferred, settle } from './fixture.ts';

const acme = makeContext('acme');
const globex = makeContext('globex');
const lost = () => {
  throw new StoreError('connection', 'connection lost', false);
};
const late = () => {
  throw new StoreError('time-out', 'no reply in time', false);
};
const load = async () => 'loaded';

describe('a store in trouble', () => {
  it('fails a get, and opens the loader behind the local share', async () => {
    const { cache, store } = makeCache({ retriesMax: 0, localShare: 0.01 });
    store.before = lost;

    const got = await cache.get(acme, 'k');
    const outcomes = [];
    for (let at = 0; at < 20; at += 1) outcomes.push(await cache.getOrLoad(acme, `k${at}`, load));

    expect(got).toMatchObject({ kind: 'failed', reason: 'store-unavailable' });
    expect(outcomes[0]).toEqual({
      kind: 'loaded',
      value: 'loaded',
      source: 'loader',
      fill: 'bypassed',
    });
    // Gold's burst of 1000 times the share of a hundredth: ten, then the limiter stays closed.
    expect(outcomes.filter((outcome) => outcome.kind === 'loaded')).toHaveLength(10);
    expect(outcomes[19]).toMatchObject({ kind: 'rejected', by: 'local-share' });
    expect(cache.countersOf(acme.tenant)).toMatchObject({
      bypassedCount: 10,
      localRejectedCount: 10,
      storedCount: 0,
    });
  });

  it('lets bad input neither through nor into the local share', async () => {
    const { cache, store } = makeCache({ retriesMax: 0, localShare: 0.01 });
    store.before = lost;

    await expect(cache.getOrLoad(acme, 'k', load, { cost: Number.NaN })).rejects.toThrow('cost');
    await expect(cache.getOrLoad(acme, '\ud800', load)).rejects.toThrow('key');
    const outcomes = [];
    for (let at = 0; at < 20; at += 1) outcomes.push(await cache.getOrLoad(acme, `k${at}`, load));

    expect(outcomes.filter((outcome) => outcome.kind === 'loaded')).toHaveLength(10);
  });

  it('that cannot read an entry has it removed, and no circuit opens', async () => {
    const { cache, store } = makeCache({ circuitFailuresMax: 1 });
    await cache.put(acme, 'k', 'old');
    store.replaceLookup = (reply) => {
      if (reply.kind === 'hit') throw new StoreError('malformed-reply', 'no such form', true);
      return reply;
    };

    const found = await cache.getOrLoad(acme, 'k', load);
    const next = await cache.getOrLoad(acme, 'k', load);

    expect(found).toMatchObject({ kind: 'loaded', value: 'loaded', fill: 'bypassed' });
    expect(next).toMatchObject({ kind: 'loaded', fill: 'stored' });
    expect(cache.countersOf(acme.tenant)).toMatchObject({
      unreadableCount: 1,
      circuitOpenCount: 0,
    });
  });

  it('that hangs keeps nobody who has a value longer than the deadline', async () => {
    const { cache, store, time } = makeCache();
    store.before = (verb) => (verb === 'put' ? new Promise(() => {}) : undefined);
    const asked = cache.getOrLoad(acme, 'k', load);
    await time.advance(acme.deadlineMs);

    expect(await asked).toMatchObject({ kind: 'loaded', value: 'loaded', fill: 'unknown' });
  });

  it('that refuses is there: a circuit closes by it', async () => {
    const { cache, store, time } = makeCache({ circuitFailuresMax: 2, circuitOpenMs: 100 });
    const refuse = () => {
      throw new StoreError('refused', 'out of memory', true);
    };
    for (const trouble of [late, refuse, late]) {
      store.before = trouble;
      await cache.get(acme, 'k');
    }
    store.before = () => undefined;
    await time.advance(1);

    expect(await cache.get(acme, 'k')).toMatchObject({ kind: 'miss' });
  });

  it('loads nothing where it is to fail closed', async () => {
    const { cache, store } = makeCache({ retriesMax: 0, onStoreFailure: 'fail-closed' });
    store.before = lost;
    const outcome = await cache.getOrLoad(acme, 'k', () => Promise.reject(new Error('loaded')));
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'store-unavailable' });
  });

  it('retries a lost connection as often as the settings say, with a pause, and no time-out', async () => {
    const { cache, store, time } = makeCache({ retriesMax: 2 });
    store.before = lost;
    const asked = cache.get(acme, 'k');
    await time.advance(100);
    expect(await asked).toMatchObject({ kind: 'failed', reason: 'store-unavailable' });
    expect(store.countOf('lookup')).toBe(3);
    expect(cache.countersOf(acme.tenant).retriedCount).toBe(2);

    store.before = late;
    await cache.get(globex, 'k');
    expect(store.calls.filter((call) => call.tenant === globex.tenant)).toHaveLength(1);
  });

  it('serves the answer of a retry that works', async () => {
    const { cache, store, time } = makeCache();
    await cache.put(acme, 'k', 'v');
    let failureCount = 1;
    store.before = () => {
      if (failureCount-- > 0) lost();
    };
    const asked = cache.get(acme, 'k');
    await time.advance(100);
    expect(await asked).toMatchObject({ kind: 'hit', value: 'v' });
  });

  it('is left alone once a circuit is open, for that tenant only, until a try succeeds', async () => {
    const { cache, store, time } = makeCache({ circuitFailuresMax: 3, circuitOpenMs: 1000 });
    store.before = (_verb, tenant) => (tenant === acme.tenant ? late() : undefined);
    for (let at = 0; at < 10; at += 1) await cache.get(acme, 'k');
    expect(store.countOf('lookup')).toBe(3);
    expect(await cache.get(acme, 'k')).toMatchObject({ kind: 'failed', reason: 'circuit-open' });
    expect(await cache.get(globex, 'k')).toMatchObject({ kind: 'miss' });

    await time.advance(1000);
    await cache.get(acme, 'k');
    await cache.get(acme, 'k');
    expect(store.calls.filter((call) => call.tenant === acme.tenant)).toHaveLength(4);

    store.before = () => undefined;
    await time.advance(1000);
    expect(await cache.get(acme, 'k')).toMatchObject({ kind: 'miss' });
    expect(await cache.get(acme, 'k')).toMatchObject({ kind: 'miss' });
  });

  it('is tried by one request at a time while a circuit is open', async () => {
    const { cache, store, time } = makeCache({ circuitFailuresMax: 1, circuitOpenMs: 1000 });
    store.before = late;
    await cache.get(acme, 'k');
    await time.advance(1000);
    const gate = makeDeferred<undefined>();
    store.before = () => gate.promise;
    const asked = [1, 2, 3].map(() => cache.get(acme, 'k'));
    await settle();
    expect(store.countOf('lookup')).toBe(2);
    gate.resolve(undefined);
    const kinds = (await Promise.all(asked)).map((outcome) => outcome.kind);
    expect(kinds).toEqual(['miss', 'failed', 'failed']);
  });

  it('that came back lets nobody join a load from before an invalidation', async () => {
    const { cache, store } = makeCache({ circuitFailuresMax: 0 });
    const gate = makeDeferred<string>();
    store.before = (verb) => (verb === 'lookup' ? late() : undefined);
    const early = cache.getOrLoad(acme, 'k', () => gate.promise);
    await settle();
    await cache.delete(acme, 'k');
    const later = await cache.getOrLoad(acme, 'k', async () => 'new');
    gate.resolve('old');

    expect(later).toMatchObject({ value: 'new', source: 'loader', fill: 'bypassed' });
    expect(await early).toMatchObject({ value: 'old' });
  });

  it('is not suspected because it refused, nor because of bad input', async () => {
    const { cache, store } = makeCache({ circuitFailuresMax: 1, onStoreFailure: 'fail-closed' });
    store.before = () => {
      throw new StoreError('refused', 'out of memory', true);
    };
    expect(await cache.put(acme, 'k', 'v')).toMatchObject({ reason: 'store-unavailable' });
    store.before = () => {
      throw new TypeError('key is ill-formed');
    };
    await expect(cache.get(acme, 'k')).rejects.toThrow('ill-formed');
    await expect(cache.getOrLoad(acme, 'k', load)).rejects.toThrow('ill-formed');
    store.before = () => undefined;
    expect((await cache.get(acme, 'k')).kind).toBe('miss');
  });

  it('does not keep a loaded value from whoever asked when the put fails', async () => {
    const { cache, store } = makeCache();
    store.before = (verb) => (verb === 'put' ? late() : undefined);
    const outcome = await cache.getOrLoad(acme, 'k', load);
    expect(outcome).toMatchObject({ kind: 'loaded', value: 'loaded', fill: 'unknown' });
  });
});

describe('a load', () => {
  it('that fails fails for all who wait, is forgotten, and stores nothing', async () => {
    const { cache, store } = makeCache();
    const cause = new Error('back-end says no');
    const outcomes = await Promise.all(
      [1, 2].map(() => cache.getOrLoad(acme, 'k', () => Promise.reject(cause))),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ kind: 'failed', reason: 'loader-failed' });
      expect(outcome.kind === 'failed' && outcome.error.cause).toBe(cause);
    }
    expect(store.countOf('put')).toBe(0);
    expect(await cache.getOrLoad(acme, 'k', load)).toMatchObject({ kind: 'loaded' });
  });

  it('that throws before it returns, or gives no value, is a failed one', async () => {
    const { cache } = makeCache();
    const broken = () => {
      throw new Error('at once');
    };
    const empty = async () => undefined as unknown as string;
    expect(await cache.getOrLoad(acme, 'k', broken)).toMatchObject({ reason: 'loader-failed' });
    expect(await cache.getOrLoad(acme, 'k', empty)).toMatchObject({ reason: 'loader-failed' });
  });

  it('that gives text which is none is a failed one', async () => {
    const { cache } = makeCache();
    const outcome = await cache.getOrLoad(acme, 'k', async () => '\ud800');
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'loader-failed' });
  });

  it('longer than the deadline is unknown, aborted, and its late value is nobody else’s', async () => {
    const newCanceller = () => new AbortController();
    const { cache, store, time } = makeCache({}, { newCanceller });
    let signal: { readonly aborted: boolean } | undefined;
    let finish: (value: string) => void = () => {};
    const slow = makeContext('acme', TIERS.platinum);
    const asked = cache.getOrLoad(slow, 'k', (task) => {
      expect(task.deadlineMs).toBe(200);
      signal = task.signal;
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    await time.advance(199);
    expect(signal?.aborted).toBe(false);
    await time.advance(1);
    expect(await asked).toMatchObject({ kind: 'unknown', reason: 'deadline' });
    expect(signal?.aborted).toBe(true);

    finish('late');
    await settle();

    expect(store.countOf('put')).toBe(0);
    expect(await cache.get(slow, 'k')).toMatchObject({ kind: 'miss' });
    expect(cache.countersOf(slow.tenant)).toMatchObject({ deadlineCount: 1, loadedCount: 0 });
  });

  it('has no deadline where that is switched off', async () => {
    const { cache, time } = makeCache({ deadline: false });
    const asked = cache.getOrLoad(acme, 'k', (task) => {
      expect(task.deadlineMs).toBe(Number.POSITIVE_INFINITY);
      return new Promise((resolve) => time.after(60_000, () => resolve('late')));
    });
    await time.advance(60_000);
    expect(await asked).toMatchObject({ kind: 'loaded', value: 'late', fill: 'stored' });
  });

  it('beyond its tenant’s slots is refused, abandoned loads counted, and no neighbour’s is', async () => {
    const { cache, time } = makeCache({ loadsMax: 2 });
    const hang = () => new Promise<string>(() => {});
    const asked = ['a', 'b', 'c'].map((key) => cache.getOrLoad(acme, key, hang));
    expect(await asked[2]).toMatchObject({ kind: 'failed', reason: 'overloaded' });
    await time.advance(500);
    expect(await asked[0]).toMatchObject({ kind: 'unknown' });
    expect(await cache.getOrLoad(acme, 'd', load)).toMatchObject({ reason: 'overloaded' });
    expect(await cache.getOrLoad(globex, 'd', load)).toMatchObject({ kind: 'loaded' });
  });

  it('gives its slot back, however it ends', async () => {
    const { cache, time } = makeCache({ loadsMax: 1 });
    for (let at = 0; at < 3; at += 1) {
      expect(await cache.getOrLoad(acme, `${at}`, load)).toMatchObject({ kind: 'loaded' });
      const failing = () => Promise.reject(new Error('no'));
      expect(await cache.getOrLoad(acme, 'k', failing)).toMatchObject({ reason: 'loader-failed' });
      const slow = () => new Promise<string>((resolve) => time.after(600, () => resolve('late')));
      const late = cache.getOrLoad(acme, 'k', slow);
      await time.advance(600);
      expect(await late).toMatchObject({ kind: 'unknown' });
    }
  });

  it('lets only so many wait for it', async () => {
    const { cache, time } = makeCache({ waitersMax: 1 });
    const slow = () => new Promise<string>((resolve) => time.after(10, () => resolve('v')));
    const asked = [1, 2, 3].map(() => cache.getOrLoad(acme, 'k', slow));
    await time.advance(10);
    const kinds = (await Promise.all(asked)).map((outcome) => outcome.kind);
    expect(kinds).toEqual(['loaded', 'loaded', 'failed']);
  });

  it('runs once per request where single-flight is off', async () => {
    const { cache } = makeCache({ singleFlight: false });
    let loadCount = 0;
    const counted = async () => {
      loadCount += 1;
      return 'v';
    };
    await Promise.all([1, 2, 3].map(() => cache.getOrLoad(acme, 'k', counted)));
    expect(loadCount).toBe(3);
  });

  it('hands bytes to those who waited as copies', async () => {
    const { cache } = makeCache();
    const bytes = async () => new Uint8Array([1, 2, 3]);
    const [led, shared] = await Promise.all([1, 2].map(() => cache.getOrLoad(acme, 'k', bytes)));
    if (led?.kind !== 'loaded' || shared?.kind !== 'loaded') throw new Error('not loaded');
    expect(shared.value).toEqual(led.value);
    expect(shared.value).not.toBe(led.value);
  });
});
