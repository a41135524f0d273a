import { parseUnixUrl } from './redis-client.ts';
import { UnsuitableRedisError } from './unsuitable-redis-error.ts';

const EXPECTED =
  'redis://[user:password@]host[:port], rediss:// with TLS, unix:///path/to/socket,' +
  ' or sentinel://host:port[,host:port]/master';

/**
 * Checks a URL before anything connects: that it can be one, and that all its hosts are this machine
 * or the one that was allowed.
 * @throws UnsuitableRedisError where it cannot be used
 */
export function checkRedisUrl(url: string, field: string, allowRemote: string | undefined): void {
  const hosts = hostsOf(url);
  if (hosts === undefined) throw new UnsuitableRedisError('bad-url', field, url, EXPECTED);
  for (const host of hosts) checkHost(host, url, field, allowRemote);
}

/** @throws UnsuitableRedisError where the host is neither this machine nor the one that was allowed */
export function checkHost(
  host: string,
  url: string,
  field: string,
  allowRemote: string | undefined,
): void {
  if (isLoopback(host) || host === allowRemote) return;
  const expected = `a server on this machine; use --allow-remote ${host} if you mean it`;
  throw new UnsuitableRedisError('remote', field, url, expected);
}

/** The hosts that a URL names, none for a socket; undefined where it is no URL of a Redis. */
function hostsOf(url: string): readonly string[] | undefined {
  if (parseUnixUrl(url)) return [];
  const sentinel = parseSentinelUrl(url);
  if (sentinel) return sentinel.sentinels.map(({ host }) => host);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') {
    return undefined;
  }
  return [parsed.hostname];
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

/** `sentinel://[user:password@]host[:port][,host[:port]...]/master` */
export function parseSentinelUrl(url: string): SentinelUrl | undefined {
  const parts = /^sentinel:\/\/((?:.*)@)?([^@/]+)\/([^/?]+)$/.exec(url);
  if (parts === null) return undefined;
  const [, credentials = '', list = '', master = ''] = parts;
  const sentinels: { host: string; port: number }[] = [];
  for (const one of list.split(',')) {
    const named = /^(\[[0-9a-f:]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(one);
    if (named === null) return undefined;
    sentinels.push({ host: named[1] ?? '', port: Number(named[2] ?? SENTINEL_PORT) });
  }
  return { sentinels, master: decodeURIComponent(master), credentials };
}
