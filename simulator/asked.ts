import type { LookupAsked, PutAsked } from '../core/policy/asked.ts';

/**
 * What is asked of the policy, in one object each for the whole run. All of one shape, with fields
 * that are doubles from the start: the compiled policy then never meets another.
 */
export class LookupQuestion implements LookupAsked {
  key = '';
  ratePerSecond = 0.5;
  burst = 0.5;
  enforcement = 'off';
  cost = 1;
  nowMs = 0.5;
  nowUs = 0.5;
}

export class PutQuestion implements PutAsked {
  key = '';
  ttlMs = 0.5;
  chargeBytes = 0.5;
  quotaBytes = 0.5;
  quotaEntries = 0;
  atQuota = 'evict';
  enforcement = 'off';
  fence = 0.5;
  nowMs = 0.5;
  nowUs = 0.5;
}
