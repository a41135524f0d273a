import type { LookupAsked } from '../../../policy/asked.ts';
import { lookup } from '../../../policy/lookup.ts';
import { REJECTED } from '../../../policy/outcome-code.ts';
import { readClockUs } from '../clock.ts';
import { ARGV, KEYS, redis, tonumber } from '../redis-globals.ts';
import { space } from '../redis-space.ts';

/**
 * ARGV: rate per second, burst, enforcement, then optionally cost and the caller's clock in
 * milliseconds. Replies with the row of the policy's `lookup`. `allow-oom`: at the memory limit it
 * still serves hits, and writes no more than a few digits.
 */
export const flags = 'allow-oom';

const nowUs = readClockUs(ARGV[4]);
const asked: LookupAsked = {
  key: KEYS[2],
  ratePerSecond: tonumber(ARGV[0]) ?? 0,
  burst: tonumber(ARGV[1]) ?? 0,
  enforcement: ARGV[2] ?? '',
  cost: tonumber(ARGV[3]) ?? 1,
  nowUs,
  nowMs: Math.floor(nowUs / 1000),
};

export function main(): unknown[] {
  const state = KEYS[0];
  const loaded = redis.call<(string | false)[]>(
    'HMGET',
    state,
    'level',
    'leveled',
    'generation',
    'hit',
    'miss',
  );
  space.levelMicrotokens = tonumber(loaded[0]) ?? 0;
  space.leveledAtUs = tonumber(loaded[1]) ?? 0;
  const generationBefore = tonumber(loaded[2]) ?? 0;
  space.generation = generationBefore;

  const row = lookup(space, asked);

  if (row[0] === REJECTED) {
    redis.call('HINCRBY', state, 'rejected', '1');
    return row;
  }
  const isHit = space.hitCount > 0;
  const count = (tonumber(loaded[isHit ? 3 : 4]) ?? 0) + 1;
  redis.call(
    'HSET',
    state,
    'level',
    space.levelMicrotokens,
    'leveled',
    space.leveledAtUs,
    isHit ? 'hit' : 'miss',
    count,
  );
  if (generationBefore === 0) redis.call('HSET', state, 'generation', space.generation);
  if (space.wouldRejectCount > 0) redis.call('HINCRBY', state, 'wouldReject', '1');
  return row;
}
