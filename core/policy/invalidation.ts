import type { InvalidateAsked } from './asked.ts';
import { FENCED_KEY, FENCED_TAG, fenceAll, fenceOne } from './fence.ts';
import type { TenantSpace } from './tenant-space.ts';

/** Entries looked at in one step of an invalidation. */
export const INVALIDATE_BATCH = 256;

/** Says that there is more of a tag, whose set needs no place to go on from. */
const MORE = '1';

/** The cursor of a walk that is over. */
export const DONE = '0';

/**
 * One batch of an invalidation. The first one fences: no fill that began before it lands after it.
 * Answers with `[removedCount, cursor]`; call again with the cursor until it is `DONE`.
 */
export function invalidate(space: TenantSpace, asked: InvalidateAsked): unknown[] {
  if (asked.scope === 'key') {
    fenceOne(space, FENCED_KEY + asked.target, asked.nowMs);
    const removedCount = remove(space, asked.target, asked.nowMs);
    space.commitRemovals();
    return [removedCount, DONE];
  }
  if (asked.scope === 'tag') return invalidateTag(space, asked);
  if (asked.cursor === '') fenceAll(space, asked.nowMs);
  let removedCount = 0;
  for (const key of space.walkKeys(asked.cursor, asked.target, INVALIDATE_BATCH)) {
    removedCount += remove(space, key, asked.nowMs);
  }
  space.commitRemovals();
  return [removedCount, space.walkCursor];
}

function invalidateTag(space: TenantSpace, asked: InvalidateAsked): unknown[] {
  if (asked.cursor === '') fenceOne(space, FENCED_TAG + asked.target, asked.nowMs);
  let removedCount = 0;
  const keys = space.takeTagged(asked.target, INVALIDATE_BATCH);
  for (const key of keys) {
    if (space.readHeader(key) && space.hasTag(key, asked.target)) {
      removedCount += remove(space, key, asked.nowMs);
    }
  }
  space.commitRemovals();
  return [removedCount, keys.length < INVALIDATE_BATCH ? DONE : MORE];
}

/** 1 if there was an entry to remove. One whose time was up counts as expired, not as removed. */
function remove(space: TenantSpace, key: string, nowMs: number): number {
  if (!space.readHeader(key)) return 0;
  space.removeEntry(key, space.descriptor);
  space.usageBytes -= space.chargeBytes;
  space.entryCount -= 1;
  if (space.expiresAtMs <= nowMs) {
    space.expiredCount += 1;
    return 0;
  }
  space.invalidatedCount += 1;
  return 1;
}
