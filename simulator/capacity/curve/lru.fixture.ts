/** The obvious LRU, the oracle of the curves: misses of a cache of so many entries. */
export function replayLru(keys: Uint32Array, size: number): number {
  const held = new Map<number, true>();
  let misses = 0;
  for (const key of keys) {
    if (held.delete(key)) {
      held.set(key, true);
      continue;
    }
    misses += 1;
    held.set(key, true);
    if (held.size > size) held.delete(held.keys().next().value as number);
  }
  return misses;
}
