import { hostname } from 'node:os';
import type { Redis } from 'ioredis';
import { makeIoredisStore } from '../../core/stores/ioredis-store.ts';
import {
  type Keyspace,
  META_EXPIRY,
  META_FENCES,
  META_GRAVE,
  META_LEASES,
  META_STATE_LENGTH,
  META_TAGS,
  makeKeyspace,
} from '../../core/tenancy/keyspace.ts';
import { parseTenantId, type TenantId } from '../../core/tenancy/tenant-id.ts';
import { counted } from '../../results/counted.ts';
import { asOperatingError } from '../provision/redis-attach.ts';
import { openRedis } from '../provision/redis-client.ts';
import { type UnsuitableRedis, UnsuitableRedisError } from '../provision/unsuitable-redis-error.ts';
import { NEIGHBOURS_MAX } from './options.ts';
import { NOBODY, planTraffic } from './traffic.ts';

/** A server of the user's, and what a run may do there. */
export interface Claim {
  readonly url: string;
  /** As errors name the server: `--redis`. */
  readonly field: string;
  readonly namespace: string;
  readonly neighbours: number;
  /** Whether keys of a run that was cut off may be removed. */
  readonly cleanUp: boolean;
}

/**
 * Makes sure that a run meets no key but its own on a server, and leaves none behind. A journal there
 * says which run has keys on it, from before the first of them until after the last is gone: a run
 * that was killed leaves its journal, by which the next one finds the keys. Keys are found by their
 * exact names and by the tenants' own indexes; the keyspace is never scanned.
 * @returns how to remove all keys of this run, its journal last
 * @throws UnsuitableRedisError where another run is at work there, one left its keys, or somebody
 * else's keys could be taken for ours
 */
export async function claimServer(claim: Claim): Promise<() => Promise<void>> {
  const explained = (error: unknown): never => {
    if (error instanceof UnsuitableRedisError) throw error;
    throw asOperatingError(error, claim.url, claim.field);
  };
  return withClient(claim.url, async (client) => {
    const keyspace = makeKeyspace(claim.namespace);
    const journal = journalKey(keyspace);
    const found = await client.get(journal);
    if (found !== null) await removeLeftOver(client, claim, found);
    await refuseOthers(client, claim, keyspace);

    const entry: Journal = {
      host: hostname(),
      pid: process.pid,
      startedAt: new Date().toISOString(),
      neighbours: claim.neighbours,
    };
    const isFirst = await client.set(journal, JSON.stringify(entry), 'PX', JOURNAL_MS, 'NX');
    if (isFirst === null) refuse(claim, 'in-use', 'a server that no other run uses');
    return () => withClient(claim.url, (later) => removeRun(later, claim.namespace, entry));
  }).catch(explained);
}

/** Longer than anything that a run writes lives. */
const JOURNAL_MS = 30 * 24 * 60 * 60_000;

interface Journal {
  readonly host: string;
  readonly pid: number;
  readonly startedAt: string;
  /** From which all tenants' names follow. */
  readonly neighbours: number;
}

/** A tenant of its own, so that the journal is a key of our keyspace like any other. */
function journalKey(keyspace: Keyspace): string {
  return `${keyspace.ofTenant(parseTenantId('partywall-run')).entryPrefix}journal`;
}

async function removeLeftOver(client: Redis, claim: Claim, found: string): Promise<void> {
  const journal = parseJournal(found);
  if (journal === undefined) {
    return refuse(claim, 'not-empty', 'no journal of something else than a run (--namespace)');
  }
  if (journal.host === hostname() && isRunning(journal.pid)) {
    const who = journal.pid === process.pid ? 'this run itself' : `process ${journal.pid}`;
    return refuse(claim, 'in-use', `a server that no other run uses; ${who} does`);
  }
  if (!claim.cleanUp) {
    const run = `that of ${journal.startedAt} (process ${journal.pid} on ${journal.host})`;
    // Of a process on another machine nobody here knows whether it is still at work.
    const state = journal.host === hostname() ? 'was cut off;' : 'left some; if it is over,';
    const offer = `${state} --clean-up removes its keys and nothing else`;
    return refuse(claim, 'left-over', `no keys of an earlier run; ${run} ${offer}`);
  }
  await removeRun(client, claim.namespace, journal);
}

function parseJournal(text: string): Journal | undefined {
  try {
    const { host, pid, startedAt, neighbours } = JSON.parse(text) as Journal;
    const isSound =
      /^[\w.-]{1,255}$/.test(host) &&
      /^[\dTZ:.-]{20,30}$/.test(startedAt) &&
      Number.isInteger(pid) &&
      Number.isInteger(neighbours) &&
      neighbours <= NEIGHBOURS_MAX;
    return isSound ? { host, pid, startedAt, neighbours } : undefined;
  } catch {
    return undefined;
  }
}

async function refuseOthers(client: Redis, claim: Claim, keyspace: Keyspace): Promise<void> {
  if (claim.namespace === '') {
    const count = await client.dbsize();
    if (count === 0) return;
    const expected = `an empty database; it has ${counted(count, 'key')} (--namespace NAME keeps apart)`;
    return refuse(claim, 'not-empty', expected);
  }
  for (const tenant of tenantsOf(claim.neighbours)) {
    if ((await client.exists(...namedKeys(keyspace, tenant))) === 0) continue;
    const expected = `a namespace of its own; there is a tenant ${tenant} in ${claim.namespace}`;
    return refuse(claim, 'not-empty', expected);
  }
}

/** Every tenant that a run may write for. */
function tenantsOf(neighbourCount: number): TenantId[] {
  const { neighbours, hot, standIn } = planTraffic({
    seed: 0,
    neighbours: neighbourCount,
    neighbourRatePerSecond: 1,
    ordinaryRatePerSecond: 1,
    hotRatePerSecond: 1,
  });
  const named = [...neighbours, hot, standIn].map(({ id }) => id);
  return [...named, NOBODY].map(parseTenantId);
}

/** A tenant's keys but for its entries. */
function namedKeys(keyspace: Keyspace, tenant: TenantId): [string, ...string[]] {
  const { state, lru } = keyspace.ofTenant(tenant);
  const meta = state.slice(0, -META_STATE_LENGTH);
  const names = [META_EXPIRY, META_FENCES, META_GRAVE, META_LEASES, META_TAGS];
  return [state, lru, ...names.map((name) => meta + name)];
}

/** The journal goes last: until then the next run can find what is left. */
async function removeRun(client: Redis, namespace: string, journal: Journal): Promise<void> {
  const keyspace = makeKeyspace(namespace);
  const store = makeIoredisStore(client, { keyspace });
  for (const tenant of tenantsOf(journal.neighbours)) {
    await store.removeTenant(tenant);
    await client.unlink(...namedKeys(keyspace, tenant));
  }
  await client.unlink(journalKey(keyspace));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function refuse(claim: Claim, reason: UnsuitableRedis, expected: string): never {
  throw new UnsuitableRedisError(reason, claim.field, claim.url, expected);
}

const RECONNECT_MS = 500;
const RECONNECTS_MAX = 20;

/** A connection of its own: the one of the run may be lost, and this one comes back for ten seconds. */
async function withClient<Result>(
  url: string,
  work: (client: Redis) => Promise<Result>,
): Promise<Result> {
  const client = openRedis(url, {
    connectTimeout: 3_000,
    commandTimeout: 10_000,
    maxRetriesPerRequest: RECONNECTS_MAX,
    retryStrategy: (times) => (times > RECONNECTS_MAX ? null : RECONNECT_MS),
  });
  client.on('error', () => {});
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}
