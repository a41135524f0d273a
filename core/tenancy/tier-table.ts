import type { Tier } from './tier.ts';

/** Tiers by the name that tenants are assigned to. */
export type TierTable = Readonly<Record<string, Tier>>;

/** One thing that is wrong with a tier table: where, what it is, what was expected. */
export interface TierProblem {
  readonly field: string;
  readonly value: unknown;
  readonly expected: string;
}

/** A table that cannot be used; the message lists all that is wrong with it. */
export class TierTableError extends Error {
  readonly code = 'invalid-tier-table';
  readonly problems: readonly TierProblem[];

  constructor(problems: readonly TierProblem[]) {
    const lines = problems.map(
      ({ field, value, expected }) => `${field} is ${JSON.stringify(value)}, expected ${expected}`,
    );
    super(`the tier table has ${problems.length} problem(s): ${lines.join('; ')}`);
    this.name = 'TierTableError';
    this.problems = problems;
  }
}

/**
 * Takes a configured table as it is if nothing is wrong with it.
 * @throws TierTableError listing every problem
 */
export function parseTierTable(table: unknown): TierTable {
  const problems = findTierProblems(table);
  if (problems.length > 0) throw new TierTableError(problems);
  return table as TierTable;
}

/** Everything that is wrong with a table; empty if it can be used. */
export function findTierProblems(table: unknown): TierProblem[] {
  if (!isRecord(table) || Object.keys(table).length === 0) {
    return [{ field: 'tiers', value: table, expected: 'an object with at least one tier' }];
  }
  return Object.entries(table).flatMap(([name, tier]) => findProblems(name, tier));
}

/** Rates above this could not be told apart by a clock of microseconds. */
const RATE_MAX = 1_000_000;
/** A hundred years. */
const DURATION_MS_MAX = 3_153_600_000_000;

const RULES: readonly Rule[] = [
  {
    field: 'name',
    expected: 'the name it is listed under',
    holds: (value, name) => value === name,
  },
  whole('deadlineMs', 1, DURATION_MS_MAX),
  whole('ttlMs', 1, DURATION_MS_MAX),
  {
    field: 'ratePerSecond',
    expected: `a number above 0, up to ${RATE_MAX}`,
    holds: (value) => typeof value === 'number' && value > 0 && value <= RATE_MAX,
  },
  {
    field: 'burst',
    expected: 'a number from 1 to a billion',
    holds: (value) => typeof value === 'number' && value >= 1 && value <= 1e9,
  },
  whole('quotaBytes', 1, 2 ** 50),
  { ...whole('quotaEntries', 1, 2 ** 40), isOptional: true },
  {
    field: 'atQuota',
    expected: "'evict' or 'refuse'",
    holds: (value) => value === 'evict' || value === 'refuse',
  },
  {
    field: 'pricePerMonth',
    expected: 'a number from 0',
    holds: (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value),
  },
];

interface Rule {
  readonly field: string;
  readonly expected: string;
  readonly isOptional?: boolean;
  readonly holds: (value: unknown, name: string) => boolean;
}

function whole(field: string, min: number, max: number): Rule {
  return {
    field,
    expected: `a whole number from ${min} to ${max}`,
    holds: (value) =>
      Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  };
}

function findProblems(name: string, tier: unknown): TierProblem[] {
  if (!isRecord(tier)) return [{ field: name, value: tier, expected: 'a tier' }];
  const broken = RULES.filter(({ field, isOptional, holds }) => {
    const value = tier[field];
    return !(isOptional === true && value === undefined) && !holds(value, name);
  }).map(({ field, expected }) => ({ field: `${name}.${field}`, value: tier[field], expected }));
  const known = RULES.map(({ field }) => field);
  const unknown = Object.keys(tier)
    .filter((field) => !known.includes(field))
    .map((field) => ({ field: `${name}.${field}`, value: tier[field], expected: 'no such field' }));
  return [...broken, ...unknown];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
