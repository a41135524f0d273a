import { failureCount } from '../counters.ts';
import { type Observer, type StepView, type Violation, ViolationList } from './observer.ts';

/** A recount looks at every entry: not at the end of each of many steps. */
const RECOUNTS_MAX = 8;

/**
 * What a tenant's account says is what its entries come to, counted one by one; and every request
 * has exactly one end: hit, load, throttled or failed, but for those under way. Smallest histories
 * that break it: an account of 101 bytes over one entry of 100; two requests, three ends.
 */
export class AccountingChecker implements Observer {
  readonly name = 'accounting';
  private readonly everySteps: number;
  private step = 0;
  private readonly found = new ViolationList(this.name);

  constructor(stepCount: number) {
    this.everySteps = Math.max(1, Math.ceil(stepCount / RECOUNTS_MAX));
  }

  stepEnded(view: StepView): void {
    this.step += 1;
    if (!view.isLast && this.step % this.everySteps !== 0) return;
    this.checkHoldings(view);
    this.checkEnds(view);
  }

  private checkHoldings({ atUs, holdings, recount }: StepView): void {
    holdings.forEach(({ usageBytes, entryCount }, tenant) => {
      const counted = recount(tenant);
      if (counted.usageBytes !== usageBytes || counted.entryCount !== entryCount) {
        const account = `${usageBytes} bytes, ${entryCount} entries`;
        const are = `${counted.usageBytes} bytes, ${counted.entryCount} entries`;
        this.found.add(atUs, tenant, `the account says ${account}; there are ${are}`);
      }
    });
  }

  private checkEnds({ atUs, holdings, totalCounts, unfinishedCount }: StepView): void {
    let openCount = 0;
    holdings.forEach((_, tenant) => {
      const counts = totalCounts(tenant);
      const { requests, hits, loaded, throttledByStore, throttledLocally } = counts;
      const ended = hits + loaded + throttledByStore + throttledLocally + failureCount(counts);
      if (ended > requests) {
        this.found.add(atUs, tenant, `${requests} requests came to ${ended} ends`);
      }
      openCount += Math.max(0, requests - ended);
    });
    // Refreshes, and rejections being noted, are under way too, but of no request.
    if (openCount > unfinishedCount) {
      this.found.add(
        atUs,
        -1,
        `${openCount} requests without an end, ${unfinishedCount} under way`,
      );
    }
  }

  get violations(): readonly Violation[] {
    return this.found.items;
  }
}
