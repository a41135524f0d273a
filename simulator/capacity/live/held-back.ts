import { Redis } from 'ioredis';
import { makeIoredisStore } from '../../../core/stores/ioredis-store.ts';
import type { Quota, RateLimit, Store } from '../../../core/stores/store.ts';
import { makeKeyspace } from '../../../core/tenancy/keyspace.ts';
import { parseTenantId, type TenantId } from '../../../core/tenancy/tenant-id.ts';
import { RandomStream } from '../../random-stream.ts';
import { calibrate } from '../calibration.ts';
import { MIDDLE } from '../draws.ts';
import { kneeLookupsPerSecond } from '../knee-report.ts';
import { type Need, needOf } from '../need.ts';
import { specSchema } from '../spec/schema.ts';
import { makeWorld, type TenantLoad } from '../world.ts';
import { type Climb, climb } from './climb.ts';
import { LoadDriver } from './load-driver.ts';
import { bytesThatGoWith, measureRedis } from './measure-redis.ts';
import { makePopularity } from './popular-keys.ts';

/** A figure as the plan foretold it, and as a real Redis then had it. */
export interface Foretold {
  readonly planned: number;
  readonly seen: number;
}

/** The plan's formulas against a live run of a mix that no figure of the planner was made from. */
export interface LiveCheck {
  readonly redisVersion: string;
  readonly lookups: number;
  readonly hitRatio: Foretold;
  /** Bytes that go when the entries go. */
  readonly memoryBytes: Foretold;
  /** Lookups a second at the knee of one thread; seen: of the middle climb. */
  readonly kneePerSecond: Foretold;
  /** The mix, offered faster and faster until the server no longer kept up. */
  readonly climbs: readonly Climb[];
}

const KEY_BYTES = 24;
const VALUE_BYTES = 700;

/** Forty tenants in two groups, unlike the entries that the calibration fills Redis with. */
const SPEC = specSchema.parse({
  version: 1,
  name: 'held-back',
  tiers: { short: tierOf(40), long: tierOf(120) },
  archetypes: {
    steep: { keyCount: 900, zipfAlpha: 1.3, keyBytes: KEY_BYTES, valueBytes: VALUE_BYTES },
    flat: { keyCount: 400, zipfAlpha: 0.6, keyBytes: KEY_BYTES, valueBytes: VALUE_BYTES },
  },
  tenants: [
    { name: 's', tier: 'short', archetype: 'steep', count: 25, lookupsPerSecond: 8 },
    { name: 'l', tier: 'long', archetype: 'flat', count: 15, lookupsPerSecond: 3 },
  ],
  redis: { fragmentation: 1 },
});

function tierOf(ttlSeconds: number) {
  return { deadlineMs: 500, ttlSeconds, ratePerSecond: 1_000, quotaGiB: 1, pricePerMonth: 1 };
}

/** Virtual seconds: the store takes its clock from us, so none is waited for. */
const RUN_S = 400;
/** The first lives of entries are over by then. */
const SETTLED_S = 250;
/** Any day will do: entries end by this clock. */
const START_MS = 1_764_000_000_000;
const IN_FLIGHT = 64;

const LIMIT: RateLimit = { ratePerSecond: 1e6, burst: 1e6, enforcement: 'off' };
const QUOTA: Quota = { quotaBytes: 2 ** 30, atQuota: 'evict', enforcement: 'enforce' };

/** One climb may meet a bad minute of the host; of three, the middle one counts. */
const CLIMBS = 3;

/**
 * Measures a Redis, foretells what the held-back mix does on it, plays that mix, and drives it to
 * the knee. The server must be ours and empty; it is left empty.
 * @param climbCount odd
 */
export async function checkLive(url: string, climbCount = CLIMBS): Promise<LiveCheck> {
  const sizes = { keyBytes: KEY_BYTES, valueBytes: VALUE_BYTES };
  const measured = await measureRedis({ url, ...sizes, withTimes: true });
  const source = { spec: SPEC, calibration: calibrate(SPEC, measured), traces: new Map() };
  const world = makeWorld(source, MIDDLE);
  const planned = needOf(world);
  const client = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 10_000 });
  client.on('error', () => {});
  try {
    const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? 'unknown';
    const seen = await play(
      client,
      planned.tenants.map(({ tenant }) => tenant),
    );
    const foretoldKnee = kneeLookupsPerSecond(planned, world, 1);
    const climbs = await climbTo(foretoldKnee, climbCount, planned, client);
    await client.flushall('SYNC');
    return {
      redisVersion: version,
      lookups: seen.lookups,
      hitRatio: { planned: planned.hitRatio, seen: seen.hits / seen.lookups },
      memoryBytes: { planned: planned.residentBytes, seen: seen.bytes },
      kneePerSecond: { planned: foretoldKnee, seen: middleOf(climbs) },
      climbs,
    };
  } finally {
    client.disconnect();
  }
}

