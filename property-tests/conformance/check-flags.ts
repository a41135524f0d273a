import { BadInputError, type InputProblem } from '../../results/output/operating-errors.ts';

/** What the command line says, as text. */
export interface CheckFlags {
  readonly redis?: string;
  readonly allowRemote?: string;
  readonly allowNonEmpty?: boolean;
  readonly tries?: string;
  readonly minutes?: string;
  readonly seed?: string;
  readonly showValues?: boolean;
  readonly json?: string;
  readonly junit?: string;
  readonly html?: string;
  readonly quiet?: boolean;
}

/** How much is tried. */
export interface CheckAmounts {
  readonly seed: number;
  readonly tries: number;
  readonly minutes: number;
}

export const TRIES_USUAL = 160;
export const MINUTES_USUAL = 0.5;
const TRIES_MAX = 1_000_000;
const MINUTES_MAX = 24 * 60;
const SEED_MAX = 2 ** 32 - 1;

/**
 * Checks the amounts; `drawSeed` gives one where none is named.
 * @throws BadInputError naming every problem
 */
export function parseAmounts(flags: CheckFlags, drawSeed: () => number): CheckAmounts {
  const problems: InputProblem[] = [];
  const read = (field: string, text: string | undefined, usual: number, check: Range) => {
    if (text === undefined) return usual;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (check.accepts(value)) return value;
    problems.push({ field, value: text, expected: check.expected });
    return usual;
  };
  const amounts = {
    seed: read('--seed', flags.seed, 0, whole(0, SEED_MAX)),
    tries: read('--tries', flags.tries, TRIES_USUAL, whole(1, TRIES_MAX)),
    minutes: read('--minutes', flags.minutes, MINUTES_USUAL, {
      expected: `minutes above 0, up to ${MINUTES_MAX}`,
      accepts: (value) => value > 0 && value <= MINUTES_MAX,
    }),
  };
  if (problems.length > 0) throw new BadInputError(problems);
  return flags.seed === undefined ? { ...amounts, seed: drawSeed() } : amounts;
}

interface Range {
  readonly expected: string;
  readonly accepts: (value: number) => boolean;
}

function whole(least: number, most: number): Range {
  return {
    expected: `a whole number ${least}..${most}`,
    accepts: (value) => Number.isInteger(value) && value >= least && value <= most,
  };
}
