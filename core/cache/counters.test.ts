import { describe, expect, it } from 'vitest';
import type { TenantId } from '../tenancy/tenant-id.ts';
import { CounterTable } from './counters.ts';
import { makeCache, makeContext } from './fixture.ts';

describe('counters', () => {
  it('move by the tenant’s own operations only', async () => {
    const { cache } = makeCache();
    const [acme, globex] = [makeContext('acme'), makeContext('globex')];
    await cache.get(globex, 'k');
    const before = { ...cache.countersOf(globex.tenant) };

    await cache.getOrLoad(acme, 'k', async () => 'v');
    await cache.getOrLoad(acme, 'k', async () => 'v');
    await cache.delete(acme, 'k');

    expect(cache.countersOf(globex.tenant)).toEqual(before);
    expect(cache.countersOf(acme.tenant)).toMatchObject({
      hitCount: 1,
      missCount: 1,
      loadedCount: 1,
      storedCount: 1,
      invalidatedCount: 1,
    });
  });

  it('show nothing of others to a tenant that has none of its own', async () => {
    const { cache } = makeCache({ tenantsMax: 1 });
    const [acme, globex, initech] = ['acme', 'globex', 'initech'].map((name) => makeContext(name));
    if (!acme || !globex || !initech) throw new Error('three tenants');
    await cache.get(acme, 'k');
    await cache.get(globex, 'k');

    expect(cache.countersOf(acme.tenant).missCount).toBe(1);
    expect(cache.countersOf(initech.tenant).missCount).toBe(0);
  });

  it('are bounded, and still sum to everything that happened', () => {
    const table = new CounterTable(2);
    for (const name of ['a', 'b', 'c', 'd', 'a']) table.of(name as TenantId).hitCount += 1;
    const all = [...table.all()];
    expect(all.map(([tenant, { hitCount }]) => [tenant, hitCount])).toEqual([
      ['a', 2],
      ['b', 1],
      [undefined, 2],
    ]);
  });
});
