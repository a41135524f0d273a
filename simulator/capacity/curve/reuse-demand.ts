import type { Demand } from './demand.ts';

/**
 * How long after its last use a key is used again, over a stream of requests: what the average
 * eviction time model needs (Hu and others, "Kinetic Modeling of Data Eviction in Cache", ATC 2016).
 * One pass, one hash-table entry a key.
 */
export interface ReuseTimes {
  readonly requestCount: number;
  /** Ends of the bins of reuse times, in requests, increasing. */
  readonly bounds: Float64Array;
  /** Share of requests whose reuse time is above each bound; first uses count as infinite. */
  readonly shareAbove: Float64Array;
}

const BINS_PER_OCTAVE = 16;

/** @param keys dense integers 0..keyCount-1 */
export function reuseTimes(keys: Uint32Array, keyCount: number): ReuseTimes {
  const lastUse = new Float64Array(keyCount).fill(-1);
  const bins = new Float64Array(BINS_PER_OCTAVE * 40);
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] as number;
    const last = lastUse[key] as number;
    if (last >= 0) {
      const bin = Math.ceil(Math.log2(at - last) * BINS_PER_OCTAVE);
      bins[bin] = (bins[bin] as number) + 1;
    }
    lastUse[key] = at;
  }
  return asShares(bins, keys.length);
}

function asShares(bins: Float64Array, requestCount: number): ReuseTimes {
  const bounds: number[] = [0];
  const shareAbove: number[] = [1];
  let within = 0;
  bins.forEach((count, bin) => {
    if (count === 0) return;
    within += count;
    bounds.push(2 ** (bin / BINS_PER_OCTAVE));
    shareAbove.push(1 - within / requestCount);
  });
  return {
    requestCount,
    bounds: Float64Array.from(bounds),
    shareAbove: Float64Array.from(shareAbove),
  };
}

/** The demand of a measured stream; `lookupsPerSecond` turns its requests into time. */
export function reuseDemand(
  times: ReuseTimes,
  { lookupsPerSecond, entryBytes }: { lookupsPerSecond: number; entryBytes: number },
): Demand {
  const { bounds, shareAbove, requestCount } = times;
  return {
    lookupsPerSecond,
    entryBytes,
    at(characteristicSeconds) {
      // Beyond the trace's length nothing is known: an entry unused for all of it counts as held.
      const until = Math.min(characteristicSeconds * lookupsPerSecond, requestCount);
      let entries = 0;
      let share = 1;
      for (let bin = 1; bin < bounds.length; bin += 1) {
        const low = bounds[bin - 1] ?? 0;
        const high = bounds[bin] ?? 0;
        const below = shareAbove[bin] ?? 0;
        if (until <= high) {
          const part = (until - low) / (high - low);
          const at = share + part * (below - share);
          return { entries: entries + ((share + at) / 2) * (until - low), hitRatio: 1 - at };
        }
        entries += ((share + below) / 2) * (high - low);
        share = below;
      }
      return {
        entries: entries + share * Math.max(0, until - (bounds.at(-1) ?? 0)),
        hitRatio: 1 - share,
      };
    },
  };
}
