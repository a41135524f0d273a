import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeIoredisStore } from '../../../core/stores/ioredis-store.ts';
import { startTestServer, type TestServer } from '../../../core/stores/redis-server.fixture.ts';
import type { Quota, RateLimit } from '../../../core/stores/store.ts';
import { makeKeyspace } from '../../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../../core/tenancy/tenant-id.ts';
import { parseSpec } from '../spec/parse-spec.ts';
import { writeDraft } from './draft-spec.ts';
import { readRedis } from './read-redis.ts';
import { likelyTtl, specFromReading } from './spec-from-reading.ts';

const OPEN: RateLimit = { ratePerSecond: 1e6, burst: 1e6, enforcement: 'off' };
const QUOTA: Quota = { quotaBytes: 2 ** 30, atQuota: 'evict', enforcement: 'enforce' };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await fillTenants();
}, 60_000);
afterAll(() => server.stop());

/**
 * Forty tenants with twenty entries each, their values of 350 to 1,050 bytes: so few that each
 * tenant's are all looked at, whichever order SCAN has.
 */
async function fillTenants(): Promise<void> {
  const store = makeIoredisStore(server.client(), { keyspace: makeKeyspace() });
  const puts: Promise<unknown>[] = [];
  for (let tenant = 1; tenant <= 40; tenant += 1) {
    for (let at = 0; at < 20; at += 1) {
      puts.push(
        store.put({
          tenant: parseTenantId(`s-${`${tenant}`.padStart(2, '0')}`),
          key: `k${at}`,
          value: 'v'.repeat(350 + Math.round((700 * at) / 19)),
          seal: 's'.repeat(44),
          ttlMs: 600_000,
          quota: QUOTA,
        }),
      );
    }
  }
  await Promise.all(puts);
}

describe('plan from-redis', () => {
  const read = (url: string) =>
    readRedis({ url, sampleKeys: 5_000, watchSeconds: 0.01, wait: async () => {} });

  it('writes a spec of the tenants that are there, which can be read back', async () => {
    const reading = await read(`redis://127.0.0.1:${server.port}`);
    const spec = parseSpec(writeDraft(specFromReading(reading, 'seen')), 'seen.yaml');

    expect(reading.refused).toEqual([]);
    expect(spec.tenants.map(({ name }) => name)).toContain('s-01');
    const steep = spec.archetypes['s-01'];
    expect(steep?.valueBytes).toBe(700);
    expect(spec.tiers['ttl-600s']?.ttlSeconds).toBe(600);
  });

  it('reads the rates and hit ratios that the cache itself counts, tenant by tenant', async () => {
    const store = makeIoredisStore(server.client(), { keyspace: makeKeyspace() });
    const busy = parseTenantId('s-07');
    const lookUp = (key: string) => store.lookup({ tenant: busy, key, limit: OPEN });
    // Between the two readings 30 hits and 10 misses.
    const wait = async () => {
      for (let at = 0; at < 40; at += 1) await lookUp(at < 30 ? `k${at % 20}` : 'absent');
    };
    const url = `redis://127.0.0.1:${server.port}`;

    const reading = await readRedis({ url, sampleKeys: 5_000, watchSeconds: 1, wait });

    const seen = reading.tenants.find(({ tenant }) => tenant === 's-07');
    const idle = reading.tenants.find(({ tenant }) => tenant === 's-08');
    expect(seen?.hitRatio).toBe(0.75);
    expect(seen?.lookupsPerSecond).toBeGreaterThan(0);
    expect(seen?.entryCount).toBe(20);
    expect(seen?.usageBytes).toBeGreaterThan(20 * 700);
    expect(idle?.lookupsPerSecond).toBe(0);
    expect(idle?.entryCount).toBe(20);
  });

  it('does not count its own reading as lookups of the server', async () => {
    const reading = await read(`redis://127.0.0.1:${server.port}`);

    expect(reading.sampledKeys).toBeGreaterThan(700);
    expect(reading.hitsPerSecond).toBe(0);
    expect(reading.missesPerSecond).toBe(0);
  });

  it('takes the life that was meant for the one that is seen', () => {
    expect([597, 578, 601, 3_590, 0.9, 700].map(likelyTtl)).toEqual([600, 600, 600, 3_600, 1, 700]);
  });

  it('survives a user who may only read, and names what was refused', async () => {
    const client = server.client();
    await client.call('ACL', 'SETUSER', 'reader', 'on', '>secret', '+@read', '-@dangerous', '~*');

    const reading = await read(`redis://reader:secret@127.0.0.1:${server.port}`);

    expect(reading.refused.map(({ command }) => command)).toContain('INFO');
    expect(reading.tenants.length).toBeGreaterThan(30);
    expect(writeDraft(specFromReading(reading, 'seen'))).toContain('INFO was refused');
  });

  it('survives a user who may not even scan', async () => {
    const client = server.client();
    await client.call('ACL', 'SETUSER', 'blind', 'on', '>secret', '+info', '~*');

    const reading = await read(`redis://blind:secret@127.0.0.1:${server.port}`);

    expect(reading.refused.map(({ command }) => command)).toContain('SCAN');
    expect(reading.version).toMatch(/^\d+\.\d+/);
    expect(reading.tenants).toEqual([]);
  });

  it('says that nothing answers, without the password', async () => {
    await expect(read('redis://user:secret@127.0.0.1:1')).rejects.toThrow(
      /no Redis answers at redis:\/\/\*\*\*@/,
    );
  });
});
