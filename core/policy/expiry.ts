import type { TenantSpace } from './tenant-space.ts';

/** Overdue entries are left for so long, so that they are settled in batches. */
export const SETTLE_SLACK_MS = 1000;

/** Entries settled in one step. */
export const SETTLE_BATCH = 32;

/**
 * Removes entries whose time is up and corrects the accounting, the earliest first, at most
 * `countMax` of them. True if others may be due still.
 */
export function settleExpired(space: TenantSpace, nowMs: number, countMax: number): boolean {
  if (space.earliestExpiryMs === 0 || space.earliestExpiryMs > nowMs) return false;
  const due = space.dueMembers(nowMs, countMax);
  for (const member of due) {
    const chargeBytes = space.removeDue(member, nowMs);
    space.usageBytes -= chargeBytes;
    space.entryCount -= 1;
    space.expiredCount += 1;
  }
  space.commitRemovals();
  space.earliestExpiryMs = space.firstExpiryMs();
  return due.length === countMax;
}

/** Removes the entry read last, found expired before its turn, and corrects the accounting. */
export function settleOne(space: TenantSpace, key: string): void {
  space.removeEntry(key, space.descriptor);
  space.commitRemovals();
  space.usageBytes -= space.chargeBytes;
  space.entryCount -= 1;
  space.expiredCount += 1;
}
