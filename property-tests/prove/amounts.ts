import { BadInputError, type InputProblem } from '../../results/output/operating-errors.ts';
import { wrap } from '../../results/wrap.ts';

/** A number that a flag gives as text. */
export interface NumberFlag {
  readonly field: string;
  readonly text: string | undefined;
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
}

/** The numbers in the order of the flags. @throws BadInputError naming every problem */
export function parseNumbers(flags: readonly NumberFlag[]): number[] {
  const problems: InputProblem[] = [];
  const numbers = flags.map(({ field, text, usual, least, most, isWhole }) => {
    if (text === undefined) return usual;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
    const kind = isWhole ? 'a whole number' : 'a number';
    problems.push({ field, value: text, expected: `${kind} ${least}..${most}` });
    return usual;
  });
  if (problems.length > 0) throw new BadInputError(problems);
  return numbers;
}

export const SEED_MAX = 2 ** 31 - 1;

/** The names in a list of a flag, each one of `known`. @throws BadInputError */
export function parseNames<Name extends string>(
  field: string,
  text: string | undefined,
  known: readonly Name[],
): readonly Name[] {
  if (text === undefined) return known;
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.filter((name) => !known.includes(name as Name));
  if (wrong.length > 0) {
    const expected = `some of these:\n${listNames(known)}`;
    throw new BadInputError([{ field, value: wrong.join(', '), expected }]);
  }
  return known.filter((name) => names.includes(name));
}

/** All names in lines that a terminal holds, none of them broken at its blanks. */
function listNames(names: readonly string[]): string {
  const unbroken = names.map((name) => name.replaceAll(' ', '\u00a0')).join(', ');
  return wrap(unbroken, '  ').replaceAll('\u00a0', ' ');
}
