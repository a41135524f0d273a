import {
  HIT,
  MISS,
  NEAR_LIMIT,
  REFUSED_ENTRY_TOO_LARGE,
  REFUSED_EVICTION_BUDGET,
  REFUSED_OUTDATED,
  REFUSED_QUOTA,
  REJECTED,
  STORED,
  WOULD_REJECT,
} from '../policy/outcome-code.ts';
import { COUNTED } from '../policy/reconciliation.ts';
import type { LookupReply, PutReply, ReconcileReply, TenantUsage } from './store.ts';
import { StoreError } from './store-error.ts';
import type { StoredEntry } from './stored-entry.ts';

/**
 * Turns the rows that the policy answers with into the replies of the port: one place for all
 * stores. A row that cannot be the answer to what was asked is a `malformed-reply`.
 */

export function parseLookup(row: unknown, decode: (body: unknown) => StoredEntry): LookupReply {
  const sum = whole(row, 0, 'lookup');
  const second = whole(row, 1, 'lookup');
  if (sum === REJECTED) return { kind: 'rejected', reason: 'rate', retryAfterMs: second };
  const would = sum >= WOULD_REJECT;
  const nearLimit = (would ? sum - WOULD_REJECT : sum) >= NEAR_LIMIT;
  const code = sum - (would ? WOULD_REJECT : 0) - (nearLimit ? NEAR_LIMIT : 0);
  const fence = `${second}`;
  if (code === MISS) {
    if (would) return { kind: 'miss', fence, nearLimit, wouldReject: true };
    return { kind: 'miss', fence, nearLimit };
  }
  if (code !== HIT) throw malformed('lookup', row);
  const { value, seal, loadMs } = decode((row as unknown[])[3]);
  const ttlRemainingMs = whole(row, 2, 'lookup');
  const hit = { kind: 'hit', value, seal, ttlRemainingMs, loadMs, fence, nearLimit } as const;
  return would ? { ...hit, wouldReject: true } : hit;
}

/** @param reply the row, or the usage alone where the rest of the row would be zeros */
export function parsePut(reply: unknown): PutReply {
  const row = typeof reply === 'number' ? [STORED, reply, 0] : reply;
  const sum = whole(row, 0, 'put');
  const usageBytes = whole(row, 1, 'put');
  const would = sum >= WOULD_REJECT;
  const nearLimit = (would ? sum - WOULD_REJECT : sum) >= NEAR_LIMIT;
  const code = sum - (would ? WOULD_REJECT : 0) - (nearLimit ? NEAR_LIMIT : 0);
  if (code === STORED) {
    const stored = {
      kind: 'stored',
      usageBytes,
      evictedCount: whole(row, 2, 'put'),
      nearLimit,
    } as const;
    return would ? { ...stored, wouldReject: true } : stored;
  }
  const reason = REASONS.get(code);
  if (reason === undefined) throw malformed('put', row);
  return { kind: 'rejected', reason, usageBytes };
}

const REASONS: ReadonlyMap<number, Refusal> = new Map([
  [REFUSED_QUOTA, 'quota'],
  [REFUSED_ENTRY_TOO_LARGE, 'entry-too-large'],
  [REFUSED_EVICTION_BUDGET, 'eviction-budget'],
  [REFUSED_OUTDATED, 'outdated'],
] as const);

type Refusal = Extract<PutReply, { kind: 'rejected' }>['reason'];

/** One batch of an invalidation: what it removed and where to go on ('0': nowhere). */
export function parseBatch(row: unknown): { removedCount: number; cursor: string } {
  const removedCount = whole(row, 0, 'invalidate');
  return { removedCount, cursor: words(row, 'invalidate').slice(1)[0] ?? '0' };
}

/** Whether the first number of a row is 1. */
export function parseFlag(row: unknown, operation: string): boolean {
  return whole(row, 0, operation) === 1;
}

export function parseUsage(row: unknown): TenantUsage {
  const at = (index: number): number => whole(row, index, 'read-usage');
  const hitCount = at(4);
  const missCount = at(5);
  return {
    usageBytes: at(1),
    entryCount: at(2),
    // Who is admitted hits or misses, so that admissions need no counter of their own.
    admittedCount: hitCount + missCount,
    rejectedCount: at(3),
    hitCount,
    missCount,
    storedCount: at(6),
    refusedCount: at(7),
    evictedCount: at(8),
    expiredCount: at(9),
    invalidatedCount: at(10),
    wouldRejectCount: at(11),
    entryLimitCount: at(12),
  };
}

/** A recount under way: handed back with the next batch. */
export interface Count {
  readonly cursor: number;
  readonly bytes: number;
  readonly entries: number;
  readonly changes: number;
}

export const FIRST_COUNT: Count = { cursor: 0, bytes: 0, entries: 0, changes: -1 };

export function parseCount(row: unknown): Count | ReconcileReply {
  const at = (index: number): number => whole(row, index, 'reconcile');
  if (at(0) === COUNTED) return { driftBytes: at(1), driftEntries: at(2) };
  return { cursor: at(1), bytes: at(2), entries: at(3), changes: at(4) };
}

/** All members of a row, as text. */
export function words(row: unknown, operation: string): string[] {
  if (!Array.isArray(row)) throw malformed(operation, row);
  return row.map((word) => (typeof word === 'object' && word !== null ? String(word) : `${word}`));
}

function whole(row: unknown, index: number, operation: string): number {
  const value: unknown = Array.isArray(row) ? row[index] : undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw malformed(operation, row);
  return value;
}

/** Says what kind of thing came, never what was in it. */
function malformed(operation: string, row: unknown): StoreError {
  const shape = Array.isArray(row) ? `[${row.map((one) => typeof one).join(', ')}]` : typeof row;
  return new StoreError('malformed-reply', `${operation} was answered with ${shape}`, false);
}
