import { failureCount } from '../counters.ts';
import { type Observer, type StepView, type Violation, ViolationList } from './observer.ts';

/** Share of requests that may fail in a step once a fault is over and forgotten. */
const FAILED_MAX = 0.01;
/** Fewer requests in a step say nothing. */
const REQUESTS_MIN = 200;

export interface RecoveryScope {
  /** Whether the time for recovery is over, since the last fault. */
  isCalm(fromUs: number, toUs: number): boolean;
  /** The load has ended before the run has: by then everything under way must have ended too. */
  readonly isDrained: boolean;
}

/**
 * After the last fault, and a time to recover, requests no longer fail; and when nobody asks any
 * more, no request and no load is left under way: nothing is stuck. Smallest histories that break
 * it: a calm step with 200 requests of which 3 fail; the end of a drained run with one load left.
 * How fast the hit ratio comes back is left out: that is the load's to decide.
 */
export class RecoveryChecker implements Observer {
  readonly name = 'recovery';
  private readonly scope: RecoveryScope;
  private lastUs = 0;
  private readonly found = new ViolationList(this.name);

  constructor(scope: RecoveryScope) {
    this.scope = scope;
  }

  stepEnded({ atUs, isLast, holdings, stepCounts, unfinishedCount, loadCount }: StepView): void {
    const fromUs = this.lastUs;
    this.lastUs = atUs;
    if (this.scope.isCalm(fromUs, atUs)) {
      const counts = holdings.map((_, tenant) => stepCounts(tenant));
      const requests = counts.reduce((sum, one) => sum + one.requests, 0);
      const failed = counts.reduce((sum, one) => sum + failureCount(one), 0);
      if (requests >= REQUESTS_MIN && failed > FAILED_MAX * requests) {
        this.found.add(atUs, -1, `${failed} of ${requests} requests failed, with no fault about`);
      }
    }
    if (isLast && this.scope.isDrained && unfinishedCount + loadCount > 0) {
      const left = `${unfinishedCount} requests and ${loadCount} loads`;
      this.found.add(atUs, -1, `nobody asks any more, and ${left} are still under way`);
    }
  }

  get violations(): readonly Violation[] {
    return this.found.items;
  }
}
