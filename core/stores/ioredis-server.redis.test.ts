import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, type Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKeyspace } from '../tenancy/keyspace.ts';
import { parseTenantId } from '../tenancy/tenant-id.ts';
import { CONTRACT, tenantsOf } from './contract.ts';
import { CONTRACT_ASSERTIONS } from './contract-assert.ts';
import { makeIoredisStore } from './ioredis-store.ts';
import { startTestServer, type TestServer } from './redis-server.fixture.ts';
import type { PutRequest, Store } from './store.ts';
import { StoreError } from './store-error.ts';

const TENANT = parseTenantId('acme');
const OPEN = { ratePerSecond: 1000, burst: 2000, enforcement: 'enforce' } as const;
const QUOTA = { quotaBytes: 1e8, atQuota: 'evict', enforcement: 'enforce' } as const;

function fill(key: string, more: Partial<PutRequest> = {}): PutRequest {
  return { tenant: TENANT, key, value: 'v', seal: 's', ttlMs: 60_000, quota: QUOTA, ...more };
}

describe('the store and its server', () => {
  let server: TestServer;
  let client: Redis;
  let store: Store;
  beforeAll(async () => {
    server = await startTestServer();
    client = server.client();
    store = makeIoredisStore(client, { keyspace: makeKeyspace('app') });
  });
  afterAll(() => server.stop());

  it('hands its scripts to a server that lost them', async () => {
    await store.put(fill('a'));
    await client.script('FLUSH');
    expect((await store.lookup({ tenant: TENANT, key: 'a', limit: OPEN })).kind).toBe('hit');
  });

  it('writes keys of its namespace and tenant only', async () => {
    await store.put(fill('b', { tags: ['x'] }));
    await store.invalidate({ tenant: TENANT, scope: { kind: 'key', key: 'b' } });
    await store.acquireLease({ tenant: TENANT, key: 'b', token: 't', leaseMs: 1000 });
    const keys = await client.keys('*');
    expect(keys.filter((key) => !/^app:(cache|lru|meta:tenant):\{acme\}/.test(key))).toEqual([]);
  });

  it('keeps its accounts when an entry that vanished is replaced twice, by another size and back', async () => {
    const tenant = parseTenantId('twice');
    const keys = makeKeyspace('app').ofTenant(tenant);
    // So near the quota that every put looks at what it replaces.
    const quota = { quotaBytes: 1_760, atQuota: 'evict', enforcement: 'enforce' } as const;
    const put = (value: string) => store.put(fill('k', { tenant, value, tags: ['x'], quota }));
    await put('ten bytes.');
    await client.del(`${keys.entryPrefix}k`);
    await put('of twenty bytes, so.');
    await put('ten bytes.');

    expect((await store.readUsage(tenant)).entryCount).toBe(1);
    expect(await store.reconcile(tenant)).toEqual({ driftBytes: 0, driftEntries: 0 });
  });

  it('leaves no tags behind of entries that vanished, whatever took their place', async () => {
    const tenant = parseTenantId('tags');
    const keys = makeKeyspace('app').ofTenant(tenant);
    const vanish = (key: string) => client.del(keys.entryPrefix + key);
    for (const key of ['untagged-after', 'gone']) {
      await store.put(fill(key, { tenant, tags: ['y'] }));
      await vanish(key);
    }
    await store.put(fill('untagged-after', { tenant, value: 'another size' }));
    await store.put(fill('back', { tenant }));
    await vanish('back');
    await store.put(fill('back', { tenant, value: 'another size', tags: ['z'] }));
    await store.put(fill('back', { tenant }));
    await store.reconcile(tenant);

    const metaPrefix = keys.state.slice(0, -'state'.length);
    expect(await client.smembers(`${metaPrefix}tag:z`)).toEqual([]);
    await store.removeTenant(tenant);
    const left = await client.keys(`${metaPrefix}*`);
    expect(left).toEqual([`${metaPrefix}grave`]);
  });

  it('keeps its accounts when an entry that somebody removed is written anew', async () => {
    const tenant = parseTenantId('removed');
    const { entryPrefix } = makeKeyspace('app').ofTenant(tenant);
    for (const key of ['same-size', 'other-size', 'stays']) await store.put(fill(key, { tenant }));
    await client.del(`${entryPrefix}same-size`, `${entryPrefix}other-size`);

    await store.put(fill('same-size', { tenant }));
    await store.put(fill('other-size', { tenant, value: 'longer' }));

    expect((await store.listKeys(tenant)).sort()).toEqual(['other-size', 'same-size', 'stays']);
    // What it held under another size is found out when that would have expired, or by a recount.
    const drift = await store.reconcile(tenant);
    expect(drift.driftEntries).toBe(1);
    expect(await store.reconcile(tenant)).toEqual({ driftBytes: 0, driftEntries: 0 });
    expect((await store.readUsage(tenant)).entryCount).toBe(3);
  });

  it('counts exactly when Redis itself expired entries, and one of them was written anew', async () => {
    const tenant = parseTenantId('vanish');
    const keys = makeKeyspace('app').ofTenant(tenant);
    for (const key of ['gone', 'anew', 'other-size', 'stays']) {
      await store.put(fill(key, { tenant, tags: ['x'], ttlMs: key === 'stays' ? 60_000 : 20 }));
    }
    expect(await client.pttl(`${keys.entryPrefix}gone`)).toBeGreaterThan(50_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await client.del(...['gone', 'anew', 'other-size'].map((key) => keys.entryPrefix + key));
    await store.put(fill('anew', { tenant, tags: ['x'] }));
    await store.put(fill('other-size', { tenant, value: 'longer', tags: ['y'] }));

    const usage = await store.readUsage(tenant);
    expect([usage.entryCount, usage.expiredCount]).toEqual([3, 3]);
    expect(await store.reconcile(tenant)).toEqual({ driftBytes: 0, driftEntries: 0 });
    expect((await store.listKeys(tenant)).sort()).toEqual(['anew', 'other-size', 'stays']);
    const { removedCount } = await store.invalidate({ tenant, scope: { kind: 'tag', tag: 'x' } });
    expect([removedCount, await store.listKeys(tenant)]).toEqual([2, ['other-size']]);
  });

  it.each(['garbage', 'x', '0'.repeat(15) + '9'.repeat(15), 'n'.repeat(100)])(
    'removes an entry that somebody wrote over with %j, and keeps its accounts',
    async (garbage) => {
      const tenant = parseTenantId(`over-${garbage.length}`);
      const nowMs = 1_000_000;
      await store.put(fill('k', { tenant, ttlMs: 1000, nowMs }));
      await client.set(`${makeKeyspace('app').ofTenant(tenant).entryPrefix}k`, garbage);

      const asked = store.lookup({ tenant, key: 'k', limit: OPEN, nowMs });
      const unread = { code: 'malformed-reply', definite: true };
      if (garbage.length === 30) expect(await asked.catch((error) => error)).toMatchObject(unread);
      else await expect(asked).rejects.toMatchObject(unread);
      await store.invalidate({ tenant, scope: { kind: 'key', key: 'k' }, nowMs });

      expect((await store.lookup({ tenant, key: 'k', limit: OPEN, nowMs })).kind).toBe('miss');
      expect(await store.readUsage(tenant, nowMs + 5000)).toMatchObject({
        usageBytes: 0,
        entryCount: 0,
      });
      expect(await store.reconcile(tenant, nowMs + 5000)).toEqual({
        driftBytes: 0,
        driftEntries: 0,
      });
    },
  );

  it('keeps accounts of a tenant whose removal nobody ended', async () => {
    const tenant = parseTenantId('half-removed');
    for (let at = 0; at < 600; at += 1) await store.put(fill(`k${at}`, { tenant, tags: ['x'] }));
    const before = await store.lookup({ tenant, key: 'k9', limit: OPEN });
    let callCount = 0;
    const stopping = {
      callBuffer: (command: string, ...words: (string | Buffer)[]) => {
        callCount += 1;
        if (callCount > 2) throw new Error('Command timed out');
        return client.callBuffer(command, ...words);
      },
    };
    const cut = makeIoredisStore(stopping as unknown as Redis, { keyspace: makeKeyspace('app') });
    await expect(cut.removeTenant(tenant)).rejects.toThrow();

    const usage = await store.readUsage(tenant);
    const keys = await store.listKeys(tenant);
    expect(usage.entryCount).toBe(keys.length);
    expect(keys.length).toBeLessThan(600);
    expect(keys.length).toBeGreaterThan(0);
    expect(await store.reconcile(tenant)).toEqual({ driftBytes: 0, driftEntries: 0 });
    const fence = 'fence' in before ? before.fence : '';
    expect(await store.put(fill('late', { tenant, fence }))).toMatchObject({ reason: 'outdated' });
    const cleared = await store.invalidate({ tenant, scope: { kind: 'tenant' } });
    expect(cleared.removedCount).toBe(keys.length);
    await store.removeTenant(tenant);
    expect(await client.keys('app:*half-removed*')).toHaveLength(1);
  });

  it('charges what Redis keeps, also for long keys and many tags', async () => {
    const usedBytes = async () =>
      Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
    const shapes = {
      'long keys': () => ({}),
      'tags of their own': (at: number) => ({
        tags: Array.from({ length: 8 }, (_, n) => `${at}-${n}`),
      }),
      'tags in common': () => ({ tags: Array.from({ length: 8 }, (_, n) => `tag${n}`) }),
    };
    for (const [name, tagged] of Object.entries(shapes)) {
      const tenant = parseTenantId(name.replaceAll(' ', '-'));
      const key = (at: number) =>
        `${name === 'long keys' ? 'k'.repeat(1000) : 'key-of-an-entry'}${at}`;
      const before = await usedBytes();
      for (let at = 0; at < 2000; at += 1)
        await store.put(fill(key(at), { tenant, ...tagged(at) }));
      const grownBytes = (await usedBytes()) - before;

      const { usageBytes } = await store.readUsage(tenant);
      expect(usageBytes, name).toBeGreaterThan(grownBytes);
      await store.removeTenant(tenant);
    }
  });

  it('finds and mends accounts that somebody tampered with', async () => {
    const tenant = parseTenantId('tampered');
    const keys = makeKeyspace('app').ofTenant(tenant);
    for (let at = 0; at < 600; at += 1) await store.put(fill(`k${at}`, { tenant }));
    const before = await store.readUsage(tenant);
    const holdings = await client.hgetBuffer(keys.state, 'holdings');
    if (holdings === null) throw new Error('the state has no holdings');
    holdings.writeDoubleBE(holdings.readDoubleBE(0) + 1000, 0);
    await client.hset(keys.state, 'holdings', holdings);
    await client.del(`${keys.entryPrefix}k7`);
    const chargeBytes = before.usageBytes / 600;

    const drift = await store.reconcile(tenant);

    expect(drift.driftEntries).toBe(1);
    expect(Math.abs(drift.driftBytes - 1000 - chargeBytes)).toBeLessThan(3);
    expect(await store.reconcile(tenant)).toEqual({ driftBytes: 0, driftEntries: 0 });
    expect((await store.readUsage(tenant)).entryCount).toBe(599);
  });

  it('serves hits at the memory limit, and refuses writes with a definite error', async () => {
    await store.put(fill('kept'));
    await client.config('SET', 'maxmemory', '1mb');
    try {
      const hit = await store.lookup({ tenant: TENANT, key: 'kept', limit: OPEN });
      expect(hit.kind).toBe('hit');
      const error = await store.put(fill('more')).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoreError);
      expect(error).toMatchObject({ code: 'refused', definite: true });
      expect((error as Error).message).not.toMatch(/acme|more/);
      expect(await store.invalidate({ tenant: TENANT, scope: { kind: 'tenant' } })).toEqual({
        removedCount: 2,
      });
    } finally {
      await client.config('SET', 'maxmemory', '0');
    }
  });

  it('says that the connection failed when the server is gone', async () => {
    const gone = await startTestServer();
    const lost = makeIoredisStore(gone.client(), { keyspace: makeKeyspace() });
    await lost.put(fill('a'));
    await gone.stop();
    const error = await lost.put(fill('a')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'StoreError', code: 'connection' });
  });
});

describe('ioredis store on a cluster', () => {
  let server: TestServer;
  let client: Cluster;
  let folder: string;
  let store: Store;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'partywall-cluster-'));
    const cluster = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'];
    server = await startTestServer(...cluster, '--dir', folder);
    await server.client().call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await until(async () =>
      `${await server.client().call('CLUSTER', 'INFO')}`.includes('state:ok'),
    );
    client = new Cluster([{ host: '127.0.0.1', port: server.port }]);
    store = makeIoredisStore(client, { keyspace: makeKeyspace() });
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  for (const [at, { name, run }] of CONTRACT.entries()) {
    it(name, () => run({ store, tenant: tenantsOf('cluster', at), ...CONTRACT_ASSERTIONS }), 5000);
  }
});

async function until(isDone: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isDone()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the cluster did not come up in 10 s');
}
