import { Redis, type RedisOptions } from 'ioredis';

/**
 * A client of the server at a URL. ioredis itself takes `unix:` for a path that holds the whole rest,
 * credentials included; k6's client reads such URLs as this does.
 */
export function openRedis(url: string, options: RedisOptions): Redis {
  const socket = parseUnixUrl(url);
  return socket === undefined ? new Redis(url, options) : new Redis({ ...socket, ...options });
}

/** `unix://[user:password@]/path/to/socket[?db=N]`; undefined for everything else. */
export function parseUnixUrl(url: string): RedisOptions | undefined {
  const parts = /^unix:\/\/(?:([^:@/]*):(.*)@)?(\/[^?]+)(?:\?(.*))?$/.exec(url);
  if (parts === null) return undefined;
  const [, username = '', password = '', path = '', query] = parts;
  const db = query === undefined ? '0' : /^db=(\d{1,5})$/.exec(query)?.[1];
  if (db === undefined) return undefined;
  try {
    return {
      path: decodeURIComponent(path),
      db: Number(db),
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    };
  } catch {
    // A percent sign that begins no character.
    return undefined;
  }
}
