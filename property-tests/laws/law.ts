import type fc from 'fast-check';
import type { Coverage } from '../arbitraries/coverage.ts';
import type { CoreUnderTest } from './core-under-test.ts';
import type { Ground } from './ground.ts';

/** The properties of isolation that are shown by laws; P17 is shown by executing (`acl/`). */
export const PROPERTY_IDS = [
  ...['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10'],
  ...['P11', 'P12', 'P13', 'P14', 'P15', 'P16', 'P18', 'P19'],
] as const;

/** Where and on what a case is tried. */
export interface Trial {
  readonly core: CoreUnderTest;
  readonly ground: Ground;
  readonly coverage: Coverage;
}

/**
 * One way of showing a property. A case is plain JSON, so that a counterexample can be kept in a
 * file and tried again whatever has become of the generator that drew it.
 */
export interface Law<Case = never> {
  /** `P3`; several laws may show one property. */
  readonly property: string;
  /** Unique: `freshness`. */
  readonly name: string;
  /** One sentence: what holds. */
  readonly statement: string;
  /** False where the law needs no store: trying it on a server would say nothing more. */
  readonly usesStore: boolean;
  /** What must have happened in the cases of a run, or the run is invalid. */
  readonly covers: readonly string[];
  cases(core: CoreUnderTest): fc.Arbitrary<Case>;
  /** Throws a {@link Violation} where the case breaks the law. */
  check(one: Case, trial: Trial): Promise<void>;
  /** The case as a story, one line a step. */
  tell(one: Case): string[];
}

/** A law among others, its kind of case forgotten. */
// biome-ignore lint/suspicious/noExplicitAny: cases only ever go back to the law they came from.
export type AnyLaw = Law<any>;

/** Evidence that a law is broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws Violation unless the condition holds */
export function demand(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new Violation(message());
}

/** @throws Violation unless both are the same JSON */
export function demandSame(actual: unknown, expected: unknown, what: () => string): void {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  demand(found === wanted, () => `${what()}: ${found}, expected ${wanted}`);
}
