import type { SettleAsked } from './asked.ts';
import { settleExpired } from './expiry.ts';
import type { TenantSpace } from './tenant-space.ts';

/** Entries settled in one step of reading the usage. */
export const USAGE_BATCH = 256;

/**
 * Settles what is overdue, so that the usage read next is that of live entries. 1 if more is due:
 * call again.
 */
export function settleForUsage(space: TenantSpace, asked: SettleAsked): number {
  return settleExpired(space, asked.nowMs, USAGE_BATCH) ? 1 : 0;
}
