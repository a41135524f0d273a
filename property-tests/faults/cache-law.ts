import fc from 'fast-check';
import { Redis } from 'ioredis';
import type { Outcome } from '../../core/cache/outcome.ts';
import type { CachePorts, SealAlarm } from '../../core/cache/ports.ts';
import { TenantCache } from '../../core/cache/tenant-cache.ts';
import { makeTenantContext, type TenantContext } from '../../core/cache/tenant-context.ts';
import { makeIoredisStore } from '../../core/stores/ioredis-store.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import { TIERS } from '../../core/tenancy/tier.ts';
import { drawPlan, examplePlans, NATURAL_FAULTS, tellPlan } from './draw-plan.ts';
import { type FaultLaw, type FaultReport, type FaultRun, Sightings, search } from './fault-law.ts';
import type { FaultKind, FaultPlan } from './fault-plan.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { openIoredis } from './ioredis-client.ts';
import { pause, STUCK, settleOrStick } from './settle.ts';

/** One request to the cache. */
export interface CacheCall {
  readonly tenant: number;
  readonly verb: 'get' | 'put' | 'getOrLoad' | 'invalidate';
  readonly key: string;
  /** After the case began, in milliseconds. */
  readonly startMs: number;
}

export interface CacheCase {
  readonly plan: FaultPlan;
  /** Whether every tenant's entries are there before anything strikes. */
  readonly warm: boolean;
  readonly calls: readonly CacheCall[];
}

/** Names of which one begins another. */
const TENANTS = ['acme', 'acme:', 'acm'].map(parseTenantId);
/** In milliseconds: a loader that takes longer is abandoned. */
const DEADLINE_MS = 100;

const KEYS = ['k', ':k'];
/** Number of a value that was there before a case began. */
const WARM = -1;

const call: fc.Arbitrary<CacheCall> = fc.record({
  tenant: fc.nat(TENANTS.length - 1),
  verb: fc.constantFrom('get', 'put', 'getOrLoad', 'getOrLoad', 'invalidate'),
  key: fc.constantFrom(...KEYS),
  startMs: fc.nat(25),
});

const WANTED = ['a delay', 'a cut', 'a stall', 'a hit', 'a load', 'a failure'];

/** Everything that may happen in the world, and replies that come twice. */
export const ALL_FAULTS: readonly FaultKind[] = [...NATURAL_FAULTS, 'duplicate'];

/**
 * P2, P11 and P12 for the core: over one ioredis connection that all tenants share, whatever is
 * done to its bytes, no tenant is handed a value that another wrote or loaded, or its own of another
 * key, and every request settles. Replies that come twice bring the client out of step for good:
 * then the seal is what holds, and the alarm it raises is seen.
 *
 * Left out: freshness and accounts (a put that timed out may land later); figures such as usage,
 * which carry no seal.
 *
 * The smallest history that breaks it: t's lookup times out, u's lookup is given its reply, u is
 * handed t's value.
 */
export function makeCacheLaw(kinds: readonly FaultKind[] = ALL_FAULTS): FaultLaw {
  return {
    properties: ['P2', 'P11', 'P12'],
    name: 'tenant cache over ioredis',
    statement: 'no tenant is handed another’s value, and every request settles',
    run: (options) => run(kinds, options),
  };
}

async function run(kinds: readonly FaultKind[], options: FaultRun): Promise<FaultReport> {
  const wanted = kinds.includes('duplicate') ? [...WANTED, 'an alarm'] : WANTED;
  const sightings = new Sightings(wanted);
  const cases = fc.record({
    plan: drawPlan(kinds),
    warm: fc.boolean(),
    calls: fc.array(call, { minLength: 2, maxLength: 16 }),
  });
  const direct = new Redis({ port: options.redisPort });
  let caseCount = 0;
  try {
    return await search<CacheCase>(
      { cases, examples: exampleCases(kinds), laneCount: 4, tell, sightings, wanted },
      (one, proxy) => {
        caseCount += 1;
        return tryCase(`faults-${options.seed}-${caseCount}`, direct, proxy, one, sightings);
      },
      options,
    );
  } finally {
    direct.disconnect();
  }
}

/** All tenants read and load, again and again, while each kind of fault strikes once. */
function exampleCases(kinds: readonly FaultKind[]): CacheCase[] {
  const verbs = ['get', 'getOrLoad', 'get', 'get'] as const;
  const calls = verbs.flatMap((verb, round) =>
    TENANTS.map((_, tenant) => ({ verb, tenant, key: 'k', startMs: round * 8 })),
  );
  const plans = examplePlans(kinds);
  if (kinds.includes('duplicate')) plans.push(TWICE);
  return plans.map((plan) => ({ plan, warm: true, calls }));
}

/** Replies that come twice while others are awaited: nobody is then given his own. */
const TWICE: FaultPlan = {
  connections: [
    {
      toServer: [],
      toClient: [3, 4, 5, 6, 7, 8].map((frame) => ({ kind: 'duplicate', at: { frame, byte: 0 } })),
    },
  ],
};

