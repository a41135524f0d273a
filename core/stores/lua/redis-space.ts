import { FENCE_LIFE_MS, FENCED_KEY, FENCED_TAG } from '../../policy/fence.ts';
import type { TenantSpace } from '../../policy/tenant-space.ts';
import {
  META_EXPIRY,
  META_FENCES,
  META_GRAVE,
  META_STATE_LENGTH,
  META_TAG,
  META_TAGS,
  TAG_END,
} from '../../tenancy/keyspace.ts';
import { ARGV, cmsgpack, KEYS, redis, string, tonumber } from './redis-globals.ts';

/** Where a put's script finds in ARGV what the space itself must know. */
export const PUT_PAYLOAD = 0;
export const PUT_NOW = 8;
export const PUT_TAGS = 9;

/** Redis's own expiry comes so long after the index's: only for tenants that went silent. */
const BACKSTOP_MS = 60_000;

/** Never a fence's own name: those start with 'k' or 't'. It tells an emptied set from a lost one. */
const FENCE_SENTINEL = 's';

/** Where the hash tag of the entry's key ends, and with it what the caller calls the key begins. */
const tagEnd = string.find(KEYS[2], TAG_END, 1, true) ?? 0;
export const askedKey = string.sub(KEYS[2], tagEnd + 2);

export const metaPrefix = string.sub(KEYS[0], 1, -1 - META_STATE_LENGTH);
export const expiryKey = metaPrefix + META_EXPIRY;
const fencesKey = metaPrefix + META_FENCES;

/** Of the key that is being written: its claim, its end and its charge, as its header spells them. */
let claimedAt = '';
let scheduledAt = '';
let written = '';
/** Whether the expiry index held it before, with the same charge. */
let wasScheduled = false;

/** None until something is removed: most operations remove nothing, and a table costs them. */
let removedEntries: string[] | undefined;
let removedKeys: string[] | undefined;
let removedMembers: string[] | undefined;

/**
 * A tenant's space over its Redis keys. The build flattens this object: what a script does not use
 * is left out, and a method call becomes a call of a local function.
 *
 * KEYS: [0] the tenant's state, [1] its recency index, [2] the Redis key of the entry that is asked
 * for, or the prefix of entries where none is.
 *
 * An entry is a string: 15 digits when it was last touched, 15 digits when it expires (both in
 * milliseconds), the descriptor (12 digits of charge, then 't' if it carries tags, else '-'), then
 * what the store put there. The expiry index holds descriptor and key together, so that accounts
 * can be settled after Redis's own expiry took the entry.
 */
