import { KNEE_UTILISATION } from '../knee.ts';

/** One step of a climb: so many lookups a second were offered for a while, and what became of them. */
export interface ClimbStep {
  readonly offeredPerSecond: number;
  readonly servedPerSecond: number;
  /** Lookups offered and not answered when the step ended. */
  readonly backlog: number;
  /** From the moment a lookup was due to its answer; median and P99. */
  readonly msP50: number;
  readonly msP99: number;
  /** Of the server's thread. */
  readonly utilisation: number;
}

/** Who gave way at the top of a climb. */
export type GaveWay = 'server' | 'driver' | 'nobody';

export interface Climb {
  readonly steps: readonly ClimbStep[];
  /** The highest offer that was served; 0 if none was. */
  readonly heldPerSecond: number;
  readonly gaveWay: GaveWay;
}

/** From this share of the foretold knee to that one, by twentieths of it. */
const FIRST_SHARE = 0.7;
const LAST_SHARE = 1.5;
const STEP_SHARE = 0.05;

/** An offer is served if no more than this many milliseconds' worth of it is left in the end. */
const BACKLOG_MS_MAX = 20;
/** A step that fails while the host was elsewhere is tried again; this many failures are an end. */
const FAILURES_MAX = 2;

/**
 * Offers more and more until it is not served any more.
 * @param foretoldPerSecond where the climb is expected to end
 */
export async function climb(
  foretoldPerSecond: number,
  offer: (perSecond: number) => Promise<ClimbStep>,
): Promise<Climb> {
  if (!(foretoldPerSecond > 0 && Number.isFinite(foretoldPerSecond))) {
    throw new Error(`a knee foretold at ${foretoldPerSecond} lookups/s cannot be climbed to`);
  }
  const steps: ClimbStep[] = [];
  let heldPerSecond = 0;
  let share = FIRST_SHARE;
  let failures = 0;
  while (share <= LAST_SHARE + STEP_SHARE / 2) {
    const step = await offer(foretoldPerSecond * share);
    steps.push(step);
    if (isServed(step)) {
      heldPerSecond = step.offeredPerSecond;
      failures = 0;
      share += STEP_SHARE;
    } else {
      failures += 1;
      if (failures === FAILURES_MAX) return { steps, heldPerSecond, gaveWay: whoGaveWay(steps) };
    }
  }
  return { steps, heldPerSecond, gaveWay: 'nobody' };
}

export function isServed({ offeredPerSecond, backlog }: ClimbStep): boolean {
  return backlog <= (offeredPerSecond * BACKLOG_MS_MAX) / 1_000;
}

/** The server, if its thread was full in the failures that ended the climb. */
function whoGaveWay(steps: readonly ClimbStep[]): GaveWay {
  const failed = steps.slice(-FAILURES_MAX);
  const busiest = Math.max(...failed.map(({ utilisation }) => utilisation));
  return busiest >= FULL_SHARE ? 'server' : 'driver';
}

/** A thread that others interrupt is full a little earlier than it ought to be. */
const FULL_SHARE = KNEE_UTILISATION - 0.1;
