import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKeyspace } from '../tenancy/keyspace.ts';
import { parseTenantId, type TenantId } from '../tenancy/tenant-id.ts';
import { makeIoredisStore } from './ioredis-store.ts';
import { MemoryStore } from './memory-store.ts';
import { startTestServer, type TestServer } from './redis-server.fixture.ts';
import type { Enforcement, LookupReply, Scope, Store } from './store.ts';

/**
 * The policy compiled to Lua against the policy in Node: random sequences of operations on two
 * tenants in virtual time, compared reply by reply and, after every one, usage by usage. Quotas are
 * so small that eviction, refusal and expiry happen all the time; that they did is checked.
 */

interface Step {
  readonly tenant: number;
  readonly advanceMs: number;
  /** Reading the usage settles what expired; where nobody looks, that is left for later steps. */
  readonly looks: boolean;
  readonly operation: Operation;
}

type Operation =
  | {
      readonly kind: 'lookup';
      readonly key: string;
      readonly enforcement: Enforcement;
      readonly cost: number;
    }
  | {
      readonly kind: 'put';
      readonly key: string;
      readonly size: number;
      readonly ttlMs: number;
      readonly tags: readonly string[];
      readonly atQuota: 'evict' | 'refuse';
      readonly quotaEntries: number | undefined;
      readonly enforcement: Enforcement;
      /** Which of the fences seen so far it carries, if any. */
      readonly fence: number | undefined;
    }
  | { readonly kind: 'invalidate'; readonly scope: Scope }
  | { readonly kind: 'acquire' | 'release'; readonly key: string; readonly token: string }
  | { readonly kind: 'list' | 'reconcile' | 'remove' };

const key = fc.constantFrom(
  'a',
  'b',
  'ab',
  'a\u{1f600}',
  'a\uff5e',
  '',
  '*',
  'ж',
  'c1',
  'c2',
  'c3',
  'c4',
  'c5',
);
const tag = fc.constantFrom('x', 'y', 'k');
const enforcement = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Enforcement>('enforce') },
  { weight: 1, arbitrary: fc.constantFrom<Enforcement>('off', 'shadow') },
);
const scope: fc.Arbitrary<Scope> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('key' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('prefix' as const), prefix: key }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tag' as const), tag }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'tenant' as const }) },
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('lookup' as const),
      key,
      enforcement,
      cost: fc.constantFrom(0, 0.5, 1, 3),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      key,
      size: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.constant(6000)),
      ttlMs: fc.constantFrom(1, 500, 4000, 60_000),
      tags: fc.uniqueArray(tag, { maxLength: 2 }),
      atQuota: fc.constantFrom('evict', 'evict', 'evict', 'refuse'),
      quotaEntries: fc.constantFrom(undefined, undefined, 4),
      enforcement,
      fence: fc.option(fc.nat(50), { nil: undefined }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('invalidate' as const), scope }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('acquire' as const, 'release' as const),
      key,
      token: fc.constantFrom('one', 'two'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('list' as const, 'reconcile' as const, 'remove' as const),
    }),
  },
);
const step: fc.Arbitrary<Step> = fc.record({
  tenant: fc.nat(1),
  advanceMs: fc.constantFrom(0, 0, 1, 7, 400, 1000, 6000, 700_000),
  looks: fc.boolean(),
  operation,
});

type Fences = [inModel: string, inRedis: string][];

let runCount = 0;
const seen = { evicted: 0, expired: 0, refused: 0, rejected: 0, invalidated: 0, outdated: 0 };

describe('the policy in Redis and in memory', () => {
  let server: TestServer;
  let redis: Store;
  beforeAll(async () => {
    server = await startTestServer();
    redis = makeIoredisStore(server.client(), { keyspace: makeKeyspace() });
  });
  afterAll(() => server.stop());

  it('answers alike, and counts alike, whatever the sequence of operations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }), (steps) =>
        runBoth(redis, steps),
      ),
      { numRuns: 200 },
    );
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  }, 300_000);
});

