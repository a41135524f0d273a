import { BadInputError, type InputProblem } from '../../../results/output/operating-errors.ts';

/** The options of `plan`, checked. */
export interface PlanFlags {
  readonly seed: number;
  readonly worlds: number;
  readonly quiet: boolean;
}

/** @throws BadInputError with every problem */
export function parsePlanFlags(raw: Record<string, unknown>): PlanFlags {
  const problems: InputProblem[] = [];
  const whole = (field: string, given: unknown, least: number, most: number): number => {
    const text = String(given);
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    problems.push({ field, value: text, expected: `an integer ${least}..${most}` });
    return least;
  };
  const flags = {
    seed: whole('--seed', raw['seed'], 0, 2 ** 32 - 1),
    worlds: whole('--worlds', raw['worlds'], 16, 10_000),
    quiet: raw['quiet'] === true,
  };
  if (problems.length > 0) throw new BadInputError(problems);
  return flags;
}
