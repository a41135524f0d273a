import type { GroupFigures, RunFigures, TenantFigures } from './figures.ts';

/** One figure, as it was and as the simulator has it. */
export interface ComparedFigure {
  readonly live: number;
  readonly predicted: number;
  /** Relative, or in percentage points for a miss ratio. */
  readonly errorPercent: number;
  /** Largest error that is accepted; null where none is promised: the figure is shown only. */
  readonly boundPercent: number | null;
  readonly isMet: boolean;
}

export const FIGURE_NAMES = ['mean', 'p99', 'misses', 'throttled', 'evicted'] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

/** One group of tenants of one workload. */
export interface ComparedGroup {
  readonly group: string;
  readonly figures: Readonly<Record<FigureName, ComparedFigure>>;
  /** Shown, never judged: answers from the cache alone, and those that took a load. */
  readonly shown: Readonly<Record<'hitMean' | 'hitP99' | 'loadedMean', ComparedFigure>>;
}

/** What is promised, in per cent (percentage points for misses). */
export const BOUNDS: Readonly<Record<FigureName, number>> = {
  mean: 10,
  p99: 20,
  misses: 0.5,
  throttled: 1,
  evicted: 1,
};

/** From here on P99 is the queue's, and is not promised. */
export const BUSY_SHARE_MAX = 0.8;

/** Counts that differ by one request are not further apart than a clock's grain. */
const COUNTS_APART = 1;

/** Every group of a workload, live against predicted. Misses are those of the worst tenant. */
export function compareRun(
  live: RunFigures,
  predicted: RunFigures,
  tierOf: (tenant: string) => string,
): ComparedGroup[] {
  const isBusy = live.backendBusyShare >= BUSY_SHARE_MAX;
  return live.groups.map((group): ComparedGroup => {
    const other = predicted.groups.find((one) => one.group === group.group) as GroupFigures;
    const tenants = live.tenants.filter(
      ({ tenant }) => group.group === 'all' || tierOf(tenant) === group.group,
    );
    return {
      group: group.group,
      figures: {
        mean: relative(group.answered.meanUs, other.answered.meanUs, BOUNDS.mean),
        p99: relative(group.answered.p99Us, other.answered.p99Us, isBusy ? null : BOUNDS.p99),
        misses: worstMisses(tenants, predicted.tenants),
        throttled: counts(group.throttledCount, other.throttledCount, BOUNDS.throttled),
        evicted: counts(group.evictedCount, other.evictedCount, BOUNDS.evicted),
      },
      shown: {
        hitMean: relative(group.hits.meanUs, other.hits.meanUs, null),
        hitP99: relative(group.hits.p99Us, other.hits.p99Us, null),
        loadedMean: relative(group.loaded.meanUs, other.loaded.meanUs, null),
      },
    };
  });
}

function relative(live: number, predicted: number, boundPercent: number | null): ComparedFigure {
  const errorPercent = 100 * (predicted / live - 1);
  return {
    live,
    predicted,
    errorPercent,
    boundPercent,
    isMet: isWithin(errorPercent, boundPercent),
  };
}

function counts(live: number, predicted: number, boundPercent: number): ComparedFigure {
  const isSame = Math.abs(live - predicted) <= COUNTS_APART;
  const errorPercent = live === predicted ? 0 : 100 * (predicted / live - 1);
  const isMet = isSame || isWithin(errorPercent, boundPercent);
  return { live, predicted, errorPercent, boundPercent, isMet };
}

function worstMisses(
  live: readonly TenantFigures[],
  predicted: readonly TenantFigures[],
): ComparedFigure {
  const compared = live.map(({ tenant, missRatio }) => {
    const other = predicted.find((one) => one.tenant === tenant)?.missRatio ?? Number.NaN;
    return { live: missRatio, predicted: other, errorPercent: 100 * (other - missRatio) };
  });
  // A ratio that is no number is the worst of all: it is met by nothing.
  const badness = ({ errorPercent }: { errorPercent: number }) =>
    Number.isNaN(errorPercent) ? Number.POSITIVE_INFINITY : Math.abs(errorPercent);
  const worst = compared.reduce((most, one) => (badness(one) > badness(most) ? one : most));
  const boundPercent = BOUNDS.misses;
  return { ...worst, boundPercent, isMet: isWithin(worst.errorPercent, boundPercent) };
}

/** An error that is no number is within no bound. */
function isWithin(errorPercent: number, boundPercent: number | null): boolean {
  return boundPercent === null || Math.abs(errorPercent) <= boundPercent;
}
