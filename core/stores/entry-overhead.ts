/**
 * What an entry is charged beside its key and what is stored for it: Redis's bookkeeping for the
 * string and its places in the indexes, as MEMORY USAGE shows it for entries with keys of 30 bytes.
 */
export const ENTRY_OVERHEAD_BYTES = 400;
