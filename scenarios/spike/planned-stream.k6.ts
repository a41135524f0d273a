/** A stream of requests, or of small batches of them, planned ahead of time. */
export interface PlannedStream {
  /** The moments of the requests, one a call, from the first one on. */
  readonly moments: (firstAtMs: number) => () => number;
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

/** At an even pace. Counted from the first one: the error of a sum would grow. */
export function evenly(ratePerSecond: number): PlannedStream['moments'] {
  const periodMs = 1000 / ratePerSecond;
  return (firstAtMs) => {
    let n = 0;
    return () => firstAtMs + n++ * periodMs;
  };
}

/**
 * At a pace that changes with time: evenly, and anew from each moment at which it changes.
 * @param changeAfter when the pace may change next
 */
export function paced(
  rateAt: (atMs: number) => number,
  changeAfter: (atMs: number) => number,
): PlannedStream['moments'] {
  return (firstAtMs) => {
    let nextMs = firstAtMs;
    return () => {
      const dueAtMs = nextMs;
      const rate = rateAt(dueAtMs);
      const changeMs = changeAfter(dueAtMs);
      nextMs = dueAtMs + 1000 / rate;
      if (nextMs > changeMs && (rate === 0 || rateAt(changeMs) !== rate)) nextMs = changeMs;
      return dueAtMs;
    };
  };
}

/** Plays a stream within one iteration, which lasts as long as the stream. */
export function playStream(stream: PlannedStream): void {
  const { durationMs, plan, onStep } = stream;
  const startedMs = Date.now();
  const nextMs = stream.moments(startedMs + AHEAD_MS);
  let n = 0;
  let dueAtMs = nextMs();
  const step = () => {
    const nowMs = Date.now();
    onStep(nowMs);
    for (; dueAtMs < nowMs + AHEAD_MS; dueAtMs = nextMs()) plan(n++, dueAtMs);
    if (nowMs < startedMs + durationMs - STEP_MS) setTimeout(step, STEP_MS);
  };
  step();
}
