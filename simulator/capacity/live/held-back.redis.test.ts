import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../core/stores/redis-server.fixture.ts';
import { checkLive } from './held-back.ts';
import { measureRedis } from './measure-redis.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer('--maxmemory', '512mb', '--maxmemory-policy', 'noeviction');
});
afterAll(() => server.stop());

describe('a held-back run on a real Redis', () => {
  it('has the predicted hit ratio within a point and the predicted memory within 6 %', async () => {
    const { hitRatio, memoryBytes } = await checkLive(`redis://127.0.0.1:${server.port}`, 0);

    expect(Math.abs(hitRatio.planned - hitRatio.seen)).toBeLessThan(0.01);
    expect(Math.abs(memoryBytes.planned / memoryBytes.seen - 1)).toBeLessThan(0.06);
  }, 120_000);

  it('leaves the server empty, and touches none that is not', async () => {
    const client = server.client();
    expect(await client.dbsize()).toBe(0);
    await client.set('somebody', 'else');

    const url = `redis://127.0.0.1:${server.port}`;
    const sizes = { keyBytes: 24, valueBytes: 700 };
    await expect(measureRedis({ url, ...sizes, withTimes: false })).rejects.toThrow('not ours');
    expect(await client.get('somebody')).toBe('else');
  });
});
