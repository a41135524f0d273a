/** What one world says about the bytes of an entry beside its key and value. */
export interface EntryOverhead {
  /** Of a tenant with many entries, its two indexes being skip lists. */
  readonly entryBytes: number;
  /** Of a tenant with few, its two indexes being list packs: no more than `entryBytes`. */
  readonly smallEntryBytes: number;
  /** Redis packs a sorted set of up to so many members (zset-max-listpack-entries). */
  readonly listpackEntriesMax: number;
  /** What the allocator adds to a value, as a share of it. */
  readonly allocatorShare: number;
}

/** Redis's own, unless its configuration says otherwise. */
export const LISTPACK_ENTRIES_MAX = 128;

/**
 * Bytes of an entry beside key and value, for a tenant that holds `entries` in the mean. A sorted
 * set that once outgrew its list pack stays a skip list until it is empty, so the most that a tenant
 * holds decides: three deviations above the mean, which for entries that come and go independently
 * is at most the root of it.
 */
export function entryOverheadBytes(
  entries: number,
  valueBytes: number,
  { entryBytes, smallEntryBytes, listpackEntriesMax, allocatorShare }: EntryOverhead,
): number {
  const isPacked = entries + 3 * Math.sqrt(entries) <= listpackEntriesMax;
  return (isPacked ? smallEntryBytes : entryBytes) + allocatorShare * valueBytes;
}
