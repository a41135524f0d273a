import { CACHE_MUTANTS, NASTY_MUTANTS } from './cache-mutants.ts';
import { KEY_MUTANTS } from './key-mutants.ts';
import type { Mutant } from './mutant.ts';
import { STORE_MUTANTS } from './store-mutants.ts';
import { VERIFIER_MUTANTS } from './verifier-mutants.ts';

/** All mutants, those of the verifier last. */
export const MUTANTS: readonly Mutant[] = [
  ...KEY_MUTANTS,
  ...STORE_MUTANTS,
  ...CACHE_MUTANTS,
  ...NASTY_MUTANTS,
  ...VERIFIER_MUTANTS,
];
