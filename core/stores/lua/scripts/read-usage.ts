import type { SettleAsked } from '../../../policy/asked.ts';
import { settleForUsage } from '../../../policy/usage.ts';
import { loadAccounts, saveAccounts } from '../accounts.ts';
import { readClockUs } from '../clock.ts';
import { ARGV, KEYS, redis, tonumber } from '../redis-globals.ts';
import { space } from '../redis-space.ts';

/** ARGV: clock. Replies with 1 if more is due (call again) or 0, then the totals. */
export const flags = 'allow-oom';

const asked: SettleAsked = { nowMs: Math.floor(readClockUs(ARGV[0]) / 1000) };

export function main(): number[] {
  loadAccounts();
  let more = 0;
  if (space.generation !== 0) {
    const earliestBefore = space.earliestExpiryMs;
    more = settleForUsage(space, asked);
    if (space.expiredCount > 0 || space.earliestExpiryMs !== earliestBefore) saveAccounts();
  }
  const totals = redis.call<(string | false)[]>(
    'HMGET',
    KEYS[0],
    'rejected',
    'refused',
    'evicted',
    'expired',
    'invalidated',
    'wouldReject',
    'entryLimit',
  );
  const row = [more, space.usageBytes, space.entryCount, tonumber(totals[0]) ?? 0];
  row.push(space.hitCount);
  row.push(space.missCount);
  row.push(space.storedCount);
  for (let at = 1; at < totals.length; at += 1) row.push(tonumber(totals[at]) ?? 0);
  return row;
}
