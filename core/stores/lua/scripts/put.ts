import type { PutAsked } from '../../../policy/asked.ts';
import { chargeOf } from '../../../policy/charge.ts';
import { STORED } from '../../../policy/outcome-code.ts';
import { NO_FENCE, put } from '../../../policy/put.ts';
import {
  HOLDINGS,
  packHoldings,
  packRequests,
  REQUESTS,
  unpackGeneration,
  unpackHoldings,
} from '../accounts.ts';
import { readClockUs } from '../clock.ts';
import { addCounts } from '../counts.ts';
import { ARGV, KEYS, redis, string } from '../redis-globals.ts';
import { askedKey, PUT_NOW, PUT_PAYLOAD, PUT_TAGS, space } from '../redis-space.ts';

/**
 * ARGV: what to store, life in milliseconds, quota in bytes, quota in entries (0: none), at quota
 * (evict or refuse), enforcement, overhead of an entry in bytes, the fence ('-1': none), then
 * optionally the caller's clock ('' for the server's) and tags. Replies with the row of the policy's
 * `put`, or with the usage alone where the rest of the row is zeros.
 */
export const flags = '';

/** The same words: Lua's arithmetic reads a number out of one at half the price of tonumber. */
const numbers = ARGV as readonly unknown[] as readonly number[];
const nowUs = readClockUs(ARGV[PUT_NOW]);
const keyBytes = string.len(askedKey);
const payloadBytes = string.len(ARGV[PUT_PAYLOAD] ?? '');
const tagBytes = countTagBytes();
const tagCount = ARGV.length > PUT_TAGS ? ARGV.length - PUT_TAGS : 0;
const asked: PutAsked = {
  key: askedKey,
  ttlMs: (numbers[1] ?? 0) * 1,
  chargeBytes: chargeOf(keyBytes, payloadBytes, (numbers[6] ?? 0) * 1, tagCount, tagBytes),
  quotaBytes: (numbers[2] ?? 0) * 1,
  // Reading a number costs a hundredth of a put, comparing a text nothing.
  quotaEntries: ARGV[3] === '0' ? 0 : (numbers[3] ?? 0) * 1,
  atQuota: ARGV[4] ?? '',
  enforcement: ARGV[5] ?? '',
  fence: ARGV[7] === '-1' ? NO_FENCE : (numbers[7] ?? 0) * 1,
  nowUs,
  nowMs: Math.floor(nowUs / 1000),
};

export function main(): number | number[] {
  const state = KEYS[0];
  const loaded = redis.call<string | false>('HGET', state, HOLDINGS);
  if (loaded === false) {
    // The first put finds the generation where the lookups before it left it.
    const requests = redis.call<string | false>('HGET', state, REQUESTS);
    unpackGeneration(requests);
  }
  unpackHoldings(loaded);
  const generationBefore = space.generation;

  const row = put(space, asked);

  if (space.generation === 0) return row;
  const holdings = packHoldings();
  redis.call('HSET', state, HOLDINGS, holdings);
  if (generationBefore === 0) {
    // Only lookups change the rest of it, and there was none.
    const requests = packRequests();
    redis.call('HSET', state, REQUESTS, requests);
  }
  addCounts(state, 'evicted', space.evictedCount);
  addCounts(state, 'expired', space.expiredCount);
  addCounts(state, 'refused', space.refusedCount);
  addCounts(state, 'wouldReject', space.wouldRejectCount);
  addCounts(state, 'entryLimit', space.entryLimitCount);
  // Redis looks a table through for seven names before it takes it for a list.
  return row[0] === STORED && row[2] === 0 ? (row[1] ?? 0) : row;
}

function countTagBytes(): number {
  let bytes = 0;
  for (let at = PUT_TAGS; at < ARGV.length; at += 1) bytes += string.len(ARGV[at] ?? '');
  return bytes;
}
