import type { PutAsked } from '../../../policy/asked.ts';
import { put } from '../../../policy/put.ts';
import { readClockUs } from '../clock.ts';
import { addCounts } from '../counts.ts';
import { ARGV, KEYS, redis, string, tonumber } from '../redis-globals.ts';
import { askedKey, PUT_NOW, PUT_PAYLOAD, PUT_TAGS, space } from '../redis-space.ts';

/**
 * ARGV: what to store, life in milliseconds, quota in bytes, quota in entries (0: none), at quota
 * (evict or refuse), enforcement, overhead of an entry in bytes, the fence ('-1': none), the
 * caller's clock ('' for the server's), then tags. Replies with the row of the policy's `put`.
 */
export const flags = '';

const nowUs = readClockUs(ARGV[PUT_NOW]);
const keyBytes = string.len(askedKey);
const payloadBytes = string.len(ARGV[PUT_PAYLOAD] ?? '');
const tagBytes = countTagBytes();
const asked: PutAsked = {
  key: askedKey,
  ttlMs: tonumber(ARGV[1]) ?? 0,
  chargeBytes: keyBytes + payloadBytes + (tonumber(ARGV[6]) ?? 0) + tagBytes,
  quotaBytes: tonumber(ARGV[2]) ?? 0,
  quotaEntries: tonumber(ARGV[3]) ?? 0,
  atQuota: ARGV[4] ?? '',
  enforcement: ARGV[5] ?? '',
  fence: tonumber(ARGV[7]) ?? 0,
  nowUs,
  nowMs: Math.floor(nowUs / 1000),
};

export function main(): number[] {
  const state = KEYS[0];
  const loaded = redis.call<(string | false)[]>(
    'HMGET',
    state,
    'usage',
    'entries',
    'earliest',
    'stored',
    'generation',
  );
  space.usageBytes = tonumber(loaded[0]) ?? 0;
  space.entryCount = tonumber(loaded[1]) ?? 0;
  const earliestBefore = tonumber(loaded[2]) ?? 0;
  space.earliestExpiryMs = earliestBefore;
  space.storedCount = tonumber(loaded[3]) ?? 0;
  const generationBefore = tonumber(loaded[4]) ?? 0;
  space.generation = generationBefore;
  if (asked.fence < generationBefore) {
    const fences = redis.call<(string | false)[]>('HMGET', state, 'fenceFloor', 'fencedUntil');
    space.fenceFloor = tonumber(fences[0]) ?? 0;
    space.fencedUntilMs = tonumber(fences[1]) ?? 0;
  }

  const row = put(space, asked);

  if (space.generation === 0) return row;
  redis.call(
    'HSET',
    state,
    'usage',
    space.usageBytes,
    'entries',
    space.entryCount,
    'stored',
    space.storedCount,
  );
  if (space.earliestExpiryMs !== earliestBefore) {
    redis.call('HSET', state, 'earliest', space.earliestExpiryMs);
  }
  if (generationBefore === 0 && space.generation > 0)
    redis.call('HSET', state, 'generation', space.generation);
  addCounts(state, 'evicted', space.evictedCount);
  addCounts(state, 'expired', space.expiredCount);
  addCounts(state, 'refused', space.refusedCount);
  addCounts(state, 'wouldReject', space.wouldRejectCount);
  addCounts(state, 'entryLimit', space.entryLimitCount);
  return row;
}

function countTagBytes(): number {
  let bytes = 0;
  for (let at = PUT_TAGS; at < ARGV.length; at += 1) bytes += string.len(ARGV[at] ?? '');
  return bytes;
}
