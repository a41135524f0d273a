import fc from 'fast-check';
import { FaultProxy } from './fault-proxy.ts';

/** A property of isolation, tried with a real client on a real server behind a fault proxy. */
export interface FaultLaw {
  /** As numbered in the list of properties: P11, P12. */
  readonly properties: readonly string[];
  /** Unique: `ioredis`. */
  readonly name: string;
  /** One sentence: what holds. */
  readonly statement: string;
  run(options: FaultRun): Promise<FaultReport>;
}

export interface FaultRun {
  /** A server of our own on loopback: cases leave their keys there. */
  readonly redisPort: number;
  readonly seed: number;
  /** Where the search goes on from, as a failure printed it. */
  readonly path?: string;
  readonly casesMax: number;
  /** No case begins after this; shrinking stops, too. In milliseconds. */
  readonly budgetMs: number;
}

export interface FaultReport {
  readonly caseCount: number;
  /** How often each thing happened that the law wants to have seen. */
  readonly coverage: Readonly<Record<string, number>>;
  /** What never happened: with any, the run says nothing. */
  readonly missing: readonly string[];
  readonly counterexample?: FaultCounterexample;
}

export interface FaultCounterexample {
  readonly message: string;
  /** The smallest case found, one line a step. */
  readonly story: readonly string[];
  readonly seed: number;
  readonly path: string;
}

/** What was seen, counted; known from the start, so that what never happens shows as zero. */
export class Sightings {
  readonly counts: Record<string, number>;

  constructor(wanted: readonly string[]) {
    this.counts = Object.fromEntries(wanted.map((name) => [name, 0]));
  }

  saw(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  missing(wanted: readonly string[]): string[] {
    return wanted.filter((name) => this.counts[name] === 0);
  }
}

export interface Search<Case> {
  readonly cases: fc.Arbitrary<Case>;
  /** Tried first, so that what the law wants to see is seen however short the run. */
  readonly examples: readonly Case[];
  /** Searches at once: cases mostly wait. Each has a proxy, and a seed next to the first's. */
  readonly laneCount: number;
  readonly tell: (one: Case) => string[];
  readonly sightings: Sightings;
  readonly wanted: readonly string[];
}

/** Spent on making a counterexample smaller, in milliseconds. */
const SHRINK_MS = 2_000;

/** Throws where the case breaks the law; uses a proxy of its own. */
export type CheckCase<Case> = (one: Case, proxy: FaultProxy) => Promise<void>;

/** Tries cases until one breaks the law, they are enough, or the time is up. */
export async function search<Case>(
  what: Search<Case>,
  check: CheckCase<Case>,
  run: FaultRun,
): Promise<FaultReport> {
  // A path leads to one case of one seed: a single lane finds it again.
  const laneCount = run.path === undefined ? what.laneCount : 1;
  let brokenBy: { readonly lane: number; readonly atMs: number } | undefined;
  let caseCount = 0;
  const lanes = Array.from({ length: laneCount }, (_, at) => {
    const examples = at === 0 && run.path === undefined ? what.examples : [];
    const casesMax = Math.ceil(run.casesMax / laneCount);
    const tryCase: CheckCase<Case> = async (one, proxy) => {
      // Somebody else's counterexample is enough, and one's own need not be the very smallest.
      const lateMs = brokenBy?.lane === at ? SHRINK_MS : 0;
      if (brokenBy !== undefined && performance.now() - brokenBy.atMs >= lateMs) return;
      caseCount += 1;
      try {
        await check(one, proxy);
      } catch (error) {
        brokenBy ??= { lane: at, atMs: performance.now() };
        throw error;
      }
    };
    return searchLane({ ...what, examples }, tryCase, { ...run, casesMax, seed: run.seed + at });
  });
  const found = await Promise.all(lanes);
  const counterexample = found.find((one) => one !== undefined);
  return {
    caseCount,
    coverage: what.sightings.counts,
    missing: what.sightings.missing(what.wanted),
    ...(counterexample === undefined ? {} : { counterexample }),
  };
}

async function searchLane<Case>(
  { cases, examples, tell }: Search<Case>,
  check: CheckCase<Case>,
  { seed, path, casesMax, budgetMs, redisPort }: FaultRun,
): Promise<FaultCounterexample | undefined> {
  const proxy = await FaultProxy.start(redisPort);
  let running: Promise<void> = Promise.resolve();
  const property = fc.asyncProperty(cases, (one) => {
    running = check(one, proxy);
    return running;
  });
  const details = await fc.check(property, {
    seed,
    ...(path === undefined ? {} : { path }),
    examples: examples.map((one): [Case] => [one]),
    numRuns: casesMax,
    interruptAfterTimeLimit: budgetMs,
  });
  // When the time is up, the case under way is not waited for, and still uses the proxy.
  await running.catch(() => {});
  await proxy.close();

  if (!details.failed || details.counterexample === null) return undefined;
  const [smallest] = details.counterexample;
  const error = details.errorInstance;
  const message = error instanceof Error ? error.message : String(error);
  const again = { seed: details.seed, path: details.counterexamplePath ?? '' };
  return { message, story: tell(smallest), ...again };
}

/** @throws Error with the story and how to try it again, or with what was never seen */
export function demandHeld(law: FaultLaw, report: FaultReport): void {
  const { counterexample, missing, caseCount } = report;
  if (counterexample !== undefined) {
    const { message, story, seed, path } = counterexample;
    const again = `seed ${seed}, path "${path}"`;
    throw new Error(`${law.name}: ${message}\n  ${story.join('\n  ')}\n  again: ${again}`);
  }
  if (missing.length > 0) {
    throw new Error(`${law.name}: in ${caseCount} cases never seen: ${missing.join(', ')}`);
  }
}
