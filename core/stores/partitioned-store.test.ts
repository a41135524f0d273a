import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTenantId } from '../tenancy/tenant-id.ts';
import { tenantsOf } from './contract.ts';
import { CONTRACT_ASSERTIONS } from './contract-assert.ts';
import { fill, NOW, OPEN, ROOMY, read } from './contract-case.ts';
import { ENTRY_CASES } from './contract-entries.ts';
import { MemoryStore } from './memory-store.ts';
import { PartitionedStore } from './partitioned-store.ts';

const LARGE = parseTenantId('large');

function makeStore(partitions: number) {
  const opened: (number | undefined)[] = [];
  const store = new PartitionedStore({
    partitionsOf: () => partitions,
    open: (partition) => {
      opened.push(partition);
      return new MemoryStore({ nowMs: () => NOW });
    },
  });
  return { store, opened };
}

describe('a store whose tenants are spread over three partitions', () => {
  const { store } = makeStore(3);
  for (const [at, { name, run }] of ENTRY_CASES.entries()) {
    it(name, () => run({ store, tenant: tenantsOf('parts', at), ...CONTRACT_ASSERTIONS }));
  }
});

describe('partitions', () => {
  it('are asked by key: whatever the keys, the replies are those of a tenant in one piece', async () => {
    const step = fc.record({
      verb: fc.constantFrom('put', 'read', 'key', 'prefix'),
      key: fc.constantFrom('a', 'aa', 'b', '{a}', 'ab{a}', ''),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const whole = makeStore(1).store;
        const spread = makeStore(5).store;
        for (const { verb, key } of steps) {
          const replies = [];
          for (const store of [whole, spread]) {
            const scope =
              verb === 'key'
                ? ({ kind: 'key', key } as const)
                : ({ kind: 'prefix', prefix: key } as const);
            if (verb === 'put') replies.push((await store.put(fill(LARGE, key))).kind);
            else if (verb === 'read') replies.push(await read(store, LARGE, key));
            else replies.push(await store.invalidate({ tenant: LARGE, scope, nowMs: NOW }));
          }
          expect(replies[1]).toEqual(replies[0]);
        }
        const [one, many] = [await whole.readUsage(LARGE, NOW), await spread.readUsage(LARGE, NOW)];
        expect(many).toEqual(one);
        const listed = [await whole.listKeys(LARGE, NOW), await spread.listKeys(LARGE, NOW)];
        expect(listed[1]?.sort()).toEqual(listed[0]?.sort());
      }),
      { numRuns: 200 },
    );
  });

  it('never keep or admit more together than the tenant is granted', async () => {
    const { store } = makeStore(4);
    const quota = { ...ROOMY, quotaBytes: 4_000, quotaEntries: 8 };
    const limit = { ratePerSecond: 40, burst: 40, enforcement: 'enforce' } as const;
    const kinds = [];
    for (let n = 0; n < 200; n += 1) {
      await store.put(fill(LARGE, `key-${n}`, { quota }));
      kinds.push((await store.lookup({ tenant: LARGE, key: `key-${n}`, limit, nowMs: NOW })).kind);
      const { usageBytes, entryCount } = await store.readUsage(LARGE, NOW);
      expect(usageBytes).toBeLessThanOrEqual(4_000);
      expect(entryCount).toBeLessThanOrEqual(8);
    }
    const admitted = kinds.filter((kind) => kind !== 'rejected').length;
    expect(admitted).toBeGreaterThan(20);
    expect(admitted).toBeLessThanOrEqual(40);
  });

  it('reject for the keys of one partition, and say so', async () => {
    const { store } = makeStore(2);
    const limit = { ratePerSecond: 2, burst: 2, enforcement: 'enforce' } as const;
    const ask = (key: string) => store.lookup({ tenant: LARGE, key, limit, nowMs: NOW });
    const replies = [await ask('a'), await ask('a')];

    expect(replies[1]).toMatchObject({ kind: 'rejected', ofPartition: true });
  });

  it('all forget a tenant that is removed, and nobody else', async () => {
    const { store } = makeStore(3);
    const other = parseTenantId('other');
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      await store.put(fill(LARGE, key));
      await store.put(fill(other, key));
    }
    await store.removeTenant(LARGE);

    expect(await store.listKeys(LARGE, NOW)).toEqual([]);
    expect((await store.listKeys(other, NOW)).length).toBe(5);
  });

  it('are opened when first needed, and none for a tenant that fits a shard', async () => {
    const { store, opened } = makeStore(1);
    await store.put(fill(LARGE, 'a'));
    expect(opened).toEqual([undefined]);
  });

  it('are refused where a share of the limits would be no share', async () => {
    const { store } = makeStore(8);
    const limit = { ratePerSecond: 8, burst: 4, enforcement: 'enforce' } as const;
    const few = { ...ROOMY, quotaEntries: 7 };

    await expect(store.lookup({ tenant: LARGE, key: 'a', limit })).rejects.toThrow('the burst, 4');
    await expect(store.put(fill(LARGE, 'a', { quota: few }))).rejects.toThrow('entries, 7');
    const asked = store.lookup({ tenant: LARGE, key: undefined as never, limit: OPEN });
    await expect(asked).rejects.toThrow('key is undefined');
  });

  it('must be at least one', async () => {
    const { store } = makeStore(0);
    const asked = store.lookup({ tenant: LARGE, key: 'a', limit: OPEN });
    await expect(asked).rejects.toThrow('partitions is 0, expected a whole number 1..16384');
  });
});
