import fc from 'fast-check';
import { Coverage } from '../arbitraries/coverage.ts';
import type { CoreUnderTest } from './core-under-test.ts';
import type { Ground } from './ground.ts';
import type { AnyLaw, Trial } from './law.ts';
import { minimise } from './minimise.ts';

export interface Effort {
  readonly seed: number;
  /** Cases to draw; more where what must happen has not happened yet. */
  readonly cases: number;
  /** Drawing stops at this moment of `performance.now()`, whatever was left. */
  readonly untilMs?: number;
  /** Tried before any other case: counterexamples of old. */
  readonly kept?: readonly unknown[];
  /** Where to count; laws that share it need not all meet what one of them met. */
  readonly coverage?: Coverage;
  /** No further rounds, whatever was not met: for cores that are expected to break. */
  readonly isOnce?: boolean;
  /** False: the case that broke it first will do. */
  readonly shrinks?: boolean;
}

/** The smallest case that was found to break a law. */
export interface Counterexample {
  readonly message: string;
  readonly story: readonly string[];
  readonly case: unknown;
}

export interface LawResult {
  readonly law: AnyLaw;
  readonly ground: Ground['name'];
  /** Invalid: it held, but what it had to come across never happened, or no case was tried. */
  readonly verdict: 'held' | 'broken' | 'invalid';
  readonly seed: number;
  /** Cases until it broke, or in all; shrinking not counted. */
  readonly cases: number;
  readonly coverage: Coverage;
  /** Of an invalid one: what never happened. */
  readonly missing: readonly string[];
  /** Broken by an error that the law does not speak of, which may be a fault of the law. */
  readonly isCrash: boolean;
  readonly counterexample?: Counterexample;
}

/** A round that did not meet everything is followed by at most so many more, each twice as long. */
const ROUNDS_MAX = 9;

/**
 * Tries a law on drawn cases and shrinks the first that breaks it. Where something that must have
 * happened has not, it goes on with further seeds; what is rare then takes longer, and is not
 * taken for granted.
 */
export async function proveLaw(
  law: AnyLaw,
  core: CoreUnderTest,
  ground: Ground,
  effort: Effort,
): Promise<LawResult> {
  const coverage = effort.coverage ?? new Coverage();
  const trial = { core, ground, coverage };
  const common = { law, ground: ground.name, seed: effort.seed, coverage };
  let cases = 0;
  let missing: readonly string[] = law.covers;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (round > 0 && missing.length === 0) break;
    if (round > 0 && (effort.isOnce === true || isLate(effort))) break;
    const drawn = await draw(law, trial, effort, round);
    cases += drawn.cases;
    if (drawn.broken !== undefined) {
      const { isCrash } = drawn.broken;
      const counterexample = await explain(law, trial, drawn.broken, effort);
      return { ...common, cases, verdict: 'broken', missing: [], isCrash, counterexample };
    }
    missing = coverage.missing(law.covers);
  }
  const isShown = missing.length === 0 && cases > 0;
  return { ...common, cases, verdict: isShown ? 'held' : 'invalid', missing, isCrash: false };
}

/** What is wrong in one case of a law. */
interface Wrong {
  readonly message: string;
  readonly isCrash: boolean;
}

/** Tries one case of a law; undefined where it holds. */
async function tryCase(law: AnyLaw, trial: Trial, one: unknown): Promise<Wrong | undefined> {
  try {
    await law.check(one, trial);
    return undefined;
  } catch (error) {
    return { message: messageOf(error), isCrash: !isViolation(error) };
  }
}

interface Drawn {
  readonly cases: number;
  readonly broken?: Broken;
}

interface Broken {
  readonly case: unknown;
  readonly isCrash: boolean;
}

async function draw(law: AnyLaw, trial: Trial, effort: Effort, round: number): Promise<Drawn> {
  let found: Wrong | undefined;
  const property = fc.asyncProperty(law.cases(trial.core), async (one) => {
    const wrong = await tryCase(law, trial, one);
    found ??= wrong;
    // On the way down to a smaller case, a break of another kind is none of what was found.
    return wrong === undefined || wrong.isCrash !== found?.isCrash;
  });
  const { seed, cases, untilMs, kept = [], shrinks = true } = effort;
  const leftMs = untilMs === undefined ? undefined : Math.ceil(untilMs - performance.now());
  const details = await fc.check(property, {
    seed: seed + round,
    numRuns: cases * 2 ** round,
    endOnFailure: !shrinks,
    examples: round === 0 ? kept.map((one) => [one] as [unknown]) : [],
    ...(leftMs === undefined ? {} : { interruptAfterTimeLimit: Math.max(1, leftMs) }),
  });
  const { numRuns, counterexample } = details;
  if (found === undefined || counterexample === null) return { cases: numRuns };
  return { cases: numRuns, broken: { case: counterexample[0], isCrash: found.isCrash } };
}

function isLate({ untilMs }: Effort): boolean {
  return untilMs !== undefined && performance.now() >= untilMs;
}

async function explain(
  law: AnyLaw,
  trial: Trial,
  found: Broken,
  { shrinks = true }: Effort,
): Promise<Counterexample> {
  // What shrinking comes across is no coverage.
  const aside = { ...trial, coverage: new Coverage() };
  const isBroken = async (one: unknown) =>
    (await tryCase(law, aside, one))?.isCrash === found.isCrash;
  const smallest = shrinks ? await minimise(found.case, isBroken) : found.case;
  const wrong = await tryCase(law, aside, smallest);
  const message = wrong?.message ?? 'does not break when tried again';
  return { message, story: law.tell(smallest), case: smallest };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isViolation(error) ? error.message : `${error.name}: ${error.message}`;
}

/** By its name: a law that was built anew with a fault in it throws a class of its own. */
function isViolation(error: unknown): boolean {
  return error instanceof Error && error.name === 'Violation';
}
