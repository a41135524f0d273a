import { describe, expect, it } from 'vitest';
import { StoreError } from '../stores/store-error.ts';
import { makeCache, makeContext, makeStore, type VirtualTime } from './fixture.ts';

const acme = makeContext('acme');

/** Two processes over one store; the random numbers of their tokens differ. */
function makeProcesses() {
  const shared = makeStore();
  const settings = { lease: true, leaseMs: 100, leasePollMs: 10 };
  const [one, other] = [0.25, 0.75].map(
    (random) => makeCache(settings, { random: () => random }, shared).cache,
  );
  if (one === undefined || other === undefined) throw new Error('two processes');
  return { ...shared, one, other };
}

const valueAfter = (time: VirtualTime, ms: number, value: string) => () =>
  new Promise<string>((resolve) => time.after(ms, () => resolve(value)));

describe('a lease', () => {
  it('makes one process of two load a key, and the other find what it put', async () => {
    const { one, other, time, store } = makeProcesses();

    const led = one.getOrLoad(acme, 'k', valueAfter(time, 25, 'first'));
    await time.advance(0);
    const waited = other.getOrLoad(acme, 'k', valueAfter(time, 25, 'second'));
    await time.advance(50);

    expect(await led).toMatchObject({ kind: 'loaded', value: 'first', fill: 'stored' });
    expect(await waited).toMatchObject({ kind: 'hit', value: 'first', source: 'store' });
    expect(store.countOf('put')).toBe(1);
    expect(store.countOf('releaseLease')).toBe(1);
  });

  it('passes on when its holder fails, and runs out when its holder dies', async () => {
    const { one, other, time } = makeProcesses();
    const failing = one.getOrLoad(acme, 'k', () => Promise.reject(new Error('no')));
    await time.advance(0);
    const next = other.getOrLoad(acme, 'k', async () => 'second');
    await time.advance(20);
    expect(await failing).toMatchObject({ kind: 'failed' });
    expect(await next).toMatchObject({ kind: 'loaded', value: 'second' });

    const never = one.getOrLoad(acme, 'j', () => new Promise<string>(() => {}));
    await time.advance(0);
    const patient = other.getOrLoad(acme, 'j', async () => 'second');
    await time.advance(110);
    expect(await patient).toMatchObject({ kind: 'loaded', value: 'second' });
    await time.advance(500);
    expect(await never).toMatchObject({ kind: 'unknown', reason: 'deadline' });
  });

  it('that was put and let go while another waited is not loaded again', async () => {
    const { one, other, time, store } = makeProcesses();
    const led = one.getOrLoad(acme, 'k', valueAfter(time, 25, 'first'));
    await time.advance(0);
    const waited = other.getOrLoad(acme, 'k', async () => 'second');
    await time.advance(15);
    // Between the other's last look and its next try for the lease, the first is done.
    store.before = (verb) =>
      verb === 'acquireLease' ? new Promise<void>((resolve) => time.after(20, resolve)) : undefined;
    await time.advance(200);

    expect(await led).toMatchObject({ kind: 'loaded', fill: 'stored' });
    expect(await waited).toMatchObject({ kind: 'hit', value: 'first' });
    expect(store.countOf('put')).toBe(1);
  });

  it('costs no tokens while waiting and stops at the deadline', async () => {
    const { one, other, time, store } = makeProcesses();
    const limits: string[] = [];
    store.replaceLookup = (reply, request) => {
      limits.push(request.limit.enforcement);
      return reply;
    };
    const held = one.getOrLoad(acme, 'k', () => new Promise<string>(() => {}));
    await time.advance(0);
    const waiting = other.getOrLoad({ ...acme, deadlineMs: 35 }, 'k', async () => 'v');
    await time.advance(35);
    expect(await waiting).toMatchObject({ kind: 'unknown', reason: 'deadline' });
    await time.advance(10);
    const callCount = store.calls.length;
    await time.advance(400);
    expect(store.calls.length).toBe(callCount);
    expect(limits).toEqual(['enforce', 'enforce', 'off', 'off', 'off', 'off']);
    await time.advance(100);
    await held;
  });

  it('is gone without when the store cannot give one', async () => {
    const { one, store } = makeProcesses();
    store.before = (verb) => {
      if (verb === 'acquireLease') throw new StoreError('time-out', 'no reply in time', false);
    };
    const outcome = await one.getOrLoad(acme, 'k', async () => 'v');
    expect(outcome).toMatchObject({ kind: 'loaded', fill: 'stored' });
  });
});
