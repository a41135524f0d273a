import type { PutAsked } from './asked.ts';
import { SETTLE_BATCH, settleExpired } from './expiry.ts';
import type { TenantSpace } from './tenant-space.ts';

/** Eviction aims below the quota, so that not every put at the quota has to evict. */
export const TARGET_SHARE = 0.95;

/** The first batch; each further one doubles, up to the largest. */
export const BATCH_FIRST = 8;
export const BATCH_MAX = 64;

/** Batches one put may spend: 8 + 16 + 32 + 64 + 64 entries bound the time others wait for it. */
export const BATCHES_MAX = 5;

/**
 * Evicts the tenant's own least recently used entries until `freeBytes` more and `freeEntries` more
 * fit its quota, and goes on to the target while the batch lasts. The key being written is no
 * victim. False if the budget of batches was spent before they fitted.
 */
export function makeRoom(
  space: TenantSpace,
  asked: PutAsked,
  freeBytes: number,
  freeEntries: number,
): boolean {
  settleExpired(space, asked.nowMs, SETTLE_BATCH);
  let batchSize = BATCH_FIRST;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    if (fits(space, asked, freeBytes, freeEntries, 1)) break;
    // One more than the batch, in case the key to keep is among the oldest.
    for (const key of space.oldestKeys(batchSize + 1)) {
      if (fits(space, asked, freeBytes, freeEntries, TARGET_SHARE)) break;
      if (key !== asked.key) evict(space, key, asked.nowMs);
    }
    space.commitRemovals();
    if (batchSize < BATCH_MAX) batchSize *= 2;
  }
  return fits(space, asked, freeBytes, freeEntries, 1);
}

/** Whether `freeBytes` and `freeEntries` more stay within a share of the quota. */
export function fits(
  space: TenantSpace,
  asked: PutAsked,
  freeBytes: number,
  freeEntries: number,
  share: number,
): boolean {
  if (space.usageBytes + freeBytes > asked.quotaBytes * share) return false;
  return asked.quotaEntries === 0 || space.entryCount + freeEntries <= asked.quotaEntries * share;
}

function evict(space: TenantSpace, key: string, nowMs: number): void {
  if (!space.readHeader(key)) {
    // Redis's own expiry took it; its charge is settled through the expiry index.
    space.removeVanished(key);
    return;
  }
  space.removeEntry(key, space.descriptor);
  space.usageBytes -= space.chargeBytes;
  space.entryCount -= 1;
  if (space.expiresAtMs <= nowMs) space.expiredCount += 1;
  else space.evictedCount += 1;
}
