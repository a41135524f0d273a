import { type Lognormal, lognormalBelow, lognormalMean, lognormalScv } from './normal.ts';

/** A server thread under Poisson arrivals. */
export interface ThreadLoad {
  readonly arrivalsPerSecond: number;
  readonly serviceUsMean: number;
  /** Squared coefficient of variation of the service time. */
  readonly serviceScv: number;
}

/**
 * Spread of the service times of one kind of command: sizes and the system's own doings. Taken as
 * half way between constant and exponential.
 */
const SCV_WITHIN = 0.5;

/** The mixture of lookups and puts that one thread serves. */
export function mixOf(
  lookups: { readonly perSecond: number; readonly us: number },
  puts: { readonly perSecond: number; readonly us: number },
): ThreadLoad {
  const arrivalsPerSecond = lookups.perSecond + puts.perSecond;
  if (arrivalsPerSecond === 0)
    return { arrivalsPerSecond: 0, serviceUsMean: lookups.us, serviceScv: SCV_WITHIN };
  const mean = (lookups.perSecond * lookups.us + puts.perSecond * puts.us) / arrivalsPerSecond;
  const second =
    ((1 + SCV_WITHIN) * (lookups.perSecond * lookups.us ** 2 + puts.perSecond * puts.us ** 2)) /
    arrivalsPerSecond;
  return { arrivalsPerSecond, serviceUsMean: mean, serviceScv: second / mean ** 2 - 1 };
}

export function utilisationOf({ arrivalsPerSecond, serviceUsMean }: ThreadLoad): number {
  return (arrivalsPerSecond * serviceUsMean) / 1e6;
}

/** Mean wait in M/G/1 (Pollaczek and Khinchine); infinite from full load on. */
export function meanWaitUs(load: ThreadLoad): number {
  const utilisation = utilisationOf(load);
  if (utilisation >= 1) return Number.POSITIVE_INFINITY;
  return (utilisation * load.serviceUsMean * (1 + load.serviceScv)) / (2 * (1 - utilisation));
}

/**
 * A high quantile of the response time: those who wait do so exponentially, which is the heavy-traffic
 * limit of M/G/1 and errs by some per cent below it.
 */
export function responseQuantileUs(load: ThreadLoad, quantile: number): number {
  const utilisation = utilisationOf(load);
  if (utilisation >= 1) return Number.POSITIVE_INFINITY;
  if (utilisation === 0) return load.serviceUsMean;
  const meanOfWaiting = meanWaitUs(load) / utilisation;
  const wait = meanOfWaiting * Math.log(Math.max(1, utilisation / (1 - quantile)));
  return load.serviceUsMean + wait;
}

/** Where a hit stops being a matter of one millisecond: the promise "sub-millisecond hits". */
export const KNEE_P99_US = 1_000;
/** Beyond this, a thread is full: what is left goes to expiry, persistence and the kernel. */
export const KNEE_UTILISATION = 0.95;

/** The arrivals at which the thread's P99 reaches the bound, or the thread is full. */
export function kneePerSecond(load: ThreadLoad, p99Us = KNEE_P99_US): number {
  const full = (KNEE_UTILISATION * 1e6) / load.serviceUsMean;
  let low = 0;
  let high = full;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    const at = { ...load, arrivalsPerSecond: middle };
    if (responseQuantileUs(at, 0.99) > p99Us) high = middle;
    else low = middle;
  }
  return low;
}

/**
 * Workers for so many loads at once: the mean, and twice its root on top (square-root staffing;
 * Halfin and Whitt 1981), after which about one in fifty loads waits.
 */
export function workersFor(loadsPerSecond: number, serviceMsMean: number): number {
  const busy = (loadsPerSecond * serviceMsMean) / 1_000;
  return busy === 0 ? 0 : Math.ceil(busy + STAFFING * Math.sqrt(busy));
}

const STAFFING = 2;

/** The probability that a load waits for one of the workers (Erlang C). */
export function waitProbability(workers: number, busy: number): number {
  if (busy >= workers) return 1;
  // The recursion of Erlang B, then C from it: no factorials.
  let blocked = 1;
  for (let server = 1; server <= workers; server += 1) {
    blocked = (busy * blocked) / (server + busy * blocked);
  }
  return blocked / (1 - (busy / workers) * (1 - blocked));
}

export interface MissPath {
  readonly serviceMs: Lognormal;
  /** Loads at once; undefined: as many as are needed. */
  readonly workers: number | undefined;
  readonly loadsPerSecond: number;
}

/** The probability that a miss is answered within so many milliseconds of its start. */
export function missWithin({ serviceMs, workers, loadsPerSecond }: MissPath, ms: number): number {
  if (ms <= 0) return 0;
  const alone = lognormalBelow(serviceMs, ms);
  if (workers === undefined) return alone;
  const busy = (loadsPerSecond * lognormalMean(serviceMs)) / 1_000;
  if (busy >= workers) return 0;
  const waits = waitProbability(workers, busy);
  // M/G/c by the approximation of Lee and Longton: exponential waits of this mean.
  const meanWait =
    (lognormalMean(serviceMs) * (1 + lognormalScv(serviceMs))) / (2 * (workers - busy));
  return (1 - waits) * alone + waits * afterWait(serviceMs, meanWait, ms);
}

function afterWait(serviceMs: Lognormal, meanWait: number, ms: number): number {
  let sum = 0;
  const steps = 40;
  for (let step = 0; step < steps; step += 1) {
    const wait = -meanWait * Math.log(1 - (step + 0.5) / steps);
    if (wait < ms) sum += lognormalBelow(serviceMs, ms - wait);
  }
  return sum / steps;
}
