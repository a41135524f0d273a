import type { MissRatioCurve } from './miss-ratio-curve.ts';

/**
 * The whole miss-ratio curve of an exact LRU cache from one pass over the requests (Mattson and
 * others 1970): a request hits in every cache that holds more entries than were used since the key's
 * last use. Counting those is a Fenwick tree over time, one mark a key at its last use; the times are
 * compacted when they run out, so memory is bounded by the keys, never by the requests.
 *
 * Keys are dense integers 0..keyCount-1 (see {@link densify}).
 */
export function mattsonCurve(keys: Uint32Array, keyCount: number): MissRatioCurve {
  const distances = stackDistanceCounts(keys, keyCount);
  return curveOfDistances(distances, keys.length);
}

/**
 * How many requests had each stack distance; index d counts those that hit in caches of d entries
 * and more. Index 0 counts first uses, which miss in every cache.
 */
export function stackDistanceCounts(keys: Uint32Array, keyCount: number): Float64Array {
  const slots = slotCount(keyCount);
  // Marks and sums are whole numbers below 2^31: a bare Int32Array is what makes this loop fast.
  let tree: Int32Array = new Int32Array(slots + 1);
  const lastUse = new Int32Array(keyCount);
  const keyAt = new Int32Array(slots + 1);
  const counts = new Float64Array(keyCount + 1);
  let now = 0;
  let live = 0;

  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] as number;
    if (now === slots) {
      now = compact(lastUse, keyAt, now);
      tree = treeOfMarks(now, slots);
    }
    now += 1;
    const last = lastUse[key] as number;
    if (last === 0) {
      counts[0] = (counts[0] as number) + 1;
      live += 1;
    } else {
      let before = 0;
      for (let node = last; node > 0; node &= node - 1) before += tree[node] as number;
      // The marks after the last use are the other keys used since; the key itself is one more.
      const distance = live - before + 1;
      counts[distance] = (counts[distance] as number) + 1;
      for (let node = last; node <= slots; node += node & -node) {
        tree[node] = (tree[node] as number) - 1;
      }
      keyAt[last] = -1;
    }
    for (let node = now; node <= slots; node += node & -node) {
      tree[node] = (tree[node] as number) + 1;
    }
    lastUse[key] = now;
    keyAt[now] = key;
  }
  return counts;
}

/** Enough times that compaction is rare, few enough that the tree stays in the processor's cache. */
function slotCount(keyCount: number): number {
  return Math.max(1 << 12, 4 * keyCount);
}

/** Renumbers the last uses 1..live in their order; returns how many there are. */
function compact(lastUse: Int32Array, keyAt: Int32Array, used: number): number {
  let live = 0;
  for (let time = 1; time <= used; time += 1) {
    const key = keyAt[time] as number;
    if (key < 0) continue;
    live += 1;
    keyAt[live] = key;
    lastUse[key] = live;
  }
  return live;
}

/** The tree whose positions 1..live each hold one mark. */
function treeOfMarks(live: number, slots: number): Int32Array {
  const tree = new Int32Array(slots + 1);
  for (let node = 1; node <= slots; node += 1) {
    const from = node - (node & -node);
    tree[node] = Math.max(0, Math.min(node, live) - Math.min(from, live));
  }
  return tree;
}

/** The curve from the counts of {@link stackDistanceCounts}: sizes 1..keyCount, in entries. */
export function curveOfDistances(
  counts: Float64Array,
  requestCount: number,
  method: 'mattson' | 'shards' = 'mattson',
  errorExpected = 0,
): MissRatioCurve {
  const last = counts.length - 1;
  const sizes = new Float64Array(last);
  const missRatios = new Float64Array(last);
  let hits = 0;
  for (let size = 1; size <= last; size += 1) {
    hits += counts[size] ?? 0;
    sizes[size - 1] = size;
    missRatios[size - 1] = requestCount === 0 ? 1 : 1 - hits / requestCount;
  }
  return { unit: 'entries', sizes, missRatios, requestCount, method, errorExpected };
}
