import type { LookupAsked } from './asked.ts';
import type { TenantSpace } from './tenant-space.ts';

const MICROTOKENS = 1_000_000;

/** Longest retry-after, where the rate is so low (or zero) that the true one makes no sense. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/** A clock that is further back than this was set; less is skew between callers' clocks. */
const CLOCK_SET_US = 10_000_000;

/**
 * Takes the request's cost from the tenant's bucket. 0 if the tokens were there, else the
 * milliseconds after which the same request would be admitted, were its cost within the burst
 * (nothing is taken then).
 *
 * GCRA, as the continuous-state leaky bucket of ITU-T I.371 annex A: the level drains at the rate
 * and a request may fill it up to `burst`. In millionths of a token and whole microseconds every
 * step is exact for whole rates: elapsed microseconds times tokens per second are millionths.
 */
export function admit(space: TenantSpace, asked: LookupAsked): number {
  let level = space.levelMicrotokens;
  const elapsedUs = asked.nowUs - space.leveledAtUs;
  if (elapsedUs > 0) {
    level -= elapsedUs * asked.ratePerSecond;
    if (level < 0) level = 0;
  }
  let filled = level + asked.cost * MICROTOKENS;
  const above = filled - asked.burst * MICROTOKENS;
  if (above > 0) {
    // Until a clock that was set back has caught up, nothing would drain: the bucket begins anew, full.
    if (elapsedUs >= -CLOCK_SET_US || asked.cost > asked.burst) {
      const waitMs = Math.ceil(above / asked.ratePerSecond / 1000);
      return Math.min(waitMs, RETRY_AFTER_MAX_MS);
    }
    filled = asked.burst * MICROTOKENS;
  }
  space.levelMicrotokens = filled;
  if (elapsedUs > 0 || elapsedUs < -CLOCK_SET_US) space.leveledAtUs = asked.nowUs;
  return 0;
}

/** Whether the bucket is at or above a share of its depth after the last admission. */
export function isBucketAbove(space: TenantSpace, asked: LookupAsked, share: number): boolean {
  return space.levelMicrotokens >= asked.burst * MICROTOKENS * share;
}
