import { randomInt } from 'node:crypto';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { BadInputError, type InputProblem } from '../../results/output/operating-errors.ts';

export const SUITES = ['core', 'policy', 'simulator', 'harness', 'all'] as const;

/** One benchmark suite's run, checked. */
export interface BenchOptions {
  readonly suite: (typeof SUITES)[number];
  readonly rounds: number;
  readonly tenants: number;
  readonly seed: number;
  readonly redisUrl: string | undefined;
  readonly namespace: string | undefined;
  readonly allowRemote: string | undefined;
  /** Whether instructions are counted where the host lets them be. */
  readonly countsInstructions: boolean;
}

const ROUNDS = { least: 1, most: 200, usual: 12 };
const TENANTS = { least: 1, most: 2_000, usual: 100 };
const SEED_MAX = 2 ** 31 - 1;

/** @throws BadInputError naming every problem at once. */
export function parseBenchOptions(
  suite: string | undefined,
  flags: Readonly<Record<string, unknown>>,
): BenchOptions {
  const problems: InputProblem[] = [];
  const whole = (field: string, given: unknown, least: number, most: number, usual: number) => {
    if (given === undefined) return usual;
    const value = /^\d+$/.test(String(given)) ? Number(given) : Number.NaN;
    if (value >= least && value <= most) return value;
    const expected = `a whole number ${least}..${most}`;
    problems.push({ field, value: String(given), expected });
    return usual;
  };
  const known = SUITES.find((one) => one === (suite ?? 'core'));
  if (known === undefined) {
    problems.push({ field: 'suite', value: suite ?? '', expected: SUITES.join(', ') });
  }
  const namespace = flags['namespace'] as string | undefined;
  if (namespace !== undefined && !isNamespace(namespace)) {
    const expected = '1 to 64 of A-Z a-z 0-9 _ . - and none of cache, lru, meta, shared';
    problems.push({ field: '--namespace', value: namespace, expected });
  }
  const options = {
    suite: known ?? 'core',
    rounds: whole('--rounds', flags['rounds'], ROUNDS.least, ROUNDS.most, ROUNDS.usual),
    tenants: whole('--tenants', flags['tenants'], TENANTS.least, TENANTS.most, TENANTS.usual),
    seed: whole('--seed', flags['seed'], 0, SEED_MAX, randomInt(SEED_MAX)),
    redisUrl: flags['redis'] as string | undefined,
    namespace,
    allowRemote: flags['allowRemote'] as string | undefined,
    countsInstructions: flags['instructions'] !== false,
  };
  if (problems.length > 0) throw new BadInputError(problems);
  return options;
}

/** An empty one would put our keys among those of others, whom naming one lets in. */
function isNamespace(text: string): boolean {
  if (text === '') return false;
  try {
    makeKeyspace(text);
    return true;
  } catch {
    return false;
  }
}
