/** Ctrl-C and SIGTERM as a signal that a run can watch. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back. */
  forget(): void;
}

/**
 * The first Ctrl-C asks the run to stop and to keep its record; the second ends the process at
 * once, with `exitNow` (the hooks that end our servers still run).
 */
export function watchInterruption(say: (line: string) => void, exitNow: () => void): Interruption {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) {
      exitNow();
      return;
    }
    say('stopping, the record is kept; once more ends at once');
    controller.abort();
  };

  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    forget() {
      process.removeListener('SIGINT', onSignal);
      process.removeListener('SIGTERM', onSignal);
    },
  };
}
