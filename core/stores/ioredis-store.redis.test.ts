import { afterAll, beforeAll, describe, it } from 'vitest';
import { makeKeyspace } from '../tenancy/keyspace.ts';
import { CONTRACT, tenantsOf } from './contract.ts';
import { CONTRACT_ASSERTIONS } from './contract-assert.ts';
import { makeIoredisStore } from './ioredis-store.ts';
import { startTestServer, type TestServer } from './redis-server.fixture.ts';
import type { Store } from './store.ts';

describe('ioredis store on a real server', () => {
  let server: TestServer;
  let store: Store;
  beforeAll(async () => {
    server = await startTestServer();
    store = makeIoredisStore(server.client(), { keyspace: makeKeyspace() });
  });
  afterAll(() => server.stop());

  for (const [at, { name, run }] of CONTRACT.entries()) {
    it(name, () => run({ store, tenant: tenantsOf('ioredis', at), ...CONTRACT_ASSERTIONS }));
  }
});