interface Seen {
  readonly lookups: number;
  readonly hits: number;
  readonly bytes: number;
}

async function climbTo(
  foretold: number,
  climbCount: number,
  planned: Need,
  client: Redis,
): Promise<Climb[]> {
  const tenants = planned.tenants.map(({ tenant }) => tenant.id);
  const sizes = { keyBytes: KEY_BYTES, valueBytes: VALUE_BYTES };
  const driver = await LoadDriver.open(client, { tenants, ...sizes });
  try {
    const climbs: Climb[] = [];
    for (let n = 0; n < climbCount; n += 1) {
      climbs.push(await climb(foretold, (rate) => driver.offer(rate, planned.hitRatio)));
    }
    return climbs;
  } finally {
    driver.close();
  }
}

function middleOf(climbs: readonly Climb[]): number {
  const held = climbs.map(({ heldPerSecond }) => heldPerSecond).sort((a, b) => a - b);
  return held[(held.length - 1) / 2] ?? Number.NaN;
}

async function play(client: Redis, tenants: readonly TenantLoad[]): Promise<Seen> {
  const store = makeIoredisStore(client, { keyspace: makeKeyspace() });
  const requests = tenants.flatMap(requestsOf).sort((a, b) => a.nowMs - b.nowMs);
  const settledMs = START_MS + 1_000 * SETTLED_S;
  const settled = requests.findIndex(({ nowMs }) => nowMs > settledMs);
  await playAll(store, requests.slice(0, settled));
  const watched = requests.slice(settled);
  const hits = await playAll(store, watched);
  for (const { id } of tenants) await store.reconcile(parseTenantId(id), START_MS + 1_000 * RUN_S);
  await expireAll(client);
  const bytes = await bytesThatGoWith(client);
  return { lookups: watched.length, hits, bytes };
}

interface Request {
  readonly tenant: TenantId;
  readonly key: string;
  readonly nowMs: number;
  readonly ttlMs: number;
  readonly valueBytes: number;
}

/** A tenant's Poisson stream; its draws are its own, whatever the others do. */
function requestsOf(load: TenantLoad, index: number): Request[] {
  const { id, admittedPerSecond, tier, keyCount, zipfAlpha } = load;
  const tenant = parseTenantId(id);
  const random = new RandomStream(3, index);
  const nextKey = makePopularity(keyCount, zipfAlpha);
  const keyLength = KEY_BYTES - makeKeyspace().ofTenant(tenant).entryPrefix.length;
  const requests: Request[] = [];
  let atS = 0;
  for (;;) {
    atS += -Math.log(random.uniform()) / admittedPerSecond;
    if (atS > RUN_S) return requests;
    requests.push({
      tenant,
      key: `${nextKey(random)}`.padStart(keyLength, 'k'),
      nowMs: START_MS + Math.round(1_000 * atS),
      ttlMs: 1_000 * tier.ttlSeconds,
      valueBytes: VALUE_BYTES / 2 + random.below(VALUE_BYTES),
    });
  }
}

/** Plays requests in their order, so many at once; the hits. */
async function playAll(store: Store, requests: readonly Request[]): Promise<number> {
  let next = 0;
  let hits = 0;
  const worker = async () => {
    for (let at = next++; at < requests.length; at = next++) {
      const request = requests[at] as Request;
      if (await playOne(store, request)) hits += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return hits;
}

async function playOne(store: Store, request: Request): Promise<boolean> {
  const { tenant, key, nowMs, ttlMs, valueBytes } = request;
  const reply = await store.lookup({ tenant, key, limit: LIMIT, nowMs });
  if (reply.kind !== 'miss') return reply.kind === 'hit';
  await store.put({
    tenant,
    key,
    value: 'v'.repeat(valueBytes),
    seal: 's'.repeat(44),
    ttlMs,
    quota: QUOTA,
    fence: reply.fence,
    nowMs,
  });
  return false;
}

/**
 * A store that is told the time leaves out the expiry that Redis keeps of each entry, some 40 bytes:
 * a cache that runs by the server's clock has it.
 */
async function expireAll(client: Redis): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await client.scan(cursor, 'MATCH', 'cache:*', 'COUNT', 1_000);
    await Promise.all(keys.map((key) => client.pexpire(key, 3_600_000)));
    cursor = next;
  } while (cursor !== '0');
}
