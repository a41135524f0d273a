import { parseUnixUrl } from './redis-client.ts';
import { type UnsuitableRedis, UnsuitableRedisError } from './unsuitable-redis-error.ts';

const EXPECTED =
  'redis://[user:password@]host[:port][/db], rediss:// with TLS, unix:///path/to/socket[?db=N],' +
  ' or sentinel://host:port[,host:port]/master; other characters as %XX';

/**
 * Checks a URL before anything connects: that it can be one, and that all its hosts are this machine
 * or among those that were allowed.
 * @throws UnsuitableRedisError where it cannot be used
 */
export function checkRedisUrl(url: string, field: string, allowRemote: readonly string[]): void {
  const refusal = refusalOf(url, allowRemote);
  if (refusal) throw new UnsuitableRedisError(refusal.reason, field, url, refusal.expected);
}

/** Why a URL cannot be used, and what would have been right; undefined where it can. Connects nowhere. */
export function refusalOf(
  url: string,
  allowRemote: readonly string[],
): { readonly reason: UnsuitableRedis; readonly expected: string } | undefined {
  const hosts = hostsOf(url);
  if (hosts === undefined) return { reason: 'bad-url', expected: EXPECTED };
  const remote = hosts.filter((host) => !isLoopback(host) && !allowRemote.includes(host));
  if (remote.length === 0) return undefined;
  const wanted = [...new Set([...allowRemote, ...remote])].join(',');
  const expected = `a server on this machine; use --allow-remote ${wanted} if you mean it`;
  return { reason: 'remote', expected };
}

/** The hosts that a URL names, none for a socket; undefined where it is no URL of a Redis. */
function hostsOf(url: string): readonly string[] | undefined {
  if (parseUnixUrl(url)) return [];
  const sentinel = parseSentinelUrl(url);
  if (sentinel) return sentinel.sentinels.map(({ host }) => host);
  // URL would trim it, and others would not.
  const parsed = url === url.trim() && URL.canParse(url) ? new URL(url) : undefined;
  return parsed && isPlain(parsed) ? [parsed.hostname] : undefined;
}

/**
 * Nothing that our clients could understand differently: settings behind a `?` may name other hosts to
 * one of them, and are unknown to another.
 */
function isPlain(url: URL): boolean {
  return (
    /^rediss?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    url.port !== '0' &&
    /^(\/\d{0,5})?$/.test(url.pathname) &&
    url.search === '' &&
    url.hash === '' &&
    isDecodable(url.username) &&
    isDecodable(url.password)
  );
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a host name as `URL` spells it means this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

export interface SentinelUrl {
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly master: string;
  /** As in the URL, ending in `@`; of the master, not of the sentinels. */
  readonly credentials: string;
}

const SENTINEL_PORT = 26_379;
const PORT_MAX = 65_535;

/** `sentinel://[user:password@]host[:port][,host[:port]...]/master` */
export function parseSentinelUrl(url: string): SentinelUrl | undefined {
  const parts = /^sentinel:\/\/((?:.*)@)?([^@/]+)\/([^/?]+)$/.exec(url);
  if (parts === null) return undefined;
  const [, credentials = '', list = '', master = ''] = parts;
  if (!isDecodable(credentials) || !isDecodable(master)) return undefined;
  const sentinels: { host: string; port: number }[] = [];
  for (const one of list.split(',')) {
    const named = /^(\[[0-9a-f:]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(one);
    if (named === null) return undefined;
    const port = Number(named[2] ?? SENTINEL_PORT);
    if (port < 1 || port > PORT_MAX) return undefined;
    sentinels.push({ host: named[1] ?? '', port });
  }
  return { sentinels, master: decodeURIComponent(master), credentials };
}
