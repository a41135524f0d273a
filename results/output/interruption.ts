/** Ctrl-C, SIGTERM and a terminal that is closed, as a signal that a run can watch. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back. */
  forget(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** `npx`, `timeout` and terminals pass one Ctrl-C on twice: signals this close are one. */
const SAME_SIGNAL_MS = 1_000;

/**
 * The first Ctrl-C asks the run to stop and to keep its record; the second, a second later
 * or more, ends the process at once, with `exitNow` (the hooks that end our servers still run).
 */
export function watchInterruption(say: (line: string) => void, exitNow: () => void): Interruption {
  const controller = new AbortController();
  let firstAtMs = 0;
  const onSignal = () => {
    if (controller.signal.aborted) {
      if (performance.now() - firstAtMs >= SAME_SIGNAL_MS) exitNow();
      return;
    }
    firstAtMs = performance.now();
    say('stopping: what was measured is kept; once more ends at once');
    controller.abort();
  };

  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    forget() {
      for (const signal of SIGNALS) process.removeListener(signal, onSignal);
    },
  };
}
