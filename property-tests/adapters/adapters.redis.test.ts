import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../core/stores/redis-server.fixture.ts';
import type { Adapter } from '../conformance/adapter.ts';
import { checkAdapter } from '../conformance/check-adapter.ts';
import { ISOLATION_PROPERTIES } from '../conformance/properties/all-properties.ts';
import bentocache from './bentocache.ts';
import bentocache122 from './bentocache-1.2.2.ts';
import catboxRedis from './catbox-redis.ts';
import ioredisKeyPrefix from './ioredis-key-prefix.ts';
import keyv from './keyv.ts';
import ownMemory from './own-memory.ts';
import ownRedis from './own-redis.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** Class of each broken property; a held one is left out. */
async function breaksOf(adapter: Adapter): Promise<Record<string, string | undefined>> {
  const { properties } = await checkAdapter(adapter, {
    ...{ redisUrl: `redis://127.0.0.1:${server.port}`, isOwnServer: true, nonce: 'pw7t' },
    ...{ seed: 11, tries: 48, durationMs: 60_000, showValues: false },
    nowMs: () => performance.now(),
    properties: ISOLATION_PROPERTIES.filter(({ id }) => ['P1', 'P4', 'P18'].includes(id)),
  });
  const broken = properties.filter(({ verdict }) => verdict === 'broken');
  return Object.fromEntries(broken.map((property) => [property.id, property.class]));
}

describe('shipped adapters', () => {
  it.each([
    [ioredisKeyPrefix, { P1: 'mechanism', P4: 'no-mechanism', P18: 'no-mechanism' }],
    [keyv, { P1: 'unusual-ids', P4: 'unusual-ids' }],
    [bentocache122, { P1: 'unusual-ids', P4: 'mechanism' }],
    [bentocache, { P1: 'unusual-ids', P4: 'unusual-ids' }],
    [catboxRedis, {}],
    [ownMemory, {}],
    [ownRedis, {}],
  ])('$name', async (adapter, breaks) => {
    expect(await breaksOf(adapter)).toEqual(breaks);
  });
});
