import type { LookupAsked } from '../../../policy/asked.ts';
import { lookup } from '../../../policy/lookup.ts';
import { REJECTED } from '../../../policy/outcome-code.ts';
import { packRequests, REQUESTS, unpackRequests } from '../accounts.ts';
import { readClockUs } from '../clock.ts';
import { ARGV, KEYS, redis, tonumber } from '../redis-globals.ts';
import { space } from '../redis-space.ts';

/**
 * ARGV: rate per second, burst, enforcement, then optionally cost and the caller's clock in
 * milliseconds. Replies with the row of the policy's `lookup`. `allow-oom`: at the memory limit it
 * still serves hits, and writes no more than a few digits.
 */
export const flags = 'allow-oom';

/** The same words: Lua's arithmetic reads a number out of one at half the price of tonumber. */
const numbers = ARGV as readonly unknown[] as readonly number[];
const nowUs = readClockUs(ARGV[4]);
const asked: LookupAsked = {
  key: KEYS[2],
  ratePerSecond: (numbers[0] ?? 0) * 1,
  burst: (numbers[1] ?? 0) * 1,
  enforcement: ARGV[2] ?? '',
  cost: tonumber(ARGV[3]) ?? 1,
  nowUs,
  nowMs: Math.floor(nowUs / 1000),
};

export function main(): unknown[] {
  const state = KEYS[0];
  const requests = redis.call<string | false>('HGET', state, REQUESTS);
  unpackRequests(requests);

  const row = lookup(space, asked);

  if (row[0] === REJECTED) {
    redis.call('HINCRBY', state, 'rejected', '1');
    return row;
  }
  const requestsAfter = packRequests();
  redis.call('HSET', state, REQUESTS, requestsAfter);
  if (space.wouldRejectCount > 0) redis.call('HINCRBY', state, 'wouldReject', '1');
  return row;
}
