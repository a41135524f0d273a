import type { Redis } from 'ioredis';
import { counted } from '../../results/counted.ts';
import { MissingToolError } from '../../results/output/operating-errors.ts';
import { openRedis } from './redis-client.ts';
import {
  isNewEnough,
  REDIS_VERSION_LEAST,
  type RedisFacts,
  readRedisFacts,
} from './redis-facts.ts';
import { resolveSentinel } from './redis-sentinel.ts';
import type { RedisOptions, RedisServer } from './redis-server.ts';
import { checkRedisUrl } from './redis-url.ts';
import {
  hidePassword,
  type UnsuitableRedis,
  UnsuitableRedisError,
} from './unsuitable-redis-error.ts';

const CONNECT_TIMEOUT_MS = 3_000;
const COMMAND_TIMEOUT_MS = 5_000;

/** Attaches to a server that somebody else runs: looks at it, changes nothing, sends no FLUSH. */
export async function attachRedis(options: RedisOptions & { url: string }): Promise<RedisServer> {
  const field = options.urlField ?? '--redis';
  const allowRemote = options.allowRemote ?? [];
  checkRedisUrl(options.url, field, allowRemote);
  const url = await resolveSentinel(options.url, field, allowRemote);

  const facts = await askForFacts(url, field);
  checkFacts(facts, url, field, options.allowNonEmpty ?? false);
  options.onProgress?.(`${options.name} redis: attached to ${hidePassword(url)}, ${facts.version}`);

  const { version } = facts;
  return { url, version, facts, source: 'attached', pid: null, stop: async () => {} };
}

/**
 * What has become of a server that was attached to, where a run on it broke off: why it can no longer
 * be used, or undefined where it could.
 */
export async function findLoss(url: string, field: string): Promise<Error | undefined> {
  try {
    checkFacts(await askForFacts(url, field), url, field, true);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function askForFacts(url: string, field: string): Promise<RedisFacts> {
  const client = openRedis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: null,
    enableReadyCheck: false,
  });
  // A refused connection is told twice, here and by the rejected connect(), which says why.
  let lastError: Error | undefined;
  client.on('error', (error: Error) => {
    lastError = error;
  });

  try {
    await client.connect();
    await client.ping();
    await selectDatabase(client);
    return await readRedisFacts(client);
  } catch (error) {
    throw asOperatingError(lastError ?? error, url, field);
  } finally {
    client.disconnect();
  }
}

/** A client that connects selects the URL's database too, but stays in database 0 where it is refused. */
async function selectDatabase(client: Redis): Promise<void> {
  const { db = 0 } = client.options;
  if (db !== 0) await client.select(db);
}

/** What a server's refusal, or its silence, means for whoever named the server. */
export function asOperatingError(error: unknown, url: string, field: string): Error {
  const said = error instanceof Error ? error.message : String(error);
  if (/NOAUTH|WRONGPASS|AUTH|invalid password/i.test(said)) {
    const expected = `redis://user:password@host:port with the right password (it said: ${said})`;
    return new UnsuitableRedisError('password', field, url, expected);
  }
  if (/NOPERM/i.test(said)) {
    const expected = `a user that may run PING, INFO and DBSIZE, and our scripts (it said: ${said})`;
    return new UnsuitableRedisError('forbidden', field, url, expected);
  }
  if (/DB index|SELECT is not allowed/i.test(said)) {
    const expected = `a database that the server has (it said: ${said})`;
    return new UnsuitableRedisError('no-database', field, url, expected);
  }
  return new MissingToolError({
    tool: 'redis',
    message: `${field}: ${hidePassword(url)}, expected a Redis that answers (${said})`,
    remedies: ['start that server, or correct the address', `leave ${field} out: one is embedded`],
  });
}

function checkFacts(facts: RedisFacts, url: string, field: string, allowNonEmpty: boolean): void {
  const refuse = (reason: UnsuitableRedis, expected: string): never => {
    throw new UnsuitableRedisError(reason, field, url, expected);
  };
  if (!isNewEnough(facts.version)) {
    throw new MissingToolError({
      tool: 'redis',
      message: `${field}: ${hidePassword(url)} is Redis ${facts.version}, expected ${REDIS_VERSION_LEAST} or later`,
      remedies: ['name a newer server', `leave ${field} out: one is embedded`],
    });
  }
  if (facts.role !== 'master') {
    refuse('replica', `a master, which takes writes; it is a ${facts.role}`);
  }
  if (facts.clusterEnabled) {
    refuse('cluster', 'a single server; it is a node of a cluster');
  }
  if (facts.evictionPolicy !== 'noeviction') {
    const policy = facts.evictionPolicy;
    refuse('evicting', `maxmemory-policy noeviction; it has ${policy}, which evicts our indexes`);
  }
  if (facts.maxBytes > 0 && facts.usedBytes >= facts.maxBytes) {
    refuse('full', `memory to write to; it uses ${facts.usedBytes} bytes of ${facts.maxBytes}`);
  }
  if (facts.keyCount > 0 && !allowNonEmpty) {
    const count = facts.keyCount;
    refuse(
      'not-empty',
      `an empty database; it has ${counted(count, 'key')} (--namespace NAME keeps apart)`,
    );
  }
}
