import type { Counts } from '../counters.ts';

/** Evidence that something which was promised did not hold. */
export interface Violation {
  readonly checker: string;
  /** Virtual time, in microseconds. */
  readonly atUs: number;
  /** Index of the tenant it concerns; -1 where it is none's alone. */
  readonly tenant: number;
  readonly message: string;
}

/** What a tenant holds: as its account has it, or counted entry by entry. */
export interface Holding {
  readonly usageBytes: number;
  readonly entryCount: number;
}

/** What can be seen of a deployment at the end of a step of its time-line. */
export interface StepView {
  readonly atUs: number;
  /** The run is over. */
  readonly isLast: boolean;
  readonly holdings: readonly Holding[];
  /** The same, counted: costs a look at every entry of the tenant. */
  recount(tenant: number): Holding;
  /** What happened to a tenant within the step, and since the start. */
  stepCounts(tenant: number): Counts;
  totalCounts(tenant: number): Counts;
  /** Requests of callers not yet answered, loads under way. */
  readonly unfinishedCount: number;
  readonly loadCount: number;
}

/**
 * Watches a run. A checker has a small model of its own, sees what happens and says what should not
 * have happened; it changes nothing, and draws no random numbers. What it does not look for is left
 * out of it.
 */
export interface Observer {
  readonly name: string;
  /**
   * A request was answered from the cache.
   * @param owner whose value it was
   * @param ttlRemainingMs of the entry's life by the policy's clock
   */
  hit?(atUs: number, tenant: number, owner: number, key: number, ttlRemainingMs: number): void;
  /** A value was stored whose load began at `loadedFromUs`. */
  stored?(atUs: number, tenant: number, key: number, loadedFromUs: number): void;
  /** The tenant's entries were invalidated: what was loaded before may not be served after. */
  invalidated?(atUs: number, tenant: number): void;
  stepEnded?(view: StepView): void;
  readonly violations: readonly Violation[];
}

/** A run that breaks a promise at every request shall not fill the memory. */
const VIOLATIONS_MAX = 100;

/** Violations of one checker, the first hundred. */
export class ViolationList {
  readonly items: Violation[] = [];
  private readonly checker: string;

  constructor(checker: string) {
    this.checker = checker;
  }

  add(atUs: number, tenant: number, message: string): void {
    if (this.items.length === VIOLATIONS_MAX) return;
    this.items.push({ checker: this.checker, atUs, tenant, message });
  }
}
