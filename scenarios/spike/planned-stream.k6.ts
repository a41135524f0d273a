/** A stream of requests, or of small batches of them, at an even pace, planned ahead of time. */
export interface PlannedStream {
  readonly ratePerSecond: number;
  readonly durationMs: number;
  /** Called before each step, some fifty times a second. */
  onStep(nowMs: number): void;
  /** Plans the n-th request for a moment of the wall clock. */
  plan(n: number, dueAtMs: number): void;
}

/**
 * Requests are planned this far ahead, and so often. A pause of the script that is longer than the
 * difference makes them late, which the samples show.
 */
const AHEAD_MS = 80;
const STEP_MS = 20;

/** Plays a stream within one iteration, which lasts as long as the stream. */
export function playStream(stream: PlannedStream): void {
  const { ratePerSecond, durationMs, plan, onStep } = stream;
  const startedMs = Date.now();
  const firstAtMs = startedMs + AHEAD_MS;
  const periodMs = 1000 / ratePerSecond;
  let n = 0;
  const step = () => {
    const nowMs = Date.now();
    onStep(nowMs);
    for (; firstAtMs + n * periodMs < nowMs + AHEAD_MS; n++) plan(n, firstAtMs + n * periodMs);
    if (nowMs < startedMs + durationMs - STEP_MS) setTimeout(step, STEP_MS);
  };
  step();
}
