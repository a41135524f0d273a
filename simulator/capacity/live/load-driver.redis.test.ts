import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../core/stores/redis-server.fixture.ts';
import { LoadDriver } from './load-driver.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer('--maxmemory', '512mb', '--maxmemory-policy', 'noeviction');
});
afterAll(() => server.stop());

const LOAD = { tenants: ['a', 'b', 'c'], keyBytes: 24, valueBytes: 300 };

describe('the load driver', () => {
  it('offers hits and misses in the wanted shares, and every answer is what it must be', async () => {
    const client = server.client();
    await client.config('RESETSTAT');
    const driver = await LoadDriver.open(client, LOAD);
    const step = await driver.offer(2_000, 0.75);
    driver.close();

    const stats = await client.info('commandstats');
    const calls = Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]);
    const fills = 4_000;
    const lookups = (calls - fills) / 1.25;
    expect(lookups).toBeGreaterThan(1_800);
    expect(lookups).toBeLessThan(3_000);
    expect(step.msP50).toBeGreaterThan(0);
    expect(step.utilisation).toBeGreaterThan(0);
  });

  it('times puts of large values without filling a small server', async () => {
    const client = server.client();
    await client.flushall('SYNC');
    const large = { tenants: ['large'], keyBytes: 24, valueBytes: 64 * 1024 };
    const driver = await LoadDriver.open(client, large);
    const putUs = await driver.threadUsOf('puts');
    driver.close();

    // A full server would have refused some, which fails.
    expect(putUs).toBeGreaterThan(0);
  });

  it('fails where an answer is another than was asked for', async () => {
    const client = server.client();
    const driver = await LoadDriver.open(client, LOAD);
    await client.flushall('SYNC');

    await expect(driver.offer(500, 1)).rejects.toThrow('a lookup that hits');
    driver.close();
  });
});
