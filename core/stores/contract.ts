import { parseTenantId, type TenantId } from '../tenancy/tenant-id.ts';
import type { PutRequest, Quota, RateLimit, Store } from './store.ts';

/**
 * What every store must do, as a list of named cases that need nothing of Node or a test framework:
 * the same list runs over the memory store, over a real server, and inside k6. All cases bring their
 * own time, and tenants of their own, so they may run in any order over one store.
 */
export interface ContractCase {
  readonly name: string;
  /** Binary values are promised everywhere but in k6. */
  readonly needsBytes?: boolean;
  readonly run: (subject: Subject) => Promise<void>;
}

export interface Subject {
  readonly store: Store;
  /** A tenant that no other case uses. */
  readonly tenant: (name: string) => TenantId;
  /** Throws unless both are equal through and through. */
  readonly equal: (actual: unknown, expected: unknown, what: string) => void;
  /** Throws unless the work rejects; hands on what it rejected with. */
  readonly rejects: (work: Promise<unknown>, what: string) => Promise<unknown>;
}

const NOW = 1_764_000_000_000;
const OPEN: RateLimit = { ratePerSecond: 1000, burst: 2000, enforcement: 'off' };
const ROOMY: Quota = { quotaBytes: 1e9, atQuota: 'evict', enforcement: 'enforce' };

function fill(tenant: TenantId, key: string, more: Partial<PutRequest> = {}): PutRequest {
  return {
    tenant,
    key,
    value: `value of ${key}`,
    seal: 'seal',
    ttlMs: 60_000,
    quota: ROOMY,
    nowMs: NOW,
    ...more,
  };
}

async function read(store: Store, tenant: TenantId, key: string, nowMs = NOW): Promise<unknown> {
  const reply = await store.lookup({ tenant, key, limit: OPEN, nowMs });
  return reply.kind === 'hit' ? reply.value : reply.kind;
}

async function fenceOf(store: Store, tenant: TenantId, key: string, nowMs = NOW): Promise<string> {
  const reply = await store.lookup({ tenant, key, limit: OPEN, nowMs });
  if (reply.kind === 'rejected') throw new Error('a lookup without a limit was rejected');
  return reply.fence;
}

