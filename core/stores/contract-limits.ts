import { type ContractCase, fenceOf, fill, NOW, OPEN, read } from './contract-case.ts';
import type { Quota, RateLimit, Store } from './store.ts';

/** Limits: rate, quota, leases, removed tenants, bad input. */
export const LIMIT_CASES: readonly ContractCase[] = [
  {
    name: 'admits a burst, then the rate, and says when to come back',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('rate');
      const limit: RateLimit = { ratePerSecond: 10, burst: 5, enforcement: 'enforce' };
      const ask = async (nowMs: number): Promise<unknown> => {
        const reply = await store.lookup({ tenant: t, key: 'k', limit, nowMs });
        return reply.kind === 'rejected' ? reply.retryAfterMs : `${reply.kind} ${reply.nearLimit}`;
      };
      const burst = [
        await ask(NOW),
        await ask(NOW),
        await ask(NOW),
        await ask(NOW),
        await ask(NOW),
        await ask(NOW),
      ];
      equal(
        burst,
        ['miss false', 'miss false', 'miss false', 'miss true', 'miss true', 100],
        'burst',
      );
      equal(await ask(NOW + 99), 1, 'a millisecond early');
      equal(await ask(NOW + 100), 'miss true', 'in time');
      const usage = await store.readUsage(t, NOW);
      equal([usage.admittedCount, usage.rejectedCount], [6, 2], 'counts');
    },
  },
  {
    name: "evicts the tenant's own least recently used entries at its quota",
    run: async ({ store, tenant, equal }) => {
      const [t, u] = [tenant('evict'), tenant('evict-neighbour')];
      await store.put(fill(u, 'old', { nowMs: NOW - 30_000 }));
      const quota: Quota = { quotaBytes: 20_000, atQuota: 'evict', enforcement: 'enforce' };
      const put = (key: string, nowMs: number): ReturnType<Store['put']> =>
        store.put(fill(t, key, { value: 'v'.repeat(3000), quota, nowMs, ttlMs: 600_000 }));
      for (let at = 0; at < 5; at += 1) await put(`k${at}`, NOW + at);
      equal(await read(store, t, 'k0', NOW + 10_000), 'v'.repeat(3000), 'k0 is used again');
      const reply = await put('k5', NOW + 10_001);
      equal(reply.kind === 'stored' && reply.evictedCount, 1, 'evicted');
      equal((await store.listKeys(t, NOW + 10_001)).sort(), ['k0', 'k2', 'k3', 'k4', 'k5'], 'left');
      equal(await read(store, u, 'old'), 'value of old', 'the neighbour');
    },
  },
  {
    name: 'refuses what the quota cannot hold and keeps what was there',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('refuse');
      const quota: Quota = { quotaBytes: 4000, atQuota: 'refuse', enforcement: 'enforce' };
      await store.put(fill(t, 'a', { value: 'v'.repeat(2000), quota }));
      const tooLarge = await store.put(fill(t, 'a', { value: 'v'.repeat(3900), quota }));
      equal(tooLarge.kind === 'rejected' && tooLarge.reason, 'entry-too-large', 'too large');
      const full = await store.put(fill(t, 'b', { value: 'v'.repeat(1500), quota }));
      equal(full.kind === 'rejected' && full.reason, 'quota', 'full');
      equal(await read(store, t, 'a'), 'v'.repeat(2000), 'what was there');
      const shadow: Quota = { ...quota, enforcement: 'shadow' };
      const allowed = await store.put(fill(t, 'b', { value: 'v'.repeat(1500), quota: shadow }));
      equal(allowed.kind === 'stored' && allowed.wouldReject, true, 'shadow');
      equal((await store.readUsage(t, NOW)).refusedCount, 2, 'counted');
    },
  },
  {
    name: 'gives a lease to one holder at a time',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('lease');
      const lease = { tenant: t, key: 'k', leaseMs: 1000 };
      equal(
        await store.acquireLease({ ...lease, token: 'one', nowMs: NOW }),
        { acquired: true },
        'first',
      );
      equal(
        await store.acquireLease({ ...lease, token: 'two', nowMs: NOW + 999 }),
        { acquired: false },
        'second',
      );
      await store.releaseLease({ ...lease, token: 'two' });
      equal(
        await store.acquireLease({ ...lease, token: 'two', nowMs: NOW + 999 }),
        { acquired: false },
        'not its own',
      );
      equal(
        await store.acquireLease({ ...lease, token: 'two', nowMs: NOW + 1000 }),
        { acquired: true },
        'run out',
      );
      await store.releaseLease({ ...lease, token: 'two' });
      equal(
        await store.acquireLease({ ...lease, token: 'three', nowMs: NOW + 1000 }),
        { acquired: true },
        'given back',
      );
    },
  },
  {
    name: 'removes a tenant without a trace, and refuses its late fills',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('removed');
      const fence = await fenceOf(store, t, 'a');
      for (let at = 0; at < 300; at += 1) await store.put(fill(t, `k${at}`, { tags: ['x'] }));
      await store.removeTenant(t);
      const late = await store.put(fill(t, 'a', { fence }));
      equal(late.kind === 'rejected' && late.reason, 'outdated', 'late fill');
      equal(await store.listKeys(t, NOW), [], 'keys');
      const usage = await store.readUsage(t, NOW);
      equal(
        Object.values(usage).every((total) => total === 0),
        true,
        'usage',
      );
      await fenceOf(store, t, 'a');
      const later = await store.put(fill(t, 'a', { fence }));
      equal(
        later.kind === 'rejected' && later.reason,
        'outdated',
        'late fill of the tenant re-created',
      );
      await store.invalidate({ tenant: t, scope: { kind: 'key', key: 'b' }, nowMs: NOW });
      const latest = await store.put(fill(t, 'a', { fence }));
      equal(
        latest.kind === 'rejected' && latest.reason,
        'outdated',
        'late fill behind an invalidation of another key',
      );
    },
  },
  {
    name: "refuses bad input with an error that is not the store's trouble, and without a trace",
    run: async ({ store, tenant, equal, rejects }) => {
      const t = tenant('bad');
      const bad = [
        store.put(fill(t, '\ud800')),
        store.put(fill(t, 'k', { value: 'a\udc00' })),
        store.put(fill(t, 'k', { seal: '\ud800' })),
        store.put(fill(t, 'k', { ttlMs: 0 })),
        store.put(fill(t, 'k', { tags: ['\ud800'] })),
        store.put(fill(t, 'k', { nowMs: 1.5 })),
        store.lookup({ tenant: t, key: '\ud800', limit: OPEN, nowMs: NOW }),
        store.invalidate({ tenant: t, scope: { kind: 'prefix', prefix: '\ud800' }, nowMs: NOW }),
        store.acquireLease({ tenant: t, key: 'k', token: '\ud800', leaseMs: 1, nowMs: NOW }),
      ];
      for (const [at, work] of bad.entries()) {
        const error = (await rejects(work, `bad input ${at}`)) as { name: string };
        equal(error.name, 'InvalidInputError', `error ${at}`);
      }
      equal((await store.readUsage(t, NOW)).storedCount, 0, 'stored');
    },
  },
];
