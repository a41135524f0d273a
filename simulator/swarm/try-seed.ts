import type { Fault } from '../faults.ts';
import { outcomeDigestOf } from '../record.ts';
import type { CheckersResult } from '../result.ts';
import { simulate } from '../simulate.ts';
import { drawOptions } from './draw-options.ts';

/** What became of one seed. */
export interface SwarmTry {
  readonly seed: number;
  readonly requestCount: number;
  readonly faults: readonly Fault['kind'][];
  readonly violations: CheckersResult['violations'];
  /** Of the whole run: the same wherever it is tried. */
  readonly outcomeDigest: string;
}

/** Simulates what the seed draws, watched by all checkers. */
export function trySeed(seed: number): SwarmTry {
  const options = drawOptions(seed);
  const result = simulate(seed, options);
  return {
    seed,
    requestCount: result.requestCount,
    faults: options.faults.map(({ kind }) => kind),
    violations: result.checkers.violations,
    outcomeDigest: outcomeDigestOf(options, result),
  };
}
