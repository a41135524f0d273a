import { NEVER_EVICTED } from '../curve/demand.ts';
import { zipfDemand } from '../curve/zipf-demand.ts';
import type { Quantity } from '../spec/schema.ts';
import { type DraftSpec, type DraftTenant, draftSpec } from './draft-spec.ts';
import type { LiveReading, LiveTenant } from './read-redis.ts';

/** A draft spec of a live server: what was seen as figures, what was not as intervals with a note. */
export function specFromReading(reading: LiveReading, name: string): DraftSpec {
  const seen = reading.tenants.reduce((sum, tenant) => sum + tenant.sampledKeys, 0);
  const total = reading.keyCount ?? seen;
  const lookups =
    reading.hitsPerSecond === undefined || reading.missesPerSecond === undefined
      ? undefined
      : reading.hitsPerSecond + reading.missesPerSecond;
  const tenants = reading.tenants.map((tenant) =>
    draftTenant(tenant, { seen, total, lookups, reading }),
  );
  const notes = [
    `${reading.sampledKeys} keys looked at${reading.sampledAll ? ', all there are' : `, of ${total}`}`,
    ...reading.refused.map(
      ({ command, why }) => `${command} was refused (${why}): what it tells is missing`,
    ),
    ...(tenants.some((tenant) => tenant.isRateGuessed)
      ? [
          "tenants' lookups are the server's, shared out by their keys: counters of their own were not there",
        ]
      : []),
    ...(reading.tenants.some(({ ttlSeconds }) => ttlSeconds === undefined)
      ? [`keys without a TTL were seen: ${TTL_GUESSED} s is a guess, set ttlSeconds`]
      : []),
    'keys asked for are two to eight times those held, by guess: keyCount low is what was seen',
  ];
  return draftSpec({
    name,
    notes,
    tenants,
    fragmentation: fragmentationOf(reading),
    replicas: reading.replicas,
    commandUs: reading.commandUs,
    maxmemoryBytes: reading.maxmemoryBytes,
    backend: undefined,
  });
}

/** Of keys that have none, in seconds. */
const TTL_GUESSED = 3_600;

/** An almost empty server's ratio is that of its own code. */
const FRAGMENTATION_BYTES_LEAST = 256 * 2 ** 20;

function fragmentationOf({ fragmentation, usedBytes = 0 }: LiveReading): number | undefined {
  if (fragmentation === undefined || usedBytes < FRAGMENTATION_BYTES_LEAST) return undefined;
  return Math.min(3, Math.max(1, fragmentation));
}

interface Whole {
  readonly seen: number;
  readonly total: number;
  readonly lookups: number | undefined;
  readonly reading: LiveReading;
}

function draftTenant(tenant: LiveTenant, { seen, total, lookups, reading }: Whole): DraftTenant {
  const share = seen === 0 ? 0 : tenant.sampledKeys / seen;
  const entries = Math.max(1, Math.round(tenant.entryCount ?? share * total));
  const guessed = (lookups ?? 0) * share;
  const rate = tenant.lookupsPerSecond ?? guessed;
  const ttlSeconds = tenant.ttlSeconds ?? TTL_GUESSED;
  const serverHits = lookups ? (reading.hitsPerSecond ?? 0) / lookups : undefined;
  const hitRatio = tenant.hitRatio ?? serverHits;
  // More keys are asked for than are held at any moment.
  const keyCount = { low: entries, mid: entries * 2, high: entries * 8, confidence: 0.9 };
  return {
    name: tenant.tenant,
    lookupsPerSecond: aroundRate(rate),
    isRateGuessed: tenant.lookupsPerSecond === undefined,
    keyCount,
    zipfAlpha: fitAlpha({ hitRatio, rate, keyCount: keyCount.mid, ttlSeconds }),
    keyBytes: Math.max(1, Math.round(tenant.keyBytesMean)),
    valueBytes: Math.max(1, Math.round(tenant.valueBytesMean ?? tenant.entryBytesMean ?? 1_000)),
    ttlSeconds: likelyTtl(ttlSeconds),
    hitRatio,
  };
}

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];
/** Lives that people choose, in seconds. */
const USUAL_TTLS = [
  ...[1, 2, 5, 10, 15, 20, 30, 45],
  ...[1, 1.5, 2, 5, 10, 15, 20, 30, 45].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * HOUR),
  ...[1, 2, 3, 7, 14, 30].map((days) => days * DAY),
];

/** The longest life seen lies a little below the TTL, and TTLs are jittered. */
export function likelyTtl(seenSeconds: number): number {
  const usual = USUAL_TTLS.find((ttl) => ttl >= 0.99 * seenSeconds && ttl <= 1.1 * seenSeconds);
  return usual ?? Math.max(1, Number(seenSeconds.toPrecision(2)));
}

/** A watched rate is one moment's: the busy hour may be twice that. */
export function aroundRate(rate: number): Quantity {
  const mid = Math.max(0.01, rate);
  return { low: Number((0.7 * mid).toPrecision(4)), mid, high: 2 * mid, confidence: 0.9 };
}

/** Twitter's production clusters (Yang and others, OSDI 2020): 10th, 50th, 90th percentile. */
const USUAL_ALPHA: Quantity = { low: 0.6, mid: 1.2, high: 1.9, confidence: 0.8 };

/** The exponent with which the model gives the hit ratio that was seen. */
export function fitAlpha(seen: {
  readonly hitRatio: number | undefined;
  readonly rate: number;
  readonly keyCount: number;
  readonly ttlSeconds: number;
}): Quantity {
  const { hitRatio, rate, keyCount, ttlSeconds } = seen;
  if (hitRatio === undefined || hitRatio <= 0 || hitRatio >= 1 || rate <= 0) return USUAL_ALPHA;
  let [low, high] = [0, 3];
  for (let step = 0; step < 40; step += 1) {
    const zipfAlpha = (low + high) / 2;
    const demand = zipfDemand({
      lookupsPerSecond: rate,
      keyCount,
      zipfAlpha,
      ttlSeconds,
      entryBytes: 1,
    });
    if (demand.at(NEVER_EVICTED).hitRatio < hitRatio) low = zipfAlpha;
    else high = zipfAlpha;
  }
  const mid = Number(((low + high) / 2).toFixed(3));
  return { low: Math.max(0, mid - 0.15), mid, high: mid + 0.15, confidence: 0.9 };
}
