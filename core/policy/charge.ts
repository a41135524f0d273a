/** Bytes of a key whose places in the two indexes the overhead of an entry covers. */
export const INDEXED_KEY_BYTES = 32;

/** Both indexes hold the key once more, and the allocator rounds texts up by a quarter at worst. */
const COPIES_OF_LONG_KEYS = 2.5;

/**
 * What a tag costs beside its own text and the key, which its set holds once more: a place in that
 * set, and the set itself, since no other entry may have the tag. Memory used by 2,000 entries of
 * eight tags each was 302 bytes a tag where each tag was one entry's, key and text included.
 */
export const TAG_OVERHEAD_BYTES = 290;

/**
 * Bytes that an entry is charged: what Redis keeps for it, within what its allocator rounds, so that
 * no use of keys and tags takes more of the memory that all share than the quota grants.
 * @param overheadBytes of an entry with a short key and no tags
 * @param tagBytes of all its tags together
 */
export function chargeOf(
  keyBytes: number,
  storedBytes: number,
  overheadBytes: number,
  tagCount: number,
  tagBytes: number,
): number {
  let bytes = keyBytes + storedBytes + overheadBytes;
  if (keyBytes > INDEXED_KEY_BYTES) {
    bytes += Math.ceil(COPIES_OF_LONG_KEYS * (keyBytes - INDEXED_KEY_BYTES));
  }
  // A list of the entry's tags holds the key and the tags once more.
  if (tagCount > 0) bytes += 2 * tagBytes + tagCount * (keyBytes + TAG_OVERHEAD_BYTES) + keyBytes;
  return bytes;
}
