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
import { measureRedis } from './measure-redis.ts';
import { makePopularity } from './popular-keys.fixture.ts';

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
  it('has the predicted hit ratio within a point and the predicted memory within 6 %', async () => {
    const url = `redis://127.0.0.1:${server.port}`;
    const measured = await measureRedis({ url, keyBytes: 24, valueBytes: 700, withTimes: false });
    const spec = parseSpec(SPEC, 'held-back.yaml');
    const source = { spec, calibration: calibrate(spec, measured), traces: new Map() };
    const predicted = needOf(makeWorld(source, MIDDLE));

    const seen = await replay(predicted.tenants.map(({ tenant }) => tenant));

    expect(Math.abs(predicted.hitRatio - seen.hitRatio)).toBeLessThan(0.01);
    expect(Math.abs(predicted.residentBytes / seen.bytes - 1)).toBeLessThan(0.06);
  }, 120_000);

  /** 400 virtual seconds: the store takes its clock from us, so none is waited for. */
  async function replay(
    tenants: ReturnType<typeof needOf>['tenants'][number]['tenant'][],
  ): Promise<{ hitRatio: number; bytes: number }> {
    const client = server.client();
    const store = makeIoredisStore(client, { keyspace: makeKeyspace() });
    const startMs = 1_764_000_000_000;
    const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
    const counts = { hits: 0, lookups: 0 };
    const one = async (
      { id, admittedPerSecond, tier }: (typeof tenants)[number],
      index: number,
    ) => {
      const tenant = parseTenantId(id);
      // Of its own: what one tenant draws must not depend on when the others' replies come.
      const random = new RandomStream(3, index);
      const isSteep = id.startsWith('s-');
      const nextKey = isSteep ? makePopularity(900, 1.3) : makePopularity(400, 0.6);
      let atS = 0;
      for (;;) {
        atS += -Math.log(random.uniform()) / admittedPerSecond;
        if (atS > 400) break;
        const nowMs = startMs + Math.round(1_000 * atS);
        // Thirteen bytes of prefix before it: 24 in Redis, as the spec says.
        const key = `${nextKey(random)}`.padStart(11, 'k');
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
    await expireAll(client);
    // What goes with the entries was theirs; buffers of clients and scripts stay.
    const bytesHeld = await used();
    await client.flushall('SYNC');
    return { hitRatio: counts.hits / counts.lookups, bytes: bytesHeld - (await used()) };
  }
});

/**
 * A store that is told the time leaves out the expiry that Redis keeps of each entry, 8 to 40 bytes:
 * a cache that runs by the server's clock has it.
 */
async function expireAll(client: ReturnType<TestServer['client']>): Promise<void> {
  for (const key of await client.keys('cache:*')) await client.pexpire(key, 3_600_000);
}
