import { describe, expect, it } from 'vitest';
import { parseTenantId } from '../tenancy/tenant-id.ts';
import { CONTRACT, tenantsOf } from './contract.ts';
import { CONTRACT_ASSERTIONS } from './contract-assert.ts';
import { fill, read } from './contract-case.ts';
import { MemoryStore } from './memory-store.ts';

describe('memory store', () => {
  const store = new MemoryStore({ nowMs: () => 1_764_000_000_000 });
  for (const [at, { name, run }] of CONTRACT.entries()) {
    it(name, () => run({ store, tenant: tenantsOf('memory', at), ...CONTRACT_ASSERTIONS }));
  }

  it('shares no bytes with a Buffer that was handed in or out', async () => {
    const tenant = parseTenantId('buffers');
    const value = Buffer.from('value');
    await store.put(fill(tenant, 'k', { value }));
    value.fill(0);
    const found = (await read(store, tenant, 'k')) as Uint8Array;
    expect(Buffer.from(found).toString()).toBe('value');
    found.fill(0);

    expect(Buffer.from((await read(store, tenant, 'k')) as Uint8Array).toString()).toBe('value');
  });
});
