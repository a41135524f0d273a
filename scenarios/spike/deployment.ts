import type { Redis } from 'ioredis';
import { makeIoredisStore } from '../../core/stores/ioredis-store.ts';
import type { Store } from '../../core/stores/store.ts';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { type Backend, startBackend } from '../backend/start-backend.ts';
import type { OnProgress } from '../provision/on-progress.ts';
import { checkPlacebo } from '../provision/placebo-server.ts';
import { type RedisServer, startRedis } from '../provision/redis.ts';
import { openRedis } from '../provision/redis-client.ts';
import { hidePassword } from '../provision/unsuitable-redis-error.ts';
import type { SpikeOptions } from './options.ts';
import { claimServer } from './own-keys.ts';

/** One side of the experiment: a Redis, the back-end behind it, and our own way to its counters. */
export interface Deployment {
  readonly name: 'shared' | 'placebo';
  readonly redis: RedisServer;
  /** As errors name the server where the user did: `--redis`. */
  readonly field: string;
  readonly backend: Backend;
  /** For reading figures; the load never goes through it. */
  readonly client: Redis;
  readonly store: Store;
  stop(): Promise<void>;
}

/** Longest queue before the back-end: two fifths of a second of work at 600 loads/s. */
const BACKEND_QUEUE_MAX = 240;

/**
 * So long may the server be silent before the run counts it as lost. A Ctrl-C waits for what is under
 * way, too: a write of ours must not come after our keys were removed.
 */
const COMMAND_TIMEOUT_MS = 5000;

/**
 * Starts or attaches one side; stops what it started if it cannot be completed.
 * @param shared where the placebo is deployed, the server that it must not share
 */
export async function deploy(
  name: Deployment['name'],
  options: SpikeOptions,
  onProgress: OnProgress,
  shared?: RedisServer,
): Promise<Deployment> {
  const url = name === 'shared' ? options.redis : options.placeboRedis;
  const field = name === 'shared' ? (options.redisField ?? '--redis') : '--placebo-redis';
  const redis = await startRedis({
    name,
    ...(url === undefined ? {} : { url, urlField: field }),
    allowRemote: options.allowRemote,
    // Whose keys are there is looked at below, where ours can be told from others'.
    allowNonEmpty: true,
    onProgress,
  });
  let removeOwnKeys: (() => Promise<void>) | undefined;
  const leave = async () => {
    try {
      await removeOwnKeys?.();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const where = hidePassword(redis.url);
      onProgress(`keys of this run are left on ${where} (${why}); remove them by --clean-up`);
    }
    await redis.stop();
  };
  try {
    const unlike = shared ? checkPlacebo(redis, shared, field) : [];
    if (unlike.length > 0) {
      onProgress(
        `${field}: configured unlike the shared server, which may tell: ${unlike.join('; ')}`,
      );
    }
    if (redis.source === 'attached') {
      const { namespace, neighbours, cleanUp } = options;
      removeOwnKeys = await claimServer({ url: redis.url, field, namespace, neighbours, cleanUp });
    }
    const backend = await startBackend({
      workers: options.backendWorkers,
      serviceMs: options.backendMs,
      queueMax: BACKEND_QUEUE_MAX,
    });
    const client = openRedis(redis.url, {
      maxRetriesPerRequest: 1,
      commandTimeout: COMMAND_TIMEOUT_MS,
    });
    client.on('error', () => {});
    const store = makeIoredisStore(client, { keyspace: makeKeyspace(options.namespace) });
    const stop = async () => {
      client.disconnect();
      await Promise.allSettled([backend.stop(), leave()]);
    };
    return { name, redis, field, backend, client, store, stop };
  } catch (error) {
    await leave();
    throw error;
  }
}
