interface Timer {
  readonly dueMs: number;
  readonly run: () => void;
}

/** A clock that stands still until a trial moves it, with the timers that hang on it. */
export class VirtualTime {
  /** Milliseconds; any moment will do. */
  nowMs = 1_764_000_000_000;
  private readonly timers = new Set<Timer>();

  readonly read = (): number => this.nowMs;

  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { dueMs: this.nowMs + delayMs, run };
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
    };
  };

  /** Moves the clock; what falls due on the way runs in order, `settle` after each. */
  async advance(ms: number, settle: () => Promise<void>): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const due = this.firstDue(untilMs);
      if (due === undefined) break;
      this.timers.delete(due);
      this.nowMs = Math.max(this.nowMs, due.dueMs);
      due.run();
      await settle();
    }
    this.nowMs = untilMs;
  }

  private firstDue(untilMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.dueMs <= untilMs && (first === undefined || timer.dueMs < first.dueMs)) {
        first = timer;
      }
    }
    return first;
  }
}
