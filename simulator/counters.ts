/**
 * Counts of what happened, one a column; a row is one tenant in one step of the time-line. A
 * request is counted in the step in which it was scheduled or settled, whichever the column says.
 */
export const COUNTER_NAMES = [
  /** Scheduled, further tries not counted. */
  'requests',
  'hits',
  /** Lookups that found nothing. */
  'misses',
  /** Misses answered by the back-end, by an own or by a shared load. */
  'loaded',
  'shared',
  /** Rejected by the store's admission, by the local deny list, by the local share of the limit. */
  'throttledByStore',
  'throttledLocally',
  /** Requests that came to nothing, by the reason. */
  'failedDeadline',
  'failedBackend',
  'failedStore',
  'failedOverload',
  'stored',
  /** Fills that the policy or the server refused. */
  'refused',
  'evicted',
  'expired',
  'invalidated',
  /** Entries that the server itself evicted at maxmemory. */
  'serverEvicted',
  /** Answers that belonged to another tenant. */
  'foreign',
  'retries',
  'refreshes',
  /** Sum over answered requests, in microseconds. */
  'latencySumUs',
] as const;
export type CounterName = (typeof COUNTER_NAMES)[number];
export type Counts = Readonly<Record<CounterName, number>>;

export const COLUMNS = COUNTER_NAMES.length;

/** Column of each count; numbers of their own, so that the hot path reads constants. */
export const REQUESTS = 0;
export const HITS = 1;
export const MISSES = 2;
export const LOADED = 3;
export const SHARED = 4;
export const THROTTLED_BY_STORE = 5;
export const THROTTLED_LOCALLY = 6;
export const FAILED_DEADLINE = 7;
export const FAILED_BACKEND = 8;
export const FAILED_STORE = 9;
export const FAILED_OVERLOAD = 10;
export const STORED = 11;
export const REFUSED_FILL = 12;
export const EVICTED = 13;
export const EXPIRED = 14;
export const INVALIDATED = 15;
export const SERVER_EVICTED = 16;
export const FOREIGN = 17;
export const RETRIES = 18;
export const REFRESHES = 19;
export const LATENCY_SUM_US = 20;

/** The counts of all tenants in all steps. */
export class CounterTable {
  readonly cells: Float64Array;
  private readonly tenantCount: number;
  /** Where the present step's rows begin. */
  private base = 0;

  constructor(stepCount: number, tenantCount: number) {
    this.tenantCount = tenantCount;
    this.cells = new Float64Array(stepCount * tenantCount * COLUMNS);
  }

  enterStep(step: number): void {
    this.base = step * this.tenantCount * COLUMNS;
  }

  add(tenant: number, column: number, amount: number): void {
    const at = this.base + tenant * COLUMNS + column;
    this.cells[at] = (this.cells[at] as number) + amount;
  }

  /** Sums over some tenants and over the steps from `fromStep` up to, not including, `toStep`. */
  sum(tenants: Iterable<number>, fromStep: number, toStep: number): Counts {
    const sums = new Float64Array(COLUMNS);
    for (const tenant of tenants) {
      for (let step = fromStep; step < toStep; step += 1) {
        const row = (step * this.tenantCount + tenant) * COLUMNS;
        for (let column = 0; column < COLUMNS; column += 1) {
          sums[column] = (sums[column] as number) + (this.cells[row + column] as number);
        }
      }
    }
    const named = COUNTER_NAMES.map((name, column) => [name, sums[column] as number]);
    return Object.fromEntries(named) as Counts;
  }
}

/** Requests that came to nothing. */
export function failureCount(counts: Counts): number {
  const { failedDeadline, failedBackend, failedStore, failedOverload } = counts;
  return failedDeadline + failedBackend + failedStore + failedOverload;
}

/** Hits over lookups that were admitted; undefined without any. */
export function hitRatio(counts: Counts): number | undefined {
  const lookups = counts.hits + counts.misses;
  return lookups === 0 ? undefined : counts.hits / lookups;
}
