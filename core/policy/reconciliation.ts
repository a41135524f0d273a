import type { ReconcileAsked } from './asked.ts';
import { settleExpired } from './expiry.ts';
import type { TenantSpace } from './tenant-space.ts';

/** Entries counted in one step. */
export const RECONCILE_BATCH = 256;

/** First number of a row: there is more to count, or the count is complete. */
export const COUNTING = 0;
export const COUNTED = 1;

/**
 * Counts one batch of the tenant's entries anew. Answers with
 * `[COUNTING, cursor, bytes, entries, changes]`, to be handed back, until `[COUNTED, driftBytes,
 * driftEntries]`: what the accounts had too much, and now have corrected.
 *
 * The tenant goes on working between the batches; a count during which anything was stored or
 * removed starts again, since no sum over different moments could be compared with the accounts.
 */
export function reconcile(space: TenantSpace, asked: ReconcileAsked): number[] {
  const settledBefore = space.expiredCount;
  const isOverdue = settleExpired(space, asked.nowMs, RECONCILE_BATCH);
  const isStale = space.expiredCount > settledBefore || asked.changes !== space.changeCount;
  let cursor = isStale ? 0 : asked.cursor;
  let bytes = isStale ? 0 : asked.bytes;
  let entries = isStale ? 0 : asked.entries;
  if (isOverdue) return [COUNTING, cursor, bytes, entries, space.changeCount];
  const members = space.indexMembers(cursor, RECONCILE_BATCH);
  for (const member of members) {
    const chargeBytes = space.recount(member);
    if (chargeBytes >= 0) {
      cursor += 1;
      bytes += chargeBytes;
      entries += 1;
    }
  }
  space.commitRemovals();
  if (members.length === RECONCILE_BATCH) {
    return [COUNTING, cursor, bytes, entries, space.changeCount];
  }
  const driftBytes = space.usageBytes - bytes;
  const driftEntries = space.entryCount - entries;
  space.usageBytes = bytes;
  space.entryCount = entries;
  space.earliestExpiryMs = space.firstExpiryMs();
  return [COUNTED, driftBytes, driftEntries];
}
