import { admit, isBucketAbove } from './admission.ts';
import type { LookupAsked } from './asked.ts';
import { beginLife } from './fence.ts';
import { HIT, MISS, NEAR_LIMIT, REJECTED, WARNING_SHARE, WOULD_REJECT } from './outcome-code.ts';
import type { TenantSpace } from './tenant-space.ts';

/**
 * A use is recorded when the last record is older than this, so that most hits write nothing but
 * the tenant's hash: recency is exact to within this time.
 */
export const TOUCH_AFTER_MS = 5000;

/**
 * One request: admission, then the read. Answers with
 * `[REJECTED, retryAfterMs]`, `[MISS, generation]` or `[HIT, generation, ttlRemainingMs, body]`,
 * the code raised by `NEAR_LIMIT` and `WOULD_REJECT` where they apply.
 */
export function lookup(space: TenantSpace, asked: LookupAsked): unknown[] {
  let code = 0;
  if (asked.enforcement !== 'off') {
    const retryAfterMs = admit(space, asked);
    if (retryAfterMs > 0) {
      if (asked.enforcement === 'enforce') {
        space.rejectedCount += 1;
        return [REJECTED, retryAfterMs];
      }
      space.wouldRejectCount += 1;
      code = WOULD_REJECT + NEAR_LIMIT;
    } else if (isBucketAbove(space, asked, WARNING_SHARE)) {
      code = NEAR_LIMIT;
    }
  }
  if (space.generation === 0) beginLife(space, asked.nowUs);
  if (!space.readEntry(asked.key) || space.expiresAtMs <= asked.nowMs) {
    space.missCount += 1;
    return [code + MISS, space.generation];
  }
  space.hitCount += 1;
  if (asked.nowMs - space.stampMs >= TOUCH_AFTER_MS) space.touch(asked.key, asked.nowMs);
  return [code + HIT, space.generation, space.expiresAtMs - asked.nowMs, space.body];
}
