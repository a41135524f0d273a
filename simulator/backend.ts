import { NumberHeap } from './number-heap.ts';
import type { BackendOptions } from './options.ts';
import type { RandomStream } from './random-stream.ts';
import { drawServiceUs } from './service-time.ts';

/** What `submit` answers where all workers are busy and the queue is full. */
export const REFUSED = -1;

/**
 * The shared back-end: a fixed number of workers behind one bounded first-in-first-out queue, as
 * the stand-in of the live runs. A load's whole fate is known when it comes (Kiefer and Wolfowitz's
 * recursion), so that it takes no event of its own; loads must come in the order of time.
 */
export class Backend {
  private readonly options: BackendOptions;
  private readonly random: RandomStream;
  private readonly workerFreeUs: NumberHeap;
  /** When each waiting load leaves the queue, for a worker or for good. */
  private readonly waitingUntilUs = new NumberHeap(64);
  /** Factor on service times, for faults. */
  slowFactor = 1;
  busyUs = 0;
  servedCount = 0;
  refusedCount = 0;
  abandonedCount = 0;
  queuedPeak = 0;

  constructor(options: BackendOptions, random: RandomStream) {
    this.options = options;
    this.random = random;
    this.workerFreeUs = new NumberHeap(options.workers);
    for (let worker = 0; worker < options.workers; worker += 1) this.workerFreeUs.push(0);
  }

  /**
   * When the load that arrives is done, in microseconds, or `REFUSED`. A load still queued when its
   * client gives up leaves the queue; one in service keeps its worker, as a database that is
   * already computing would.
   *
   * @param givesUpUs when the client stops waiting
   */
  submit(nowUs: number, givesUpUs: number): number {
    const { waitingUntilUs, workerFreeUs } = this;
    while (waitingUntilUs.smallest() <= nowUs) waitingUntilUs.dropSmallest();
    const freeUs = workerFreeUs.smallest();
    let startUs = nowUs;
    if (freeUs > nowUs) {
      if (waitingUntilUs.size >= this.options.queueMax) {
        this.refusedCount += 1;
        return REFUSED;
      }
      startUs = freeUs;
      waitingUntilUs.push(Math.min(startUs, givesUpUs));
      if (waitingUntilUs.size > this.queuedPeak) this.queuedPeak = waitingUntilUs.size;
      if (startUs > givesUpUs) {
        this.abandonedCount += 1;
        return Number.POSITIVE_INFINITY;
      }
    }
    const { serviceMs, serviceShape } = this.options;
    const serviceUs = drawServiceUs(serviceMs * 1000 * this.slowFactor, serviceShape, this.random);
    workerFreeUs.replaceSmallest(startUs + serviceUs);
    this.busyUs += serviceUs;
    this.servedCount += 1;
    return startUs + serviceUs;
  }
}
