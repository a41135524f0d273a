import { BadInputError, type InputProblem } from '../../../results/output/operating-errors.ts';

/** The options of `plan`, checked. */
export interface PlanFlags {
  readonly seed: number;
  readonly worlds: number;
  readonly quiet: boolean;
  readonly json: string | undefined;
  readonly html: string | undefined;
  readonly markdown: string | undefined;
  /** A folder: one file a table. */
  readonly csv: string | undefined;
  readonly prices: string | undefined;
  readonly baselineReport: string | undefined;
  readonly failBelowHeadroom: number | undefined;
  readonly measure: 'memory' | 'all' | 'none';
  readonly simulate: boolean;
  /** Whether the formulas are checked against a Redis of our own. */
  readonly checkLive: boolean;
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
    json: textOf(raw['json']),
    html: textOf(raw['html']),
    markdown: textOf(raw['markdown']),
    csv: textOf(raw['csv']),
    prices: textOf(raw['prices']),
    baselineReport: textOf(raw['baselineReport']),
    failBelowHeadroom: percentOf(raw['failBelowHeadroom'], problems),
    measure: measureOf(raw['measure'], problems),
    simulate: raw['simulate'] !== false,
    checkLive: raw['checkLive'] === true,
  };
  if (problems.length > 0) throw new BadInputError(problems);
  return flags;
}

function textOf(given: unknown): string | undefined {
  return typeof given === 'string' ? given : undefined;
}

function percentOf(given: unknown, problems: InputProblem[]): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (String(given).trim() !== '' && value >= 0 && value < 100) return value;
  const expected = 'per cent, from 0 to below 100';
  problems.push({ field: '--fail-below-headroom', value: String(given), expected });
  return undefined;
}

function measureOf(given: unknown, problems: InputProblem[]): PlanFlags['measure'] {
  if (given === undefined || given === 'memory') return 'memory';
  if (given === 'all' || given === 'none') return given;
  problems.push({ field: '--measure', value: String(given), expected: 'none, memory or all' });
  return 'none';
}