async function runBoth(redis: Store, steps: readonly Step[]): Promise<void> {
  runCount += 1;
  let nowMs = 1_764_000_000_000;
  const model = new MemoryStore({ nowMs: () => nowMs });
  const tenants = [parseTenantId(`t${runCount}`), parseTenantId(`t${runCount}#1`)];
  const fences: Fences[] = [[], []];
  for (const [at, { tenant: which, advanceMs, looks, operation: asked }] of steps.entries()) {
    nowMs += advanceMs;
    const tenant = tenants[which] as TenantId;
    const [expected, actual] = await both(
      model,
      redis,
      tenant,
      asked,
      nowMs,
      fences[which] as Fences,
    );
    expect(actual, `step ${at}: ${JSON.stringify(asked)}`).toEqual(expected);
    for (const one of looks ? tenants : []) {
      const [inModel, inRedis] = [
        await model.readUsage(one, nowMs),
        await redis.readUsage(one, nowMs),
      ];
      expect(inRedis, `usage after step ${at}: ${JSON.stringify(asked)}`).toEqual(inModel);
    }
  }
  for (const one of tenants) {
    expect(await redis.reconcile(one, nowMs)).toEqual({ driftBytes: 0, driftEntries: 0 });
    const usage = await redis.readUsage(one, nowMs);
    seen.evicted += usage.evictedCount;
    seen.expired += usage.expiredCount;
    seen.refused += usage.refusedCount;
    seen.rejected += usage.rejectedCount;
    seen.invalidated += usage.invalidatedCount;
  }
}

async function both(
  model: Store,
  redis: Store,
  tenant: TenantId,
  asked: Operation,
  nowMs: number,
  fences: Fences,
): Promise<[unknown, unknown]> {
  if (asked.kind === 'lookup') {
    const limit = { ratePerSecond: 3, burst: 3, enforcement: asked.enforcement };
    const request = { tenant, key: asked.key, limit, cost: asked.cost, nowMs };
    const [expected, actual] = [await model.lookup(request), await redis.lookup(request)];
    if (expected.kind !== 'rejected' && actual.kind !== 'rejected') {
      fences.push([expected.fence, actual.fence]);
    }
    return [withoutFence(expected), withoutFence(actual)];
  }
  if (asked.kind === 'put') {
    const { key: name, size, ttlMs, tags, atQuota, quotaEntries } = asked;
    const quota = {
      quotaBytes: 4000,
      atQuota,
      enforcement: asked.enforcement,
      ...(quotaEntries === undefined ? {} : { quotaEntries }),
    };
    const value = 'v'.repeat(size);
    const request = { tenant, key: name, value, seal: 's', ttlMs, tags, quota, loadMs: 1.5, nowMs };
    const fence =
      asked.fence === undefined ? undefined : fences[asked.fence % Math.max(1, fences.length)];
    const [inModel, inRedis] = [fence?.[0], fence?.[1]];
    const expected = await model.put({
      ...request,
      ...(inModel === undefined ? {} : { fence: inModel }),
    });
    const actual = await redis.put({
      ...request,
      ...(inRedis === undefined ? {} : { fence: inRedis }),
    });
    if (expected.kind === 'rejected' && expected.reason === 'outdated') seen.outdated += 1;
    return [expected, actual];
  }
  const run = async (store: Store): Promise<unknown> => {
    if (asked.kind === 'invalidate') return store.invalidate({ tenant, scope: asked.scope, nowMs });
    if (asked.kind === 'list') return (await store.listKeys(tenant, nowMs)).sort();
    if (asked.kind === 'reconcile') return store.reconcile(tenant, nowMs);
    if (asked.kind === 'remove') return store.removeTenant(tenant);
    const lease = {
      tenant,
      key: (asked as { key: string }).key,
      token: (asked as { token: string }).token,
      leaseMs: 900,
      nowMs,
    };
    return asked.kind === 'acquire' ? store.acquireLease(lease) : store.releaseLease(lease);
  };
  return [await run(model), await run(redis)];
}

function withoutFence(reply: LookupReply): unknown {
  const { fence: _, ...rest } = { fence: '', ...reply };
  return rest;
}
