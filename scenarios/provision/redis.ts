import { attachRedis } from './redis-attach.ts';
import { embedRedis } from './redis-embed.ts';
import type { RedisOptions, RedisServer } from './redis-server.ts';

export type { RedisOptions, RedisServer } from './redis-server.ts';

/**
 * Gives a Redis >= 7.0 with `noeviction` that no replication or eviction makes unfit: the one at
 * `url`, checked and never changed, else an embedded one on a free port of the loopback.
 * @throws MissingToolError where none is reachable, it is too old, or none can be started;
 * UnsuitableRedisError where the named one cannot be used as it is.
 */
export function startRedis(options: RedisOptions): Promise<RedisServer> {
  const { url } = options;
  return url === undefined ? embedRedis(options) : attachRedis({ ...options, url });
}
