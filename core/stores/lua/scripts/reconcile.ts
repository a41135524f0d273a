import type { ReconcileAsked } from '../../../policy/asked.ts';
import { reconcile } from '../../../policy/reconciliation.ts';
import { loadAccounts, saveAccounts } from '../accounts.ts';
import { readClockUs } from '../clock.ts';
import { ARGV, KEYS, redis, tonumber } from '../redis-globals.ts';
import { space } from '../redis-space.ts';

/**
 * ARGV: cursor, bytes, entries and changes as the batch before answered (0, 0, 0, -1 at first), the
 * caller's clock. Replies with the row of the policy's `reconcile`.
 */
export const flags = 'allow-oom';

const asked: ReconcileAsked = {
  cursor: tonumber(ARGV[0]) ?? 0,
  bytes: tonumber(ARGV[1]) ?? 0,
  entries: tonumber(ARGV[2]) ?? 0,
  changes: tonumber(ARGV[3]) ?? 0,
  nowMs: Math.floor(readClockUs(ARGV[4]) / 1000),
};

export function main(): number[] {
  loadAccounts();
  if (space.generation === 0) return [1, 0, 0];
  const totals = redis.call<(string | false)[]>(
    'HMGET',
    KEYS[0],
    'evicted',
    'expired',
    'invalidated',
  );
  space.changeCount = space.storedCount;
  for (const total of totals) space.changeCount += tonumber(total) ?? 0;
  const row = reconcile(space, asked);
  saveAccounts();
  return row;
}
