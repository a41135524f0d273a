import type { Host } from '../../results/schema.ts';
import type { MutantState } from './mutant-state.ts';
import type { MutantResult } from './try-mutant.ts';

/** Version of {@link MutantsRecord}; a field that changes its meaning, or leaves, raises it. */
export const MUTANTS_RECORD_VERSION = 1;

export interface MutantLine {
  readonly name: string;
  readonly kind: 'core' | 'verifier';
  readonly fault: string;
  /** The property that is expected to find it. */
  readonly killer: string;
  readonly state: MutantState;
  /** By each law that found it: cases tried until then. */
  readonly kills: MutantResult['kills'];
  readonly crashes: MutantResult['crashes'];
  readonly counterexample?: MutantResult['counterexample'];
}

/** What `partywall mutants --json` writes. */
export interface MutantsRecord {
  readonly kind: 'mutants';
  readonly version: typeof MUTANTS_RECORD_VERSION;
  readonly startedAt: string;
  readonly seed: number;
  readonly options: { readonly cases: number };
  readonly host: Host;
  readonly gitRevision: string | null;
  /**
   * FAIL: a mutant survived. INVALID: the untouched core did not hold with the same seed, or the
   * property named for a mutant did not find it.
   */
  readonly verdict: 'PASS' | 'FAIL' | 'INVALID';
  readonly reasons: readonly string[];
  /** Mutants that the properties named for them found. */
  readonly killed: number;
  readonly total: number;
  readonly properties: readonly string[];
  readonly mutants: readonly MutantLine[];
  readonly replay: string;
  readonly interrupted: boolean;
}
