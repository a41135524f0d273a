import type { Tone } from './html/colours.ts';

/** How one check ended: `open` where nothing was shown, `broken` where it could not be tried. */
export type CheckState = 'pass' | 'fail' | 'open' | 'broken';

/** One line of a summary: a cell, a gate, a step. */
export interface Check {
  /** What kind of check it is: `latency`, `gate`. */
  readonly group: string;
  readonly name: string;
  readonly state: CheckState;
  /** In one line, with the figures that decided. */
  readonly reason: string;
}

/** What a result says, in the form that every short report is made of. */
export interface Summary {
  /** `partywall spike`. */
  readonly title: string;
  /** PASS, FAIL, WORSE, ... */
  readonly word: string;
  readonly state: CheckState;
  readonly sentence: string;
  readonly reasons: readonly string[];
  /** Checks that decide. */
  readonly checks: readonly Check[];
  /** Host, seed and the like, a line each. */
  readonly notes: readonly string[];
  readonly startedAt: string;
}

/** Whether a result that shows nothing stops what waits for it. */
export interface BlockingRule {
  readonly allowInconclusive: boolean;
}

/**
 * 0 pass, 1 fail, 2 neither. Where inconclusive results are allowed, `open` is 0; a broken
 * instrument never is.
 */
export function exitCodeOfState(state: CheckState, { allowInconclusive }: BlockingRule): 0 | 1 | 2 {
  switch (state) {
    case 'pass':
      return 0;
    case 'fail':
      return 1;
    case 'open':
      return allowInconclusive ? 0 : 2;
    case 'broken':
      return 2;
  }
}

export const toneOfState = {
  pass: 'good',
  fail: 'bad',
  open: 'open',
  broken: 'bad',
} as const satisfies Record<CheckState, Tone>;
