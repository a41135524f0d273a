import type { Verdict } from '../../results/judgement.ts';
import type { RawSpikeOptions } from '../spike/options.ts';

/** A run whose right answer is known in advance: what shows that the instrument can be believed. */
export interface Control {
  readonly name: string;
  /** What the run differs in from a default one. */
  readonly options: RawSpikeOptions;
  /** What its verdicts must be, in words. */
  readonly expected: string;
  /** Least share of the runs that must give it. */
  readonly shareMin: number;
  gives(verdict: Verdict): boolean;
}

/**
 * Protections on must pass on most hosts, most of the time; a protection off must always be found
 * out; and a spike that is none must never be called one.
 */
export const CONTROLS: readonly Control[] = [
  {
    name: 'protected',
    options: {},
    expected: 'PASS or PASS (adjusted) in four of five',
    shareMin: 0.8,
    gives: (verdict) => verdict === 'PASS' || verdict === 'PASS (adjusted)',
  },
  {
    name: 'limiter-off',
    options: { without: 'limiter' },
    expected: 'FAIL, always',
    shareMin: 1,
    gives: (verdict) => verdict === 'FAIL',
  },
  {
    name: 'null',
    options: { hotRate: '100' },
    expected: 'never FAIL, nor INVALID, which would show nothing',
    shareMin: 1,
    gives: (verdict) => verdict !== 'FAIL' && verdict !== 'INVALID',
  },
];
