/**
 * How the miss ratio of an LRU cache falls with its size, for one stream of requests. Sizes are
 * increasing, in entries or in bytes, whichever the curve was made for.
 */
export interface MissRatioCurve {
  readonly unit: 'entries' | 'bytes';
  /** Cache sizes, increasing. */
  readonly sizes: Float64Array;
  /** Miss ratio at each size, never increasing, in [0, 1]. */
  readonly missRatios: Float64Array;
  readonly requestCount: number;
  /** How the curve was made, as provenance names it. */
  readonly method: 'mattson' | 'shards' | 'zipf-ttl' | 'aet';
  /** Mean absolute error of the miss ratio to expect, in points of 1; 0 for an exact curve. */
  readonly errorExpected: number;
}

/** The miss ratio of a cache of this size: a step for a small size, the last value beyond the end. */
export function missRatioAt(curve: MissRatioCurve, size: number): number {
  const { sizes, missRatios } = curve;
  const after = firstAbove(sizes, size);
  return after === 0 ? 1 : (missRatios[after - 1] ?? 1);
}

/** The least size whose hit ratio reaches the share `of` the best hit ratio the curve knows. */
export function sizeForShareOfHits(curve: MissRatioCurve, of: number): number {
  const best = 1 - (curve.missRatios.at(-1) ?? 1);
  return sizeForHitRatio(curve, best * of) ?? curve.sizes.at(-1) ?? 0;
}

/** The least size with at least this hit ratio; undefined where no size reaches it. */
export function sizeForHitRatio(curve: MissRatioCurve, hitRatio: number): number | undefined {
  let low = 0;
  let high = curve.sizes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    // A hair of tolerance, so that rounding never asks for one more step than the curve has.
    if (1 - (curve.missRatios[middle] ?? 1) >= hitRatio - 1e-12) high = middle;
    else low = middle + 1;
  }
  return curve.sizes[low];
}

/**
 * The knee: the size farthest from the straight line between the curve's ends (Satopaa and others,
 * "Finding a Kneedle in a Haystack", 2011, without smoothing: the curve already falls).
 */
export function kneeOf(curve: MissRatioCurve): {
  readonly size: number;
  readonly missRatio: number;
} {
  const { sizes, missRatios } = curve;
  const last = sizes.length - 1;
  const width = sizes[last] ?? 1;
  const fall = 1 - (missRatios[last] ?? 0) || 1;
  let best = { size: 0, missRatio: 1 };
  let farthest = -1;
  for (let at = 0; at <= last; at += 1) {
    const size = sizes[at] ?? 0;
    const missRatio = missRatios[at] ?? 1;
    const distance = (1 - missRatio) / fall - size / width;
    if (distance > farthest) {
      farthest = distance;
      best = { size, missRatio };
    }
  }
  return best;
}

/** At most `pointsMax` points of a curve, its ends and its shape kept, for charts and records. */
export function thinCurve(curve: MissRatioCurve, pointsMax: number): MissRatioCurve {
  const count = curve.sizes.length;
  if (count <= pointsMax) return curve;
  const picked: number[] = [];
  for (let point = 0; point < pointsMax; point += 1) {
    // Half of the points by size, half by how far the miss ratio has fallen: both ends stay sharp.
    const at =
      point % 2 === 0
        ? Math.round((point / (pointsMax - 1)) * (count - 1))
        : indexAtFall(curve.missRatios, point / (pointsMax - 1));
    picked.push(at);
  }
  const kept = [...new Set([0, ...picked, count - 1])].sort((a, b) => a - b);
  return {
    ...curve,
    sizes: Float64Array.from(kept, (at) => curve.sizes[at] ?? 0),
    missRatios: Float64Array.from(kept, (at) => curve.missRatios[at] ?? 1),
  };
}

function indexAtFall(missRatios: Float64Array, share: number): number {
  const first = missRatios[0] ?? 1;
  const wanted = first - share * (first - (missRatios.at(-1) ?? 0));
  let low = 0;
  let high = missRatios.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((missRatios[middle] ?? 0) <= wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
