import type { InvalidateAsked } from '../../../policy/asked.ts';
import { invalidate } from '../../../policy/invalidation.ts';
import { loadAccounts, saveAccounts } from '../accounts.ts';
import { readClockUs } from '../clock.ts';
import { ARGV } from '../redis-globals.ts';
import { space } from '../redis-space.ts';

/**
 * ARGV: scope, target, cursor ('' at first), the caller's clock ('' for the server's). Replies with
 * the row of the policy's `invalidate`. `allow-oom`: it frees memory.
 */
export const flags = 'allow-oom';

const asked: InvalidateAsked = {
  scope: ARGV[0] ?? '',
  target: ARGV[1] ?? '',
  cursor: ARGV[2] ?? '',
  nowMs: Math.floor(readClockUs(ARGV[3]) / 1000),
};

export function main(): unknown[] {
  loadAccounts();
  if (space.generation === 0) return [0, '0'];
  const row = invalidate(space, asked);
  saveAccounts();
  return row;
}
