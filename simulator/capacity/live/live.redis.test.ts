import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeIoredisStore } from '../../../core/stores/ioredis-store.ts';
import { startTestServer, type TestServer } from '../../../core/stores/redis-server.fixture.ts';
import type { Quota, RateLimit } from '../../../core/stores/store.ts';
import { makeKeyspace } from '../../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../../core/tenancy/tenant-id.ts';
import { RandomStream } from '../../random-stream.ts';
import { calibrate } from '../calibration.ts';
import { MIDDLE } from '../draws.ts';
import { needOf } from '../need.ts';
import { parseSpec } from '../spec/parse-spec.ts';
import { makeWorld } from '../world.ts';
import { writeDraft } from './draft-spec.ts';
import { measureRedis } from './measure-redis.ts';
import { makePopularity } from './popular-keys.fixture.ts';
import { readRedis } from './read-redis.ts';
import { specFromReading } from './spec-from-reading.ts';

const LIMIT: RateLimit = { ratePerSecond: 1e6, burst: 1e6, enforcement: 'off' };
const QUOTA: Quota = { quotaBytes: 2 ** 30, atQuota: 'evict', enforcement: 'enforce' };

/** Forty tenants in two groups, of a mix that no figure of the planner was made from. */
const SPEC = `version: 1
name: held-back
tiers:
  short: { deadlineMs: 500, ttlSeconds: 40, ratePerSecond: 1000, quotaGiB: 1, pricePerMonth: 1 }
  long: { deadlineMs: 500, ttlSeconds: 120, ratePerSecond: 1000, quotaGiB: 1, pricePerMonth: 1 }
archetypes:
  steep: { keyCount: 900, zipfAlpha: 1.3, keyBytes: 24, valueBytes: 700 }
  flat: { keyCount: 400, zipfAlpha: 0.6, keyBytes: 24, valueBytes: 700 }
tenants:
  - { name: s, tier: short, archetype: steep, count: 25, lookupsPerSecond: 8 }
  - { name: l, tier: long, archetype: flat, count: 15, lookupsPerSecond: 3 }
redis: { fragmentation: 1 }
`;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer('--maxmemory', '512mb', '--maxmemory-policy', 'noeviction');
});
afterAll(() => server.stop());

describe('a held-back run on a real Redis', () => {
  it('has the predicted hit ratio within a point and the predicted memory within a tenth', async () => {
    const url = `redis://127.0.0.1:${server.port}`;
    const measured = await measureRedis({ url, keyBytes: 24, valueBytes: 700, withTimes: false });
    const spec = parseSpec(SPEC, 'held-back.yaml');
    const source = { spec, calibration: calibrate(spec, measured), traces: new Map() };
    const predicted = needOf(makeWorld(source, MIDDLE));

    const seen = await replay(predicted.tenants.map(({ tenant }) => tenant));

    expect(Math.abs(predicted.hitRatio - seen.hitRatio)).toBeLessThan(0.01);
    expect(Math.abs(predicted.residentBytes / seen.bytes - 1)).toBeLessThan(0.1);
  });

  /** 400 virtual seconds: the store takes its clock from us, so none is waited for. */
  async function replay(
    tenants: ReturnType<typeof needOf>['tenants'][number]['tenant'][],
  ): Promise<{ hitRatio: number; bytes: number }> {
    const client = server.client();
    const store = makeIoredisStore(client, { keyspace: makeKeyspace() });
    const random = new RandomStream(3, 4);
    const startMs = 1_764_000_000_000;
    const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
    const bytesBefore = await used();
    const counts = { hits: 0, lookups: 0 };
    const one = async ({ id, admittedPerSecond, tier }: (typeof tenants)[number]) => {
      const tenant = parseTenantId(id);
      const isSteep = id.startsWith('s-');
      const nextKey = isSteep ? makePopularity(900, 1.3) : makePopularity(400, 0.6);
      let atS = 0;
      for (;;) {
        atS += -Math.log(random.uniform()) / admittedPerSecond;
        if (atS > 400) break;
        const nowMs = startMs + Math.round(1_000 * atS);
        const key = `k${nextKey(random)}`;
        const reply = await store.lookup({ tenant, key, limit: LIMIT, nowMs });
        // The first lives of entries are over by then.
        if (atS > 250) {
          counts.lookups += 1;
          if (reply.kind === 'hit') counts.hits += 1;
        }
        if (reply.kind !== 'miss') continue;
        const value = 'v'.repeat(350 + random.below(700));
        const ttlMs = 1_000 * tier.ttlSeconds;
        await store.put({
          tenant,
          key,
          value,
          seal: 's'.repeat(44),
          ttlMs,
          quota: QUOTA,
          fence: reply.fence,
          nowMs,
        });
      }
      await store.reconcile(tenant, startMs + 400_000);
    };
    await Promise.all(tenants.map(one));
    return { hitRatio: counts.hits / counts.lookups, bytes: (await used()) - bytesBefore };
  }
});

describe('plan from-redis', () => {
  const read = (url: string) =>
    readRedis({ url, sampleKeys: 5_000, watchSeconds: 0.01, wait: async () => {} });

  it('writes a spec of the tenants that are there, which can be read back', async () => {
    const reading = await read(`redis://127.0.0.1:${server.port}`);
    const spec = parseSpec(writeDraft(specFromReading(reading, 'seen')), 'seen.yaml');

    expect(reading.refused).toEqual([]);
    expect(spec.tenants.map(({ name }) => name)).toContain('s-01');
    const steep = spec.archetypes['s-01'];
    expect(steep?.valueBytes).toBeGreaterThan(500);
    expect(steep?.valueBytes).toBeLessThan(1_000);
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
