/**
 * What an entry is charged beside its key and what is stored for it: Redis's bookkeeping for the
 * string and for its places in the two indexes, which hold the key twice more (what a long key and tags
 * take beyond it: `core/policy/charge.ts`). Memory used by 20,000
 * entries with keys of 30 bytes, less keys and stored bytes, was 477 to 484 bytes an entry for values
 * of 20, 100 and 4,000 bytes (665 at 1,000: the allocator rounds up to the next of its sizes).
 */
export const ENTRY_OVERHEAD_BYTES = 480;
