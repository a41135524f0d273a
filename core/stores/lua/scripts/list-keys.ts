import { readClockUs } from '../clock.ts';
import { ARGV, redis, string, tonumber } from '../redis-globals.ts';
import { expiryKey } from '../redis-space.ts';

/**
 * ARGV: cursor ('0' at first), clock. Replies with the next cursor ('0': that was all), then keys
 * that have not expired; a key may come twice. Reads only.
 */
export const flags = 'no-writes';

/** Keys looked at in one step. */
const LIST_BATCH = 512;

const nowMs = Math.floor(readClockUs(ARGV[1]) / 1000);

export function main(): string[] {
  const found = redis.call<[string, string[]]>(
    'ZSCAN',
    expiryKey,
    ARGV[0] ?? '0',
    'COUNT',
    LIST_BATCH,
  );
  const members = found[1];
  const row = [found[0]];
  // Members and scores alternate.
  for (let at = 0; at < members.length; at += 2) {
    if ((tonumber(members[at + 1]) ?? 0) > nowMs) row.push(string.sub(members[at] ?? '', 14));
  }
  return row;
}
