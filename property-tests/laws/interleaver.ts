import { Violation } from './law.ts';

/** Turns of the event loop without any progress before waiting is given up, in real time. */
const TURN_MS = 1;

interface Waiting {
  readonly label: string;
  readonly go: () => void;
}

/**
 * Runs concurrent work one step at a time. Whoever reaches a `pause` waits until it is picked; the
 * drawn choices say who is, so that a schedule is plain data, shrinks, and can be run again.
 */
export class Interleaver {
  private waiting: Waiting[] = [];
  private readonly choices: readonly number[];
  private pickCount = 0;
  /** Calls on their way through something real, whose return has to be awaited. */
  private busyCount = 0;

  /** @param choices used in turn, and again from the start when they run out; none: first come */
  constructor(choices: readonly number[]) {
    this.choices = choices;
  }

  readonly pause = (label: string): Promise<void> =>
    new Promise((go) => {
      this.waiting.push({ label, go });
    });

  /** A timer goes off at any moment, but never before it is set. */
  readonly after = (_delayMs: number, run: () => void): (() => void) => {
    const timer = { label: 'a timer', go: run };
    this.waiting.push(timer);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== timer);
    };
  };

  /** Marks real work, during which nobody is picked. */
  async busy<T>(work: () => Promise<T>): Promise<T> {
    this.busyCount += 1;
    try {
      return await work();
    } finally {
      this.busyCount -= 1;
    }
  }

  /** Picks until the work is done. @throws Violation where it waits for nothing that can happen */
  async run<T>(work: Promise<T>, patienceMs: number): Promise<T> {
    let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
    work.then(
      (value) => {
        outcome = { value };
      },
      (error: unknown) => {
        outcome = { error };
      },
    );
    for (;;) {
      await this.settle(patienceMs);
      if (outcome !== undefined) break;
      const next = this.pick();
      if (next === undefined) throw new Violation('requests wait for something that never comes');
      next.go();
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  private pick(): Waiting | undefined {
    if (this.waiting.length === 0) return undefined;
    const choice = this.choices[this.pickCount % this.choices.length] ?? 0;
    this.pickCount += 1;
    const [picked] = this.waiting.splice(choice % this.waiting.length, 1);
    return picked;
  }

  /** Lets everything run that needs no pick. */
  private async settle(patienceMs: number): Promise<void> {
    await turn();
    if (this.busyCount === 0) return;
    const giveUpAt = performance.now() + patienceMs + TURN_MS;
    while (this.busyCount > 0 && performance.now() < giveUpAt) await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