async function tryCase(
  namespace: string,
  direct: Redis,
  proxy: FaultProxy,
  { plan, warm, calls }: CacheCase,
  sightings: Sightings,
): Promise<void> {
  const aside = openCache(direct, namespace);
  if (warm) await fillAll(aside.cache);
  proxy.arm(plan);
  const client = openIoredis(proxy.port);
  const { cache, alarms } = openCache(client, namespace);
  try {
    const kinds = await Promise.all(calls.map((one, at) => makeCall(cache, one, at)));
    note(sightings, proxy, kinds, alarms.length);
    if (alarms.length > 0 && !proxy.struck.some(({ kind }) => kind === 'duplicate')) {
      throw new Error(`${alarms.length} values failed their seal, though no reply came twice`);
    }
  } finally {
    client.disconnect();
  }
  await readAll(aside.cache);
  if (aside.alarms.length > 0) throw new Error('a value was stored under a foreign seal');
}

function openCache(client: Redis, namespace: string) {
  const alarms: SealAlarm[] = [];
  const ports: CachePorts = {
    nowMs: Date.now,
    random: () => 0.5,
    after: (delayMs, then) => {
      const timer = setTimeout(then, delayMs);
      return () => clearTimeout(timer);
    },
    onAlarm: (alarm) => alarms.push(alarm),
  };
  const store = makeIoredisStore(client, { keyspace: makeKeyspace(namespace) });
  // The circuit stays closed, so that every request meets the connection as it is.
  const settings = { circuitFailuresMax: 0, retryPauseMs: 1, earlyRefresh: false };
  return { cache: new TenantCache(store, ports, settings), alarms };
}

async function fillAll(cache: TenantCache): Promise<void> {
  for (const tenant of TENANTS.keys()) {
    for (const key of KEYS) {
      await makeCall(cache, { verb: 'put', tenant, key, startMs: 0 }, WARM);
    }
  }
}

/** What is left in Redis afterwards is as much its owner's as what was handed out. */
async function readAll(cache: TenantCache): Promise<void> {
  for (const tenant of TENANTS.keys()) {
    for (const key of KEYS) await makeCall(cache, { verb: 'get', tenant, key, startMs: 0 }, WARM);
  }
}

/** @throws Error if the tenant is handed what is not its own, or waits for ever */
async function makeCall(cache: TenantCache, one: CacheCall, at: number): Promise<string> {
  if (one.startMs > 0) await pause(one.startMs);
  const context = contextOf(one.tenant);
  const outcome = await settleOrStick<Outcome>(ask(cache, context, one, at));
  const who = `${context.tenant}'s ${one.verb} of ${one.key}`;
  if (outcome === STUCK) throw new Error(`${who} waits for ever`);
  if ('value' in outcome && !`${outcome.value}`.startsWith(valuePrefix(one))) {
    throw new Error(`${who} was handed ${JSON.stringify(outcome.value)}`);
  }
  return outcome.kind;
}

function ask(
  cache: TenantCache,
  context: TenantContext,
  one: CacheCall,
  at: number,
): Promise<Outcome> {
  const value = `${valuePrefix(one)}${at}`;
  switch (one.verb) {
    case 'get':
      return cache.get(context, one.key);
    case 'put':
      return cache.put(context, one.key, value);
    case 'getOrLoad':
      return cache.getOrLoad(context, one.key, async () => value);
    case 'invalidate':
      return cache.invalidate(context, { kind: 'key', key: one.key });
  }
}

function contextOf(tenant: number): TenantContext {
  const [fallback] = TENANTS;
  const id = TENANTS[tenant] ?? fallback;
  if (id === undefined) throw new Error('there are no tenants');
  return makeTenantContext(id, { ...TIERS.gold, deadlineMs: DEADLINE_MS }, { limit: 'off' });
}

function valuePrefix({ tenant, key }: CacheCall): string {
  return JSON.stringify([TENANTS[tenant], key]);
}

function note(
  sightings: Sightings,
  proxy: FaultProxy,
  outcomes: readonly string[],
  alarmCount: number,
): void {
  for (const { kind } of proxy.struck) sightings.saw(`a ${kind}`);
  if (outcomes.includes('hit')) sightings.saw('a hit');
  if (outcomes.includes('loaded')) sightings.saw('a load');
  if (outcomes.includes('failed')) sightings.saw('a failure');
  if (alarmCount > 0) sightings.saw('an alarm');
}

function tell({ plan, warm, calls }: CacheCase): string[] {
  const told = calls.map(
    ({ tenant, verb, key, startMs }) => `${TENANTS[tenant]}: ${verb} ${key} at ${startMs} ms`,
  );
  return [...tellPlan(plan), `the cache is ${warm ? 'warm' : 'empty'}`, ...told];
}
