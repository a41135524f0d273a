/**
 * One Redis server: commands are served one after the other, in the order in which they arrive
 * (Lindley's recursion). A command's start and end are known when it comes, so that it takes no
 * event; commands must come in the order of time.
 */
export class ShardServer {
  private freeUs = 0;
  /** Start of the command served last. */
  startUs = 0;
  busyUs = 0;
  commandCount = 0;
  /** Factor on service times, for faults. */
  slowFactor = 1;
  /** Connections are refused until then. */
  downUntilUs = 0;
  /** Sum of what the tenants on it are charged. */
  usedBytes = 0;

  /** Takes a command in; when it starts, it is executed: see `startUs`. */
  begin(arrivalUs: number): number {
    this.startUs = arrivalUs > this.freeUs ? arrivalUs : this.freeUs;
    return this.startUs;
  }

  /** Ends the command begun last; when its reply leaves the server. */
  finish(serviceUs: number): number {
    const busyUs = serviceUs * this.slowFactor;
    this.busyUs += busyUs;
    this.commandCount += 1;
    this.freeUs = this.startUs + busyUs;
    return this.freeUs;
  }

  /** Nothing is served before `untilUs`: a fork, a slow command of somebody else, a pause. */
  block(untilUs: number): void {
    if (untilUs > this.freeUs) this.freeUs = untilUs;
  }

  isDown(nowUs: number): boolean {
    return nowUs < this.downUntilUs;
  }
}
