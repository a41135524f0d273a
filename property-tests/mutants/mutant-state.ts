import type { MutantResult } from './try-mutant.ts';

/**
 * What became of a mutant. `killed`: the property named for it found it. `missed`: only others did.
 * `crashed`: something threw that no law speaks of, which may be the harness and proves nothing.
 * `survived`: nobody noticed.
 */
export type MutantState = 'killed' | 'missed' | 'crashed' | 'survived';

export function stateOf({ mutant, kills, crashes }: MutantResult): MutantState {
  if (kills.some(({ by }) => by === mutant.killer)) return 'killed';
  if (crashes.length > 0) return 'crashed';
  return kills.length > 0 ? 'missed' : 'survived';
}
