import type { Progress } from '../../results/output/progress.ts';

export interface Telling {
  readonly durationMs: number;
  /** A bar may move with every step; in a log each step would be a line. */
  readonly isTerminal: boolean;
}

/** Lines of a whole proof in a log. */
const LINES_MAX = 16;
/** In a long one nobody should wonder whether it still runs. */
const SILENCE_MS_MAX = 60_000;

/** Tells on which law a proof is, as often as somebody may want to know. */
export function tellSteps(
  progress: Pick<Progress, 'advance'>,
  { durationMs, isTerminal }: Telling,
): (doing: string, doneMs: number) => void {
  const intervalMs = isTerminal ? 0 : Math.min(SILENCE_MS_MAX, durationMs / LINES_MAX);
  let nextAtMs = 0;
  return (doing, doneMs) => {
    if (doneMs < nextAtMs) return;
    nextAtMs = doneMs + intervalMs;
    progress.advance(Math.floor(doneMs / 1000), Math.ceil(durationMs / 1000), doing);
  };
}