export const CONTRACT: readonly ContractCase[] = [
  {
    name: 'returns what was put, with its seal, life and load time',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('basic');
      const miss = await store.lookup({ tenant: t, key: 'a', limit: OPEN, nowMs: NOW });
      equal(miss.kind, 'miss', 'first lookup');
      const stored = await store.put(
        fill(t, 'a', { value: 'text', seal: 'line\nbreak \\n', loadMs: 12.5 }),
      );
      equal(stored.kind, 'stored', 'put');
      const hit = await store.lookup({ tenant: t, key: 'a', limit: OPEN, nowMs: NOW + 1000 });
      const { fence: _, ...rest } = hit as { fence: string };
      equal(
        rest,
        {
          kind: 'hit',
          value: 'text',
          seal: 'line\nbreak \\n',
          ttlRemainingMs: 59_000,
          loadMs: 12.5,
          nearLimit: false,
        },
        'hit',
      );
    },
  },
  {
    name: 'keeps odd keys and values as they are',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('odd');
      const odd = [
        '',
        ' ',
        'ключ',
        '鍵',
        '\u{1f600}',
        'a\r\nb',
        '\u0000',
        '*',
        '{x}',
        '}:',
        '$3\r\nfoo\r\n',
        '__proto__',
        '\'\\n"',
      ];
      for (const key of odd) await store.put(fill(t, key, { value: `<${key}>` }));
      for (const key of odd) equal(await read(store, t, key), `<${key}>`, JSON.stringify(key));
      await store.put(fill(t, 'empty', { value: '' }));
      equal(await read(store, t, 'empty'), '', 'empty value');
      equal((await store.listKeys(t, NOW)).sort(), [...odd, 'empty'].sort(), 'keys');
    },
  },
  {
    name: 'keeps a value of a megabyte, not all of it ASCII',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('big');
      const value = `${'v'.repeat(1_000_000)}ж\u{1f600}`;
      await store.put(fill(t, 'big', { value }));
      equal((await read(store, t, 'big')) === value, true, 'value');
    },
  },
  {
    name: 'keeps bytes as bytes',
    needsBytes: true,
    run: async ({ store, tenant, equal }) => {
      const t = tenant('bytes');
      const value = new Uint8Array(1_000_000);
      for (let at = 0; at < value.length; at += 1) value[at] = (at * 7) % 256;
      await store.put(fill(t, 'b', { value }));
      const found = (await read(store, t, 'b')) as Uint8Array;
      equal(found.length, value.length, 'length');
      equal(
        found.every((byte, at) => byte === value[at]),
        true,
        'bytes',
      );
      await store.put(fill(t, 'none', { value: new Uint8Array() }));
      equal((await read(store, t, 'none')) instanceof Uint8Array, true, 'no bytes are bytes, too');
    },
  },
  {
    name: "expires an entry when its life is over, by the caller's clock",
    run: async ({ store, tenant, equal }) => {
      const t = tenant('expiry');
      await store.put(fill(t, 'a', { ttlMs: 1000 }));
      equal(await read(store, t, 'a', NOW + 999), 'value of a', 'last millisecond');
      equal(await read(store, t, 'a', NOW + 1000), 'miss', 'when it is over');
      equal(await store.listKeys(t, NOW + 1000), [], 'keys');
      const usage = await store.readUsage(t, NOW + 1000);
      equal([usage.usageBytes, usage.entryCount, usage.expiredCount], [0, 0, 1], 'usage');
    },
  },
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
    name: 'refuses a fill that began before its key was invalidated, and no other',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('fence');
      const fence = await fenceOf(store, t, 'a');
      equal(await fenceOf(store, t, 'b'), fence, 'equal fences while nothing was invalidated');
      await store.invalidate({ tenant: t, scope: { kind: 'key', key: 'a' }, nowMs: NOW });
      const late = await store.put(fill(t, 'a', { fence }));
      equal(late.kind === 'rejected' && late.reason, 'outdated', 'fill of the key');
      equal((await store.put(fill(t, 'b', { fence }))).kind, 'stored', 'fill of another key');
      equal(await read(store, t, 'a'), 'miss', 'the key');
      const anew = await fenceOf(store, t, 'a');
      equal(anew === fence, false, 'fences differ');
      equal((await store.put(fill(t, 'a', { fence: anew }))).kind, 'stored', 'fill begun after');
    },
  },
  {
    name: 'invalidates a key, a prefix, a tag or the tenant, and nothing else',
    run: async ({ store, tenant, equal }) => {
      const [t, u] = [tenant('scope'), tenant('scope-neighbour')];
      const keys = ['a', 'ab', 'a*', 'b', 'ba', 'c'];
      const restore = async (): Promise<void> => {
        for (const one of [t, u]) {
          for (const key of keys)
            await store.put(fill(one, key, { tags: key > 'b' ? ['late', 'x'] : ['x'] }));
        }
      };
      const left = async (): Promise<string[]> => (await store.listKeys(t, NOW)).sort();
      await restore();
      const invalidate = async (
        scope: Parameters<Store['invalidate']>[0]['scope'],
      ): Promise<number> => (await store.invalidate({ tenant: t, scope, nowMs: NOW })).removedCount;
      equal(await invalidate({ kind: 'key', key: 'a' }), 1, 'key');
      equal(await left(), ['a*', 'ab', 'b', 'ba', 'c'], 'left by key');
      equal(await invalidate({ kind: 'prefix', prefix: 'a*' }), 1, 'prefix that looks like a glob');
      equal(await left(), ['ab', 'b', 'ba', 'c'], 'left by prefix');
      equal(await invalidate({ kind: 'tag', tag: 'late' }), 2, 'tag');
      equal(await left(), ['ab', 'b'], 'left by tag');
      equal(await invalidate({ kind: 'tag', tag: 'late' }), 0, 'tag again');
      equal(await invalidate({ kind: 'tenant' }), 2, 'tenant');
      equal(await left(), [], 'left by tenant');
      equal((await store.listKeys(u, NOW)).sort(), [...keys].sort(), 'the neighbour');
      const usage = await store.readUsage(t, NOW);
      equal([usage.usageBytes, usage.entryCount, usage.invalidatedCount], [0, 0, 6], 'usage');
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
  {
    name: 'uses its own clock where no time is given',
    run: async ({ store, tenant, equal }) => {
      const t = tenant('own-clock');
      const { nowMs: _, ...request } = fill(t, 'a');
      await store.put(request);
      const hit = await store.lookup({ tenant: t, key: 'a', limit: OPEN });
      equal(
        hit.kind === 'hit' && hit.ttlRemainingMs > 50_000 && hit.ttlRemainingMs <= 60_000,
        true,
        'life',
      );
    },
  },
];

/** Makes tenants that no other run and no other case uses. */
export function tenantsOf(run: string, at: number): (name: string) => TenantId {
  return (name) => parseTenantId(`${run}-${at}-${name}`);
}
