import { Redis } from 'ioredis';
import { MissingToolError } from '../../results/output/operating-errors.ts';
import { checkRedisUrl, parseSentinelUrl } from './redis-url.ts';
import { hidePassword } from './unsuitable-redis-error.ts';

const ANSWER_TIMEOUT_MS = 3_000;

/**
 * The address of the master that the sentinels of a URL know, as an ordinary URL; any other URL as it
 * is. A run goes to that one server: a failover breaks it off, since no verdict can span one.
 */
export async function resolveSentinel(
  url: string,
  field: string,
  allowRemote: readonly string[],
): Promise<string> {
  const named = parseSentinelUrl(url);
  if (named === undefined) return url;
  const problems: string[] = [];
  for (const { host, port } of named.sentinels) {
    try {
      const [masterHost, masterPort] = await askForMaster(host, port, named.master);
      const master = `redis://${named.credentials}${masterHost}:${masterPort}`;
      checkRedisUrl(master, field, allowRemote);
      return master;
    } catch (error) {
      if (!(error instanceof SentinelError)) throw error;
      problems.push(`${host}:${port} ${error.message}`);
    }
  }
  throw new MissingToolError({
    tool: 'redis',
    message: `${field}: ${hidePassword(url)}, expected a sentinel that knows the master (${problems.join('; ')})`,
    remedies: ['start a sentinel, or correct its address or the name of the master'],
  });
}

class SentinelError extends Error {
  override readonly name = 'SentinelError';
}

async function askForMaster(
  host: string,
  port: number,
  master: string,
): Promise<readonly [string, string]> {
  const client = new Redis(port, host.replace(/^\[|\]$/g, ''), {
    lazyConnect: true,
    connectTimeout: ANSWER_TIMEOUT_MS,
    commandTimeout: ANSWER_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: null,
    enableReadyCheck: false,
  });
  let lastError: Error | undefined;
  client.on('error', (error: Error) => {
    lastError = error;
  });
  let reply: unknown;
  try {
    await client.connect();
    reply = await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master);
  } catch (error) {
    const said = lastError ?? error;
    throw new SentinelError(`said: ${said instanceof Error ? said.message : String(said)}`);
  } finally {
    client.disconnect();
  }
  if (!Array.isArray(reply)) throw new SentinelError(`knows no master ${master}`);
  const [address, masterPort] = reply.map(String);
  const spelt = address?.includes(':') ? `[${address}]` : (address ?? '');
  return [spelt, masterPort ?? ''];
}
