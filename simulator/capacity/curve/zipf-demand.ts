import { type Demand, NEVER_EVICTED } from './demand.ts';

/** A stream of independent lookups whose keys follow Zipf's law and whose entries expire. */
export interface ZipfStream {
  readonly lookupsPerSecond: number;
  /** Distinct keys asked for. */
  readonly keyCount: number;
  /** Exponent of Zipf's law: 0 is uniform. */
  readonly zipfAlpha: number;
  /** Life of an entry from its fill, in seconds; hits do not prolong it. */
  readonly ttlSeconds: number;
  readonly entryBytes: number;
  /** Share of misses whose load is stored; the others were given up. All of them if left out. */
  readonly fillShare?: number;
}

/**
 * The demand of a Zipf stream under LRU and TTL. A key of rate r that is filled at time 0 is hit
 * until its TTL ends it, or until a gap between its uses is longer than the characteristic time T.
 * Expected hits of such a life: r L (1 - e^(-TTL/L)) with r L = e^(rT) - 1, which is exact where
 * either end is alone (r TTL without eviction; Che's 1 - e^(-rT) as hit ratio without TTL). A
 * Poisson arrival sees what time sees, so the key's hit ratio is also the share of time it is held.
 */
export function zipfDemand(stream: ZipfStream): Demand {
  const { lookupsPerSecond, ttlSeconds, entryBytes, fillShare = 1 } = stream;
  const bins = zipfBins(stream.keyCount, stream.zipfAlpha);
  const heldAt = (characteristicSeconds: number) => {
    let entries = 0;
    let hitRatio = 0;
    for (const { keyCount, share } of bins) {
      const rate = (lookupsPerSecond * share) / keyCount;
      // A life costs one miss that fills it, and those before it that did not.
      const hits = fillShare * hitsOfALife(rate, ttlSeconds, characteristicSeconds);
      const held = hits / (1 + hits);
      entries += keyCount * held;
      hitRatio += share * held;
    }
    return { entries, hitRatio };
  };
  // Asked for more often than all others together.
  let heldForever: ReturnType<typeof heldAt> | undefined;
  return {
    lookupsPerSecond,
    entryBytes,
    at(characteristicSeconds) {
      if (characteristicSeconds !== NEVER_EVICTED) return heldAt(characteristicSeconds);
      heldForever ??= heldAt(NEVER_EVICTED);
      return heldForever;
    },
  };
}

function hitsOfALife(rate: number, ttlSeconds: number, characteristicSeconds: number): number {
  if (characteristicSeconds === NEVER_EVICTED) return rate * ttlSeconds;
  const untilGap = Math.expm1(rate * characteristicSeconds);
  if (!Number.isFinite(untilGap)) return rate * ttlSeconds;
  if (untilGap === 0) return 0;
  return untilGap * -Math.expm1((-rate * ttlSeconds) / untilGap);
}

/** Keys of about the same popularity, taken together. */
interface ZipfBin {
  readonly keyCount: number;
  /** Share of all lookups that goes to them. */
  readonly share: number;
}

/** The first keys one by one, then ranges whose ends are this far apart. */
const SINGLE_RANKS = 64;
const RANGE_RATIO = 1.05;

const knownBins = new Map<string, readonly ZipfBin[]>();
const knownBinsMax = 2_000;

/** Bins of Zipf's law; the same few laws are asked for in every world. */
export function zipfBins(keyCount: number, alpha: number): readonly ZipfBin[] {
  const key = `${keyCount} ${alpha}`;
  const known = knownBins.get(key);
  if (known !== undefined) return known;
  const made = makeZipfBins(Math.max(1, Math.round(keyCount)), alpha);
  if (knownBins.size >= knownBinsMax) knownBins.clear();
  knownBins.set(key, made);
  return made;
}

function makeZipfBins(keyCount: number, alpha: number): ZipfBin[] {
  const bins: { keyCount: number; mass: number }[] = [];
  const singles = Math.min(SINGLE_RANKS, keyCount);
  for (let rank = 1; rank <= singles; rank += 1) bins.push({ keyCount: 1, mass: rank ** -alpha });
  let from = singles;
  while (from < keyCount) {
    const to = Math.min(keyCount, Math.max(from + 1, Math.floor(from * RANGE_RATIO)));
    bins.push({ keyCount: to - from, mass: massBetween(from, to, alpha) });
    from = to;
  }
  const total = bins.reduce((sum, { mass }) => sum + mass, 0);
  return bins.map(({ keyCount: count, mass }) => ({ keyCount: count, share: mass / total }));
}

/** The sum of rank^-alpha over from < rank <= to, by the integral between the half ranks. */
function massBetween(from: number, to: number, alpha: number): number {
  const low = from + 0.5;
  const high = to + 0.5;
  if (Math.abs(alpha - 1) < 1e-9) return Math.log(high / low);
  return (high ** (1 - alpha) - low ** (1 - alpha)) / (1 - alpha);
}
