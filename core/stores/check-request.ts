import { InvalidInputError } from '../tenancy/invalid-input-error.ts';
import { isWellFormed } from '../tenancy/utf8.ts';
import type { InvalidateRequest, LeaseRequest, LookupRequest, PutRequest } from './store.ts';

/**
 * What every store refuses before anything happens, with the same error. Limits of tiers were
 * checked when the tier table was read.
 */

/** Longest key, prefix, tag, seal or token, in UTF-16 units: fences and leases hold thousands. */
export const KEY_LENGTH_MAX = 8192;
/** Tags of one entry: each is one more removal while others wait, and one put may evict 184 entries. */
export const TAGS_MAX = 16;
/** Until here a time in milliseconds is exact in microseconds, too: the year 2255. */
export const NOW_MS_MAX = 9_000_000_000_000;
/** Longest life of an entry: a hundred years. */
export const TTL_MS_MAX = 3_153_600_000_000;

export function checkLookup({ key, cost, nowMs }: LookupRequest): void {
  checkText('key', key);
  if (cost !== undefined && !(cost >= 0 && cost < Number.POSITIVE_INFINITY)) {
    throw new InvalidInputError('cost', cost, 'a number from 0');
  }
  checkNow(nowMs);
}

export function checkPut({
  key,
  value,
  seal,
  ttlMs,
  tags,
  loadMs,
  fence,
  nowMs,
}: PutRequest): void {
  checkText('key', key);
  checkText('seal', seal);
  if (typeof value === 'string') {
    if (!isWellFormed(value)) throw new InvalidInputError('value', '(not shown)', WELL_FORMED);
  } else if (!(value instanceof Uint8Array)) {
    throw new InvalidInputError('value', typeof value, 'text or bytes');
  }
  checkWhole('ttlMs', ttlMs, 1, TTL_MS_MAX);
  if (loadMs !== undefined && !(loadMs >= 0 && loadMs < Number.POSITIVE_INFINITY)) {
    throw new InvalidInputError('loadMs', loadMs, 'a number from 0');
  }
  if (tags !== undefined) {
    if (tags.length > TAGS_MAX)
      throw new InvalidInputError('tags', tags.length, `at most ${TAGS_MAX}`);
    for (const tag of tags) checkText('tag', tag);
  }
  if (fence !== undefined && !/^[0-9]{1,16}$/.test(fence)) {
    throw new InvalidInputError('fence', fence, 'a fence from a lookup');
  }
  checkNow(nowMs);
}

export function checkInvalidate({ scope, nowMs }: InvalidateRequest): void {
  if (scope.kind === 'key') checkText('key', scope.key);
  else if (scope.kind === 'prefix') checkText('prefix', scope.prefix);
  else if (scope.kind === 'tag') checkText('tag', scope.tag);
  else if (scope.kind !== 'tenant') {
    throw new InvalidInputError(
      'scope',
      (scope as { kind: unknown }).kind,
      'key, prefix, tag or tenant',
    );
  }
  checkNow(nowMs);
}

export function checkLease({ key, token, leaseMs, nowMs }: LeaseRequest): void {
  checkText('key', key);
  checkText('token', token);
  checkWhole('leaseMs', leaseMs, 1, TTL_MS_MAX);
  checkNow(nowMs);
}

export function checkNow(nowMs: number | undefined): void {
  if (nowMs !== undefined) checkWhole('nowMs', nowMs, 0, NOW_MS_MAX);
}

const WELL_FORMED = 'well-formed text without lone surrogates';

function checkText(field: string, text: string): void {
  if (typeof text !== 'string' || text.length > KEY_LENGTH_MAX) {
    throw new InvalidInputError(field, text, `text of at most ${KEY_LENGTH_MAX} characters`);
  }
  if (!isWellFormed(text)) throw new InvalidInputError(field, text, WELL_FORMED);
}

function checkWhole(field: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new InvalidInputError(field, value, `a whole number from ${min} to ${max}`);
  }
}
