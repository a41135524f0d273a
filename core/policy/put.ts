import type { PutAsked } from './asked.ts';
import { fits, makeRoom } from './eviction.ts';
import { SETTLE_BATCH, SETTLE_SLACK_MS, settleExpired, settleOne } from './expiry.ts';
import { beginLife, isOutdated } from './fence.ts';
import {
  NEAR_LIMIT,
  REFUSED_ENTRY_TOO_LARGE,
  REFUSED_EVICTION_BUDGET,
  REFUSED_OUTDATED,
  REFUSED_QUOTA,
  STORED,
  WARNING_SHARE,
  WOULD_REJECT,
} from './outcome-code.ts';
import type { TenantSpace } from './tenant-space.ts';

/** Share of the quota above which one entry is refused, and a tier that refuses does so. */
export const REFUSAL_SHARE = 0.95;

/** What `fence` is for a write that fills no miss. */
export const NO_FENCE = -1;

/**
 * One write: fence, quota, eviction of the tenant's own entries, accounting. Answers with
 * `[code, usageBytes, evictedCount]`, the code of a stored one raised by `NEAR_LIMIT` and
 * `WOULD_REJECT` where they apply. A refused put leaves the entry that was there.
 */
export function put(space: TenantSpace, asked: PutAsked): number[] {
  if (asked.fence !== NO_FENCE && isOutdated(space, asked.key, asked.fence, asked.nowMs)) {
    // A tenant that was removed meanwhile stays without a trace.
    if (space.generation > 0) space.refusedCount += 1;
    return [REFUSED_OUTDATED, space.usageBytes, 0];
  }
  if (space.generation === 0) beginLife(space, asked.nowUs);
  if (space.earliestExpiryMs + SETTLE_SLACK_MS <= asked.nowMs) {
    settleExpired(space, asked.nowMs, SETTLE_BATCH);
  }
  let replaced = '';
  let freeBytes = asked.chargeBytes;
  let freeEntries = 1;
  let code = STORED;
  const evictedBefore = space.evictedCount;
  // Where even a new entry fits, what it replaces is learnt by writing the indexes: most replace
  // nothing, and of the others many something of their own size.
  const isSure = fitsAsNew(space, asked);
  const expiresAtMs = asked.nowMs + asked.ttlMs;
  let isClaimed = isSure;
  let isScheduled = false;
  let isNew = false;
  let isSame = false;
  if (isSure) {
    isNew = space.claim(asked.key, asked.nowMs);
    // One that may have expired has to be looked at first.
    isScheduled = isNew || space.earliestExpiryMs > asked.nowMs;
    if (isScheduled) isSame = space.schedule(asked.key, expiresAtMs, asked.chargeBytes);
  }
  if (!isNew) {
    let held = LIVE;
    if (!isSame) held = lookAt(space, asked);
    if (held === SETTLED) isClaimed = false;
    if (held === LIVE) {
      replaced = space.descriptor;
      freeBytes -= space.chargeBytes;
      freeEntries = 0;
    }
    if (!isSure) {
      const refusal = checkQuota(space, asked, freeBytes, freeEntries);
      if (refusal !== STORED) {
        if (asked.enforcement === 'enforce') {
          space.refusedCount += 1;
          return [refusal, space.usageBytes, space.evictedCount - evictedBefore];
        }
        space.wouldRejectCount += 1;
        code = WOULD_REJECT;
      }
    }
    if (!isClaimed) space.claim(asked.key, asked.nowMs);
    if (!isScheduled) space.schedule(asked.key, expiresAtMs, asked.chargeBytes);
  }
  if (space.writeEntry(asked.key, asked.nowMs, expiresAtMs, asked.chargeBytes, replaced)) {
    freeBytes -= asked.chargeBytes;
    freeEntries -= 1;
    space.expiredCount += 1;
  }
  space.usageBytes += freeBytes;
  space.entryCount += freeEntries;
  space.storedCount += 1;
  if (space.earliestExpiryMs === 0 || expiresAtMs < space.earliestExpiryMs) {
    space.earliestExpiryMs = expiresAtMs;
  }
  if (space.usageBytes >= asked.quotaBytes * WARNING_SHARE && asked.enforcement !== 'off') {
    code += NEAR_LIMIT;
  }
  return [code, space.usageBytes, space.evictedCount - evictedBefore];
}

/** What is under a key: nothing, an entry that expired and is settled now, or one that lives. */
const ABSENT = 0;
const SETTLED = 1;
const LIVE = 2;

function lookAt(space: TenantSpace, asked: PutAsked): number {
  if (!space.readHeader(asked.key)) return ABSENT;
  if (space.expiresAtMs > asked.nowMs) return LIVE;
  settleOne(space, asked.key);
  return SETTLED;
}

/** Whether the entry fits whatever it replaces, or nobody asks. */
function fitsAsNew(space: TenantSpace, asked: PutAsked): boolean {
  if (asked.enforcement === 'off') return true;
  if (asked.chargeBytes > asked.quotaBytes * REFUSAL_SHARE) return false;
  return fits(space, asked, asked.chargeBytes, 1, asked.atQuota === 'refuse' ? REFUSAL_SHARE : 1);
}

/** `STORED` if the entry fits or was made to fit, else why not. Shadow mode evicts nothing. */
function checkQuota(
  space: TenantSpace,
  asked: PutAsked,
  freeBytes: number,
  freeEntries: number,
): number {
  if (asked.chargeBytes > asked.quotaBytes * REFUSAL_SHARE) return REFUSED_ENTRY_TOO_LARGE;
  const refuses = asked.atQuota === 'refuse';
  const share = refuses ? REFUSAL_SHARE : 1;
  if (fits(space, asked, freeBytes, freeEntries, share)) return STORED;
  if (asked.quotaEntries > 0 && space.entryCount + freeEntries > asked.quotaEntries * share) {
    space.entryLimitCount += 1;
  }
  if (refuses) {
    settleExpired(space, asked.nowMs, SETTLE_BATCH);
    return fits(space, asked, freeBytes, freeEntries, share) ? STORED : REFUSED_QUOTA;
  }
  if (asked.enforcement !== 'enforce') return STORED;
  return makeRoom(space, asked, freeBytes, freeEntries) ? STORED : REFUSED_EVICTION_BUDGET;
}
