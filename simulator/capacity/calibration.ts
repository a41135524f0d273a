import { LISTPACK_ENTRIES_MAX } from './entry-overhead.ts';
import type { PlanSpec, Quantity } from './spec/schema.ts';

/** A figure of Redis with where it comes from. */
export interface Measured {
  readonly quantity: Quantity;
  readonly source: string;
}

/** What a plan needs to know about the Redis that will run, as quantities with their sources. */
export interface Calibration {
  /** Bytes of an entry beside its key and value, whatever its size: indexes, accounting, headers. */
  readonly entryOverheadBytes: Measured;
  /** The same of a tenant with so few entries that Redis packs its indexes. */
  readonly smallEntryOverheadBytes: Measured;
  /** Members of a sorted set up to which Redis packs it. */
  readonly listpackEntriesMax: number;
  /** What the allocator adds to a value by rounding up to its next size, as a share of the value. */
  readonly allocatorShare: Measured;
  /** Time the server's thread spends on one lookup, its share of input and output included. */
  readonly lookupUs: Measured;
  /** The same for a put, its index and accounting included. */
  readonly putUs: Measured;
  readonly fragmentation: Measured;
}

/** What somebody measured on the Redis at hand; what is missing is taken from elsewhere. */
export type Measurements = Partial<Calibration>;

/**
 * Measured with the cache's own scripts on Redis 7.0.15 (jemalloc) of a two-core virtual machine,
 * one connection pool on the loopback: 61,000 lookups and 45,000 puts a second filled the thread;
 * 12,000 entries with values around 100, 1,000, 4,000, 8,000 and 16,000 bytes took 468, 557, 840,
 * 1,237 and 2,033 bytes beside key and value, which is 465 and 9.7 % of the value. With 64 entries
 * a tenant instead of 12,000 they took 130 bytes less.
 */
const SHIPPED = 'shipped: Redis 7.0.15, two-core virtual machine';

export const SHIPPED_CALIBRATION: Omit<Calibration, 'fragmentation' | 'listpackEntriesMax'> = {
  entryOverheadBytes: {
    quantity: { low: 440, mid: 465, high: 520, confidence: 0.9 },
    source: SHIPPED,
  },
  smallEntryOverheadBytes: {
    quantity: { low: 310, mid: 335, high: 390, confidence: 0.9 },
    source: SHIPPED,
  },
  allocatorShare: {
    quantity: { low: 0.05, mid: 0.097, high: 0.14, confidence: 0.9 },
    source: SHIPPED,
  },
  lookupUs: { quantity: { low: 12, mid: 16.4, high: 24, confidence: 0.9 }, source: SHIPPED },
  putUs: { quantity: { low: 17, mid: 22.2, high: 33, confidence: 0.9 }, source: SHIPPED },
};

/** The spec's own figure first, then what was measured, then the shipped one. */
export function calibrate(spec: PlanSpec, measured: Measurements): Calibration {
  const { redis } = spec;
  const pick = (name: keyof typeof SHIPPED_CALIBRATION): Measured => {
    const given = redis[name];
    if (given !== undefined) return { quantity: given, source: 'the spec' };
    return measured[name] ?? SHIPPED_CALIBRATION[name];
  };
  const entryOverhead = pick('entryOverheadBytes');
  const isStated = redis.entryOverheadBytes !== undefined;
  return {
    entryOverheadBytes: entryOverhead,
    // Who states one figure for all entries means all of them.
    smallEntryOverheadBytes:
      isStated && redis.smallEntryOverheadBytes === undefined
        ? entryOverhead
        : pick('smallEntryOverheadBytes'),
    listpackEntriesMax: measured.listpackEntriesMax ?? LISTPACK_ENTRIES_MAX,
    allocatorShare: pick('allocatorShare'),
    lookupUs: pick('lookupUs'),
    putUs: pick('putUs'),
    fragmentation: measured.fragmentation ?? { quantity: redis.fragmentation, source: 'the spec' },
  };
}
