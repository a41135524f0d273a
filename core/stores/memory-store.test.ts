import { describe, it } from 'vitest';
import { CONTRACT, tenantsOf } from './contract.ts';
import { CONTRACT_ASSERTIONS } from './contract-assert.ts';
import { MemoryStore } from './memory-store.ts';

describe('memory store', () => {
  const store = new MemoryStore({ nowMs: () => 1_764_000_000_000 });
  for (const [at, { name, run }] of CONTRACT.entries()) {
    it(name, () => run({ store, tenant: tenantsOf('memory', at), ...CONTRACT_ASSERTIONS }));
  }
});
