import { HEADER_LENGTH } from '../../../core/stores/stored-entry.ts';

/**
 * What this cache's own keys say to somebody who may only read: the scripts that answer the same
 * questions are not his to run. `core/stores/lua/accounts.ts` and `redis-space.ts` write these forms.
 */

/** The fields of a tenant's state that {@link decodeCounters} takes. */
export const STATE_FIELDS = ['requests', 'holdings'] as const;

/** A tenant's counters since its first request. */
export interface TenantCounters {
  readonly usageBytes: number;
  readonly entryCount: number;
  readonly hits: number;
  readonly misses: number;
}

const DOUBLE_BYTES = 8;
const [HIT_AT, MISS_AT] = [3, 4];
const [USAGE_AT, ENTRIES_AT] = [0, 1];

/** The counters of a tenant's state; a field that is not there or of another form counts nothing. */
export function decodeCounters(
  requests: Buffer | null | undefined,
  holdings: Buffer | null | undefined,
): TenantCounters {
  const at = (packed: Buffer | null | undefined, index: number): number => {
    const from = DOUBLE_BYTES * index;
    if (!packed || packed.length < from + DOUBLE_BYTES) return 0;
    const value = packed.readDoubleBE(from);
    return Number.isFinite(value) && value > 0 ? value : 0;
  };
  return {
    usageBytes: at(holdings, USAGE_AT),
    entryCount: at(holdings, ENTRIES_AT),
    hits: at(requests, HIT_AT),
    misses: at(requests, MISS_AT),
  };
}

/** What an entry's first bytes tell of it. */
export interface EntryHead {
  /** Bytes before the value: header, attributes, seal. */
  readonly headBytes: number;
  /** From its last use, or from its fill where it was not used yet, to its end. */
  readonly lifeMs: number;
}

/** So many first bytes of an entry hold its head, unless its seal is very long. */
export const HEAD_BYTES_MAX = 200;

const LINE_BREAK = 10;

/** Undefined for a value that this cache did not write. */
export function decodeHead(start: Buffer): EntryHead | undefined {
  const [, stamp, expiresAt] = /^(\d{15})(\d{15})\d{12}[t-]/.exec(start.toString('latin1')) ?? [];
  if (stamp === undefined || expiresAt === undefined) return undefined;
  const attributesEnd = start.indexOf(LINE_BREAK, HEADER_LENGTH);
  const sealEnd = attributesEnd < 0 ? -1 : start.indexOf(LINE_BREAK, attributesEnd + 1);
  return {
    headBytes: sealEnd < 0 ? HEADER_LENGTH : sealEnd + 1,
    lifeMs: Number(expiresAt) - Number(stamp),
  };
}
