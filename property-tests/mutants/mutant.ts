import type { CoreUnderTest } from '../laws/core-under-test.ts';
import type { Edit } from './build-mutated.ts';

/** A core with a fault, which the laws have to find. */
export interface CoreMutant {
  readonly kind: 'core';
  /** At most 24 characters, for the table. */
  readonly name: string;
  /** What is wrong, in one sentence. */
  readonly fault: string;
  /** The property that finds it first of all: tried by `npm test`. */
  readonly killer: string;
  /** The fault in the text of the core ... */
  readonly edits?: readonly Edit[];
  /** ... or between its parts. */
  readonly wrap?: (core: CoreUnderTest) => CoreUnderTest;
}

/** A verifier with a fault, which its own checks have to find. */
export interface VerifierMutant {
  readonly kind: 'verifier';
  readonly name: string;
  readonly fault: string;
  readonly edits: readonly Edit[];
  /**
   * `canary`: a law that no longer finds a core known to be broken. `coverage`: a run in which
   * something that must happen never does.
   */
  readonly killer: 'canary' | 'coverage';
  /** The law whose runs tell it. */
  readonly law: string;
}

export type Mutant = CoreMutant | VerifierMutant;
