import type { Demand } from './demand.ts';

/**
 * How long after its last use a key is used again, over a stream of requests: what the average
 * eviction time model needs (Hu and others, "Kinetic Modeling of Data Eviction in Cache", ATC 2016).
 * See `reuse-sampler.ts` for how they are counted.
 */
export interface ReuseTimes {
  readonly requestCount: number;
  /** Ends of the bins of reuse times, in requests, increasing. */
  readonly bounds: Float64Array;
  /** Share of requests whose reuse time is above each bound; first uses count as infinite. */
  readonly shareAbove: Float64Array;
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
