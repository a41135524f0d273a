import { decodeHistogram } from '../../../results/histogram.ts';
import type { StressRecord } from '../../../results/schema.ts';
import { type DraftSpec, type DraftTenant, draftSpec } from './draft-spec.ts';
import { aroundRate, fitAlpha } from './spec-from-reading.ts';

/** What a load run saw of one tenant in its undisturbed windows. */
interface Seen {
  hits: number;
  misses: number;
  observedHits: number;
  seconds: number;
}

/** Life of an entry where a record does not say: as long as the run lets it. */
const TTL_SECONDS = 3_600;

/**
 * A draft spec of a live run: rates and hit ratios by tenant from the windows without a spike, the
 * back-end's times from the response times of misses. Sizes and keys are the run's own invention
 * and cannot be taken over: they come as intervals.
 */
export function specFromRecord(record: StressRecord, name: string): DraftSpec {
  const windows = record.rounds
    .filter((round) => !round.discarded)
    .flatMap((round) => round.windows)
    .filter((window) => window.arm === 'baseline');
  const seen = new Map<string, Seen>();
  const missTimes = [];
  for (const window of windows) {
    for (const { tenant, hit, miss, observedHitCount } of window.neighbours) {
      const one = seen.get(tenant) ?? { hits: 0, misses: 0, observedHits: 0, seconds: 0 };
      const hits = decodeHistogram(hit.histogram);
      const misses = decodeHistogram(miss.histogram);
      one.hits += hits.totalCount + hit.failedCount;
      one.misses += misses.totalCount + miss.failedCount;
      one.observedHits += observedHitCount;
      one.seconds += window.durationMs / 1_000;
      seen.set(tenant, one);
      missTimes.push(misses);
    }
  }
  const [merged, ...others] = missTimes;
  for (const other of others) merged?.add(other);
  const backend =
    merged === undefined || merged.totalCount === 0
      ? undefined
      : {
          p50Ms: merged.getValueAtPercentile(50) / 1_000,
          p95Ms: merged.getValueAtPercentile(95) / 1_000,
        };
  return draftSpec({
    name,
    notes: [
      `from the run ${record.scenario} of ${record.startedAt}, ${windows.length} windows without a spike`,
      'sizes and keys are not in a record of a load run: the intervals are guesses',
    ],
    tenants: [...seen].map(([tenant, one]) => draftTenant(tenant, one)),
    fragmentation: undefined,
    replicas: undefined,
    commandUs: undefined,
    maxmemoryBytes: undefined,
    backend,
  });
}

function draftTenant(tenant: string, { hits, misses, observedHits, seconds }: Seen): DraftTenant {
  const rate = seconds === 0 ? 0 : (hits + misses) / seconds;
  const hitRatio = hits + misses === 0 ? undefined : observedHits / (hits + misses);
  const keyCount = { low: 1_000, mid: 10_000, high: 100_000, confidence: 0.9 };
  return {
    name: tenant,
    lookupsPerSecond: aroundRate(rate),
    isRateGuessed: false,
    keyCount,
    zipfAlpha: fitAlpha({ hitRatio, rate, keyCount: keyCount.mid, ttlSeconds: TTL_SECONDS }),
    keyBytes: 40,
    valueBytes: 1_000,
    ttlSeconds: TTL_SECONDS,
    hitRatio,
  };
}
