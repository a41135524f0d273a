import type { Verdict } from './judgement.ts';

/** What the process says of a verdict: 0 pass, 1 fail, 2 neither. */
export function exitCodeOf(verdict: Verdict): 0 | 1 | 2 {
  switch (verdict) {
    case 'PASS':
    case 'PASS (adjusted)':
      return 0;
    case 'FAIL':
      return 1;
    case 'INCONCLUSIVE':
    case 'INVALID':
      return 2;
  }
}
