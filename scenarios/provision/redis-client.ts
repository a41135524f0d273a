import { Redis, type RedisOptions } from 'ioredis';

/**
 * A client of the server at a URL. ioredis itself takes `unix:` for a path that holds the whole rest,
 * credentials included; k6's client reads such URLs as this does.
 */
export function openRedis(url: string, options: RedisOptions): Redis {
  const socket = parseUnixUrl(url);
  return socket === undefined ? new Redis(url, options) : new Redis({ ...socket, ...options });
}

/** `unix://[user:password@]/path/to/socket[?db=N]` */
export function parseUnixUrl(url: string): RedisOptions | undefined {
  const parts = /^unix:\/\/(?:([^:@/]*):(.*)@)?(\/[^?]+)(?:\?(.*))?$/.exec(url);
  if (parts === null) return undefined;
  const [, username = '', password = '', path = '', query = ''] = parts;
  const db = Number(new URLSearchParams(query).get('db') ?? 0);
  return {
    path: decodeURIComponent(path),
    db: Number.isInteger(db) ? db : 0,
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  };
}
