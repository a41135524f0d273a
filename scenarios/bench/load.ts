/** Requests in flight at once: what keeps a client and Redis busy without a queue of its own. */
const CONCURRENCY = 50;

/** Requests a second, `count` of them with at most 50 in flight; `ask` gets numbers from 0. */
export async function throughput(
  count: number,
  ask: (n: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < count; n = next++) await ask(n);
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return (1000 * count) / (performance.now() - startedMs);
}

/** Milliseconds that a share of `count` requests, one after the other, takes at most. */
export async function latencyQuantile(
  share: number,
  count: number,
  ask: (n: number) => Promise<unknown>,
  /** Before each request, not timed. */
  prepare: (n: number) => Promise<unknown> = async () => {},
): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    await prepare(n);
    const startedMs = performance.now();
    await ask(n);
    times.push(performance.now() - startedMs);
  }
  return quantile(times, share);
}

/** The smallest value that at least `share` of all do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

/** Microseconds of one of `count` calls in a row, nothing else running. */
export async function timePerCallUs(
  count: number,
  call: (n: number) => unknown | Promise<unknown>,
): Promise<number> {
  const startedMs = performance.now();
  for (let n = 0; n < count; n += 1) await call(n);
  return (1000 * (performance.now() - startedMs)) / count;
}

/** The same for functions that return at once; their results are used, so that none is left out. */
export function timePerPlainCallUs(count: number, call: (n: number) => number): number {
  let sum = 0;
  const startedMs = performance.now();
  for (let n = 0; n < count; n += 1) sum += call(n);
  const tookMs = performance.now() - startedMs;
  if (Number.isNaN(sum)) throw new Error('a benchmark came to no number');
  return (1000 * tookMs) / count;
}
