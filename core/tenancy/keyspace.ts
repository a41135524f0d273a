import { InvalidInputError } from './invalid-input-error.ts';
import type { TenantId } from './tenant-id.ts';
import { parseTenantId } from './tenant-id.ts';

/**
 * The only file that spells a Redis key.
 *
 * A tenant's keys all carry the hash tag `{<tenant>}`, so that they share a Redis Cluster slot and
 * one script may touch them. The tenant is written in an encoding without braces, globs, `#`, `:`
 * or anything else that means something in a pattern or a key, and the tag is closed: no tenant's
 * prefix is a prefix of another's, and no two (tenant, key) share a Redis key. What a caller calls
 * a key comes last and is taken as it is.
 */
export interface Keyspace {
  /** All the keys of one tenant, or of one partition of a tenant that outgrew a shard. */
  ofTenant(tenant: TenantId, partition?: number): TenantKeys;
  /** Market data that belongs to no tenant; everyone may read it. */
  sharedMarket(exchange: string, symbol: string, interval: string, kind: string): string;
  /** A glob that matches all of the shared market data and nothing of a tenant. */
  readonly sharedMarketPattern: string;
  /** Which tenant and key a Redis key of an entry belongs to; undefined if it is none of ours. */
  decodeEntry(redisKey: string): DecodedEntry | undefined;
}

export interface TenantKeys {
  /** Put before a key, gives the Redis key of its entry. */
  readonly entryPrefix: string;
  /** Hash: counters, admission level and generation, everything a request reads at once. */
  readonly state: string;
  /** Sorted set: keys by the time of their last recorded use. */
  readonly lru: string;
  /** A glob that matches this tenant's keys and nobody else's: ACL patterns, listings. */
  readonly patterns: readonly string[];
}

export interface DecodedEntry {
  readonly tenant: TenantId;
  readonly partition: number | undefined;
  readonly key: string;
}

/**
 * @param namespace put before every key, for living beside keys of others; empty for none
 * @throws InvalidInputError if the namespace could be confused with something else
 */
export function makeKeyspace(namespace = ''): Keyspace {
  const before = namespacePrefix(namespace);
  const shared = `${before}shared:market:`;
  return {
    ofTenant: (tenant, partition) => tenantKeys(before, hashTag(tenant, partition)),
    sharedMarket: (exchange, symbol, interval, kind) => {
      const parts = { exchange, symbol, interval, kind };
      const encoded = Object.entries(parts).map(([field, part]) => encodePart(field, part));
      return shared + encoded.join(':');
    },
    sharedMarketPattern: `${shared}*`,
    decodeEntry: (redisKey) => decodeEntry(before, redisKey),
  };
}

/** What follows the hash tag's content in an entry's Redis key; no encoded tenant contains it. */
export const TAG_END = '}:';

/** Names after `meta:tenant:{<tenant>}:`. */
export const META_STATE = 'state';
export const META_STATE_LENGTH = 5;
export const META_EXPIRY = 'expiry';
export const META_FENCES = 'fences';
/** A removed tenant's last generation, for as long as a fill of its time may still be under way. */
export const META_GRAVE = 'grave';
export const META_LEASES = 'leases';
export const META_TAGS = 'tags';
/** Followed by the tag itself; no other name starts so. */
export const META_TAG = 'tag:';

function tenantKeys(before: string, tag: string): TenantKeys {
  const entryPrefix = `${before}cache:${tag}:`;
  const lru = `${before}lru:${tag}`;
  const meta = `${before}meta:tenant:${tag}:`;
  return {
    entryPrefix,
    state: `${meta}${META_STATE}`,
    lru,
    patterns: [`${entryPrefix}*`, lru, `${meta}*`],
  };
}

const RESERVED_NAMESPACES = ['cache', 'lru', 'meta', 'shared'];

function namespacePrefix(namespace: string): string {
  if (namespace === '') return '';
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(namespace) || RESERVED_NAMESPACES.includes(namespace)) {
    throw new InvalidInputError(
      'namespace',
      namespace,
      `1 to 64 of A-Z a-z 0-9 _ . - and none of ${RESERVED_NAMESPACES.join(', ')}`,
    );
  }
  return `${namespace}:`;
}

const PARTITION_MAX = 99_999;

/** Partitions are numbered from 0; the number is spelt one way only. */
function hashTag(tenant: TenantId, partition: number | undefined): string {
  if (partition === undefined) return `{${encodeTenant(tenant)}}`;
  if (!Number.isInteger(partition) || partition < 0 || partition > PARTITION_MAX) {
    throw new InvalidInputError('partition', partition, `a whole number up to ${PARTITION_MAX}`);
  }
  return `{${encodeTenant(tenant)}#${partition}}`;
}

/**
 * Letters, digits, `_`, `-` and `.` stay; every other byte of the UTF-8 spelling becomes `%XX`.
 * Injective because `%` itself is written `%25` and each byte has one spelling; never empty because
 * a tenant id never is.
 */
export function encodeTenant(tenant: TenantId): string {
  return encodeText(tenant);
}

/** The inverse of {@link encodeTenant}; undefined for text that it never writes. */
export function decodeTenant(encoded: string): TenantId | undefined {
  if (!/^(?:[A-Za-z0-9_.-]|%[0-9A-F]{2})+$/.test(encoded)) return undefined;
  try {
    const tenant = parseTenantId(decodeURIComponent(encoded));
    return encodeText(tenant) === encoded ? tenant : undefined;
  } catch {
    // Not UTF-8, or longer than a tenant id may be: none of ours.
    return undefined;
  }
}

/** What encodeURIComponent leaves alone beyond our alphabet. */
const LEFT_ALONE = /[!~*'()]/g;

function encodeText(text: string): string {
  return encodeURIComponent(text).replace(
    LEFT_ALONE,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function encodePart(field: string, part: string): string {
  try {
    if (part !== '') return encodeText(part);
  } catch {
    // encodeURIComponent refuses lone surrogates; said below as any other bad part.
  }
  throw new InvalidInputError(field, part, 'well-formed text that is not empty');
}

function decodeEntry(before: string, redisKey: string): DecodedEntry | undefined {
  const start = `${before}cache:{`;
  const end = redisKey.indexOf(TAG_END, start.length);
  if (!redisKey.startsWith(start) || end < 0) return undefined;
  const [encoded = '', number, ...more] = redisKey.slice(start.length, end).split('#');
  const tenant = decodeTenant(encoded);
  if (tenant === undefined || more.length > 0) return undefined;
  if (number !== undefined && !/^(?:0|[1-9][0-9]{0,4})$/.test(number)) return undefined;
  const partition = number === undefined ? undefined : Number(number);
  return { tenant, partition, key: redisKey.slice(end + TAG_END.length) };
}