export const space: TenantSpace = {
  levelMicrotokens: 0,
  leveledAtUs: 0,
  generation: 0,
  fenceFloor: 0,
  fencedUntilMs: 0,
  usageBytes: 0,
  entryCount: 0,
  earliestExpiryMs: 0,
  hitCount: 0,
  missCount: 0,
  rejectedCount: 0,
  wouldRejectCount: 0,
  storedCount: 0,
  refusedCount: 0,
  evictedCount: 0,
  expiredCount: 0,
  invalidatedCount: 0,
  entryLimitCount: 0,
  changeCount: 0,
  stampMs: 0,
  expiresAtMs: 0,
  chargeBytes: 0,
  descriptor: '',
  body: '' as unknown,
  walkCursor: '',

  /** Here the key is spelt as Redis spells it: a lookup that hits needs no other. */
  readEntry(redisKey: string): boolean {
    const stored = redis.call<string | false>('GET', redisKey);
    if (stored === false) return false;
    space.stampMs = asNumber(string.sub(stored, 1, 15));
    space.expiresAtMs = asNumber(string.sub(stored, 16, 30));
    space.body = stored;
    return true;
  },

  readHeader(key: string): boolean {
    const redisKey = redisKeyOf(key);
    const header = redis.call<string>('GETRANGE', redisKey, '0', '42');
    if (header === '') return false;
    const expiresAtMs = tonumber(string.sub(header, 16, 30));
    const chargeBytes = tonumber(string.sub(header, 31, 42));
    if (expiresAtMs === undefined || chargeBytes === undefined) {
      // Somebody wrote over the entry: the expiry index settles it as one that vanished.
      redis.call('UNLINK', redisKey);
      return false;
    }
    space.expiresAtMs = expiresAtMs;
    space.chargeBytes = chargeBytes;
    space.descriptor = string.sub(header, 31, 43);
    return true;
  },

  /** The key is spelt as in `readEntry`. */
  touch(redisKey: string, nowMs: number): void {
    const stamp = spellMs(nowMs);
    redis.call('SETRANGE', redisKey, '0', stamp);
    redis.call('ZADD', KEYS[1], 'XX', stamp, string.sub(redisKey, tagEnd + 2));
  },

  claim(key: string, nowMs: number): boolean {
    claimedAt = spellMs(nowMs);
    return redis.call<number>('ZADD', KEYS[1], claimedAt, key) === 1;
  },

  schedule(key: string, expiresAtMs: number, chargeBytes: number): boolean {
    scheduledAt = spellMs(expiresAtMs);
    written = string.format(ARGV.length > PUT_TAGS ? '%012dt' : '%012d-', chargeBytes);
    wasScheduled = redis.call<number>('ZADD', expiryKey, scheduledAt, written + key) === 0;
    space.descriptor = written;
    space.chargeBytes = chargeBytes;
    return wasScheduled;
  },

  writeEntry(
    key: string,
    _claimedMs: number,
    expiresAtMs: number,
    _chargeBytes: number,
    replaced: string,
  ): boolean {
    // From the right, the whole is one step; from the left, each sum would be a text of its own.
    const stored = claimedAt + (scheduledAt + (written + (ARGV[PUT_PAYLOAD] ?? '')));
    if ((ARGV[PUT_NOW] ?? '') === '') {
      const backstopAt = string.format('%d', expiresAtMs + BACKSTOP_MS);
      redis.call('SET', KEYS[2], stored, 'PXAT', backstopAt);
    } else {
      redis.call('SET', KEYS[2], stored);
    }
    if (replaced !== '' && replaced !== written) redis.call('ZREM', expiryKey, replaced + key);
    if (isTagged(replaced) || isTagged(written)) dropTags(key);
    if (isTagged(written)) writeTags(key);
    return wasScheduled && replaced !== written;
  },

  removeEntry(key: string, descriptor: string): void {
    removedEntries = withOne(removedEntries, redisKeyOf(key));
    removedKeys = withOne(removedKeys, key);
    removedMembers = withOne(removedMembers, descriptor + key);
    if (isTagged(descriptor)) dropTags(key);
  },

  removeVanished(key: string): void {
    removedKeys = withOne(removedKeys, key);
  },

  commitRemovals(): void {
    if (removedEntries !== undefined) redis.call('UNLINK', ...removedEntries);
    if (removedKeys !== undefined) redis.call('ZREM', KEYS[1], ...removedKeys);
    if (removedMembers !== undefined) redis.call('ZREM', expiryKey, ...removedMembers);
    removedEntries = undefined;
    removedKeys = undefined;
    removedMembers = undefined;
  },

  oldestKeys(countMax: number): string[] {
    return redis.call<string[]>('ZRANGE', KEYS[1], 0, countMax - 1);
  },

  dueMembers(nowMs: number, countMax: number): string[] {
    return redis.call<string[]>('ZRANGEBYSCORE', expiryKey, '-inf', nowMs, 'LIMIT', 0, countMax);
  },

  removeDue(member: string, nowMs: number): number {
    const key = string.sub(member, 14);
    const descriptor = string.sub(member, 1, 13);
    const chargeBytes = tonumber(string.sub(member, 1, 12)) ?? 0;
    if (!space.readHeader(key)) {
      space.removeVanished(key);
      removedMembers = withOne(removedMembers, member);
      if (isTagged(descriptor)) dropTags(key);
    } else if (space.descriptor === descriptor && space.expiresAtMs <= nowMs) {
      space.removeEntry(key, descriptor);
    } else {
      // The entry vanished and was written anew: only the old one's place in the index is left.
      removedMembers = withOne(removedMembers, member);
      if (isTagged(descriptor) && !isTagged(space.descriptor)) dropTags(key);
    }
    return chargeBytes;
  },

  firstExpiryMs(): number {
    const first = redis.call<string[]>('ZRANGE', expiryKey, 0, 0, 'WITHSCORES');
    return first.length === 0 ? 0 : (tonumber(first[1]) ?? 0);
  },

  indexMembers(from: number, countMax: number): string[] {
    return redis.call<string[]>('ZRANGE', expiryKey, from, from + countMax - 1);
  },

  recount(member: string): number {
    const key = string.sub(member, 14);
    const redisKey = redisKeyOf(key);
    const header = redis.call<string>('GETRANGE', redisKey, '0', '42');
    if (header === '' || string.sub(header, 31, 43) !== string.sub(member, 1, 13)) {
      removedMembers = withOne(removedMembers, member);
      if (header === '') removedKeys = withOne(removedKeys, key);
      if (isTagged(member) && string.sub(header, 43, 43) !== 't') dropTags(key);
      return -1;
    }
    // An entry that the recency index lost would never be evicted.
    redis.call('ZADD', KEYS[1], 'NX', tonumber(string.sub(header, 1, 15)) ?? 0, key);
    return tonumber(string.sub(member, 1, 12)) ?? 0;
  },

  walkKeys(cursor: string, prefix: string, countMax: number): string[] {
    const found = redis.call<[string, string[]]>(
      'ZSCAN',
      KEYS[1],
      cursor === '' ? '0' : cursor,
      'COUNT',
      countMax,
    );
    space.walkCursor = found[0];
    const keys: string[] = [];
    const length = string.len(prefix);
    // Members and scores alternate.
    for (let at = 0; at < found[1].length; at += 2) {
      const key = found[1][at] ?? '';
      if (string.sub(key, 1, length) === prefix) keys.push(key);
    }
    return keys;
  },

  takeTagged(tag: string, countMax: number): string[] {
    return redis.call<string[]>('SPOP', metaPrefix + META_TAG + tag, countMax);
  },

  hasTag(key: string, tag: string): boolean {
    if (!isTagged(space.descriptor)) return false;
    for (const carried of readTags(key)) {
      if (carried === tag) return true;
    }
    return false;
  },

  earlierGeneration(): number {
    return tonumber(redis.call<string | false>('GET', metaPrefix + META_GRAVE)) ?? 0;
  },

  fence(member: string, generation: number): number {
    redis.call('ZADD', fencesKey, generation, FENCE_SENTINEL, generation, member);
    // A set of fences that is gone refuses fills as one whose time is over does.
    redis.call('PEXPIRE', fencesKey, FENCE_LIFE_MS);
    return redis.call<number>('ZCARD', fencesKey) - 1;
  },

  newestFence(key: string): number {
    const words = [FENCE_SENTINEL, FENCED_KEY + key];
    for (let at = PUT_TAGS; at < ARGV.length; at += 1) words.push(FENCED_TAG + (ARGV[at] ?? ''));
    const scores = redis.call<(string | false)[]>('ZMSCORE', fencesKey, ...words);
    if (scores[0] === false) return -1;
    let newest = 0;
    for (let at = 1; at < scores.length; at += 1) {
      const generation = tonumber(scores[at]) ?? 0;
      if (generation > newest) newest = generation;
    }
    return newest;
  },

  trimFences(countMax: number): number {
    const dropCount = redis.call<number>('ZCARD', fencesKey) - 1 - countMax;
    const last = redis.call<string[]>(
      'ZRANGE',
      fencesKey,
      dropCount - 1,
      dropCount - 1,
      'WITHSCORES',
    );
    redis.call('ZREMRANGEBYRANK', fencesKey, 0, dropCount - 1);
    return tonumber(last[1]) ?? 0;
  },
};

