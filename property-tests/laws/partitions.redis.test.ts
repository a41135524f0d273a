import calculateSlot from 'cluster-key-slot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeIoredisStore,
  makeKeyspace,
  PartitionedStore,
  parseTenantId,
} from '../../core/index.ts';
import { startCluster, type TestCluster } from './redis-cluster.ts';

const LIMIT = { ratePerSecond: 1, burst: 1, enforcement: 'off' } as const;
const QUOTA = { quotaBytes: 1e6, atQuota: 'evict', enforcement: 'enforce' } as const;

describe('a tenant that is spread over partitions of a real cluster', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.stop());

  it('is on several shards, and is read, invalidated and removed as one', async () => {
    const keyspace = makeKeyspace();
    const large = parseTenantId('large');
    // Its name is that of the other's first partition, but for the escape.
    const other = parseTenantId('large#0');
    const store = new PartitionedStore({
      partitionsOf: (tenant) => (tenant === large ? 6 : 1),
      open: (partition) =>
        makeIoredisStore(cluster.client, {
          keyspace,
          ...(partition === undefined ? {} : { partition }),
        }),
    });
    const keys = Array.from({ length: 60 }, (_, n) => `${n % 2 ? 'odd' : 'even'}-${n}`);
    for (const tenant of [large, other]) {
      for (const key of keys) {
        await store.put({ tenant, key, value: key, seal: '', ttlMs: 60_000, quota: QUOTA });
      }
    }
    const found = await Promise.all(
      keys.map((key) => store.lookup({ tenant: large, key, limit: LIMIT })),
    );
    const slots = [0, 1, 2, 3, 4, 5].map((n) => calculateSlot(keyspace.ofTenant(large, n).lru));
    const shards = new Set(slots.map((slot) => Math.floor(slot / (16_384 / 3))));
    const odd = await store.invalidate({ tenant: large, scope: { kind: 'prefix', prefix: 'odd' } });
    await store.removeTenant(large);

    expect(found.map((reply) => reply.kind === 'hit' && reply.value)).toEqual(keys);
    expect(shards.size).toBeGreaterThan(1);
    expect(odd.removedCount).toBe(30);
    expect(await store.listKeys(large)).toEqual([]);
    expect((await store.listKeys(other)).length).toBe(60);
  });
});
