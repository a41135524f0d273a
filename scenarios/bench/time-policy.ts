import { type Calls, POLICY_CALLS } from './policy-calls.ts';
import { shuffled } from './shuffle.ts';

export interface PolicyTiming {
  readonly nowMs: () => number;
  /** Uniform in 0..1: the order of the functions within a batch. */
  readonly draw: () => number;
  /** What a function is called for in one batch. */
  readonly batchMs: number;
  readonly batches: number;
  /** What it is called for before, so that the engine has compiled it. */
  readonly warmUpMs: number;
  /** Names of `POLICY_CALLS`. */
  readonly names: readonly string[];
}

/**
 * Microseconds a call: the median over batches. In each batch every function runs for a moment, in
 * an order drawn anew, so that a host that slows down meanwhile slows all of them.
 */
export function timePolicy(timing: PolicyTiming): Record<string, number> {
  const { nowMs, draw, batches, names } = timing;
  const functions = names.map((name) => {
    const call = POLICY_CALLS[name]?.();
    if (call === undefined) throw new Error(`no policy function ${name}`);
    return { name, call, count: warmUp(call, timing), figures: [] as number[] };
  });
  for (let batch = 0; batch < batches; batch += 1) {
    for (const { call, count, figures } of shuffled(functions, draw)) {
      const startedMs = nowMs();
      call(count);
      figures.push((1000 * (nowMs() - startedMs)) / count);
    }
  }
  return Object.fromEntries(functions.map(({ name, figures }) => [name, median(figures)]));
}

/** Doubles the count until a batch is long enough; the count that a batch then needs. */
function warmUp(call: Calls, { nowMs, batchMs, warmUpMs }: PolicyTiming): number {
  const beganMs = nowMs();
  let count = 16;
  for (;;) {
    const startedMs = nowMs();
    call(count);
    const tookMs = nowMs() - startedMs;
    if (tookMs < batchMs) count *= 2;
    else if (nowMs() - beganMs >= warmUpMs) return Math.ceil((count * batchMs) / tookMs);
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return (low + high) / 2;
}