/** The key asked for is spelt out already; the prefix is wanted for others only, which are rare. */
function redisKeyOf(key: string): string {
  return key === askedKey ? KEYS[2] : string.sub(KEYS[2], 1, tagEnd + 1) + key;
}

/** As the header of an entry holds it; Redis reads it as a score too. */
function spellMs(ms: number): string {
  return string.format('%015d', ms);
}

function withOne(list: string[] | undefined, one: string): string[] {
  if (list === undefined) return [one];
  list.push(one);
  return list;
}

/** Of digits only. Lua's arithmetic reads them at half the price of tonumber, which asks first. */
function asNumber(digits: string): number {
  return (digits as unknown as number) * 1;
}

function isTagged(descriptor: string): boolean {
  return string.sub(descriptor, 13, 13) === 't';
}

function readTags(key: string): string[] {
  const packed = redis.call<string | false>('HGET', metaPrefix + META_TAGS, key);
  return packed === false ? [] : cmsgpack.unpack(packed);
}

export function dropTags(key: string): void {
  const tags = readTags(key);
  for (const tag of tags) redis.call('SREM', metaPrefix + META_TAG + tag, key);
  if (tags.length > 0) redis.call('HDEL', metaPrefix + META_TAGS, key);
}

function writeTags(key: string): void {
  const tags: string[] = [];
  for (let at = PUT_TAGS; at < ARGV.length; at += 1) {
    const tag = ARGV[at] ?? '';
    tags.push(tag);
    redis.call('SADD', metaPrefix + META_TAG + tag, key);
  }
  redis.call('HSET', metaPrefix + META_TAGS, key, cmsgpack.pack(tags));
}
