import { z } from 'zod';
import { makeKeyspace } from '../../core/tenancy/keyspace.ts';
import { TIERS } from '../../core/tenancy/tier.ts';
import { BadInputError, type InputProblem } from '../../results/output/operating-errors.ts';
import { refusalOf } from '../provision/redis-url.ts';
import { hidePassword } from '../provision/unsuitable-redis-error.ts';
import { fittingRounds, runMs } from './run-length.ts';

/** Protections that the spike exercises and `--without` can switch off. */
export const SPIKE_PROTECTIONS = ['namespace', 'limiter', 'timeout'] as const;
export type SpikeProtection = (typeof SPIKE_PROTECTIONS)[number];

/** What a spike run is made of, defaults filled in and checked. */
export interface SpikeOptions {
  readonly redis?: string;
  /** Where `redis` came from, as errors name it. */
  readonly redisField?: string;
  readonly placeboRedis?: string;
  readonly namespace: string;
  readonly allowRemote: readonly string[];
  /** Whether keys that a cut off run left on the servers may be removed. */
  readonly cleanUp: boolean;
  readonly backendWorkers: number;
  readonly backendMs: number;
  /** Measured rounds for a single look, or looks after 6, 12, 18 and 24. */
  readonly rounds: number | 'auto';
  readonly windowMs: number;
  readonly guardMs: number;
  readonly neighbours: number;
  readonly neighbourRatePerSecond: number;
  /** The hot tenant's rate in ordinary times. */
  readonly ordinaryRatePerSecond: number;
  readonly hotRatePerSecond: number;
  readonly without: readonly SpikeProtection[];
  readonly withLocalDeny: boolean;
  readonly gate: readonly ('p99' | 'worst')[];
  readonly maxRisePercent: number;
  readonly maxDurationMs: number;
  readonly seed: number;
  readonly quick: boolean;
}

/** As typed by the user: strings where the command line has them. */
export type RawSpikeOptions = Readonly<Record<string, unknown>>;

const TEN_MINUTES_S = 600;
const MAX_DURATION_S = 86_400;
export const NEIGHBOURS_MAX = 500;
/** The shortest run there is: two arms, a warm-up round and one more, the shortest slots. */
const LEAST_DURATION_S = 12;
const number = (expected: string, least: number, most: number) =>
  notBlank(z.coerce.number<unknown>(expected).min(least, expected).max(most, expected));
const integer = (expected: string, least: number, most: number) =>
  notBlank(
    z.coerce.number<unknown>(expected).int(expected).min(least, expected).max(most, expected),
  );
/** Number('') is 0, which nobody meant who wrote `--seed "$SEED"` without a SEED. */
const notBlank = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (given) => (typeof given === 'string' && !given.trim() ? Number.NaN : given),
    schema,
  );
const list = <const T extends readonly [string, ...string[]]>(
  names: T,
  aliases: Record<string, readonly T[number][]> = {},
) => {
  const expected = `a comma-separated list of ${[...names, ...Object.keys(aliases)].join(', ')}`;
  return z
    .string(expected)
    .transform(splitList)
    .transform((parts, context) =>
      parts.flatMap((part): readonly T[number][] => {
        const found = names.find((name) => name === part);
        if (found) return [found];
        const alias = aliases[part];
        if (alias) return alias;
        context.issues.push({ code: 'custom', message: expected, input: part });
        return [];
      }),
    );
};

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

const schema = z.strictObject({
  redis: z.string().optional(),
  redisField: z.string().optional(),
  placeboRedis: z.string().optional(),
  namespace: z
    .string()
    .refine(isNamespace, 'up to 64 of A-Z a-z 0-9 _ . - and no name of our own keys')
    .default(''),
  allowRemote: z.string().transform(splitList).default([]),
  backendWorkers: integer('an integer 1..10000', 1, 10_000).default(12),
  backendMs: number('milliseconds 0.1..60000', 0.1, 60_000).default(20),
  rounds: z
    .union(
      [z.literal('auto'), integer('an integer 1..200, or auto', 1, 200)],
      'an integer 1..200, or auto',
    )
    .optional(),
  window: number('seconds 0.5..600', 0.5, 600).optional(),
  guard: number('seconds 0.2..60', 0.2, 60).optional(),
  neighbours: integer(`an integer 1..${NEIGHBOURS_MAX}`, 1, NEIGHBOURS_MAX).default(20),
  neighbourRate: number('requests per second 1..10000', 1, 10_000).default(100),
  hotRate: number('requests per second 1..1000000', 1, 1_000_000).default(10_000),
  without: list(SPIKE_PROTECTIONS, { all: SPIKE_PROTECTIONS }).default([]),
  with: list(['local-deny']).default([]),
  gate: list(['p99', 'worst']).default([]),
  maxRise: number('per cent 0.1..1000', 0.1, 1000).default(10),
  maxDuration: number('seconds 12..86400', LEAST_DURATION_S, MAX_DURATION_S).optional(),
  seed: integer('an integer 0..4294967295', 0, 2 ** 32 - 1).optional(),
  quick: z.boolean().default(false),
  cleanUp: z.boolean().default(false),
});

function isNamespace(text: string): boolean {
  try {
    makeKeyspace(text);
    return true;
  } catch {
    return false;
  }
}

/** Ordinary rate of the hot tenant: that of any neighbour in the seed deployment. */
const ORDINARY_RATE_PER_SECOND = 100;
/** A sequential run looks first after so many measured rounds. */
const FIRST_LOOK_ROUNDS = 6;
/** Under a minute in all, calibration included: there is no time to measure a round again. */
const QUICK = { rounds: 6, windowMs: 1000, guardMs: 200 } as const;
const QUICK_DURATION_S = 46;
const THOROUGH = { rounds: 'auto', windowMs: 5000, guardMs: 600 } as const;

/**
 * Checks what the user asked for and fills in the defaults.
 * @throws BadInputError with every problem at once.
 */
export function parseSpikeOptions(raw: RawSpikeOptions, randomSeed: () => number): SpikeOptions {
  const parsed = schema.safeParse(raw);
  if (parsed.success) {
    const options = fillIn(parsed.data, randomSeed);
    const problems = checkTogether(options, new Set());
    if (problems.length > 0) throw new BadInputError(problems);
    return options;
  }
  const { issues } = parsed.error;
  const bad = new Set(issues.flatMap(fieldsOf));
  const sound = Object.entries(raw).filter(([name]) => !bad.has(name));
  const rest = fillIn(schema.parse(Object.fromEntries(sound)), () => 0);
  throw new BadInputError([
    ...issues.map((issue) => problemOf(issue, raw)),
    ...checkTogether(rest, bad),
  ]);
}

type Issue = z.core.$ZodIssue;

function fieldsOf(issue: Issue): readonly string[] {
  return issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])];
}

function problemOf(issue: Issue, raw: RawSpikeOptions): InputProblem {
  const [name] = issue.path;
  return {
    field: flagOf(String(name ?? 'options')),
    value: String(name === undefined ? '' : (raw[String(name)] ?? '')),
    expected: issue.message,
  };
}

function fillIn(given: z.infer<typeof schema>, randomSeed: () => number): SpikeOptions {
  const length = given.quick ? QUICK : THOROUGH;
  return {
    ...(given.redis === undefined ? {} : { redis: given.redis }),
    ...(given.redisField === undefined ? {} : { redisField: given.redisField }),
    ...(given.placeboRedis === undefined ? {} : { placeboRedis: given.placeboRedis }),
    allowRemote: given.allowRemote,
    namespace: given.namespace,
    cleanUp: given.cleanUp,
    backendWorkers: given.backendWorkers,
    backendMs: given.backendMs,
    rounds: given.rounds ?? length.rounds,
    windowMs: given.window === undefined ? length.windowMs : wholeMs(given.window),
    guardMs: given.guard === undefined ? length.guardMs : wholeMs(given.guard),
    neighbours: given.neighbours,
    neighbourRatePerSecond: given.neighbourRate,
    ordinaryRatePerSecond: Math.min(ORDINARY_RATE_PER_SECOND, given.hotRate),
    hotRatePerSecond: given.hotRate,
    without: given.without,
    withLocalDeny: given.with.includes('local-deny'),
    gate: given.gate,
    maxRisePercent: given.maxRise,
    maxDurationMs: wholeMs(given.maxDuration ?? usualDurationS(given)),
    seed: given.seed ?? randomSeed(),
    quick: given.quick,
  };
}

function wholeMs(seconds: number): number {
  return Math.round(seconds * 1000);
}

/** Largest deadline of any tier: what a failed request is ranked by. */
export const DEADLINES_MS = Object.values(TIERS).map((tier) => tier.deadlineMs);

/** A placebo needs servers of its own: ours, unless the user names one side only. */
export function wantsPlacebo(options: Pick<SpikeOptions, 'redis' | 'placeboRedis'>): boolean {
  return options.redis === undefined || options.placeboRedis !== undefined;
}

/** A quick run is over in time, unless it was asked for more or longer rounds. */
function usualDurationS({ quick, rounds, window, guard }: z.infer<typeof schema>): number {
  const isUsual = rounds === undefined && window === undefined && guard === undefined;
  return quick && isUsual ? QUICK_DURATION_S : TEN_MINUTES_S;
}

/** What is wrong between options; nothing is said about those that are bad by themselves. */
function checkTogether(options: SpikeOptions, bad: ReadonlySet<string>): InputProblem[] {
  const problems: InputProblem[] = [];
  const isSound = (...names: readonly string[]) => !names.some((name) => bad.has(name));
  if (options.placeboRedis !== undefined && options.redis === undefined && isSound('redis')) {
    problems.push({
      field: '--placebo-redis',
      value: 'given alone',
      expected: '--redis beside it',
    });
  }
  problems.push(...checkServers(options));
  if (isSound('rounds', 'window', 'guard', 'maxDuration', 'quick', 'redis', 'placeboRedis')) {
    problems.push(...checkDuration(options));
  }
  return problems;
}

/** Before anything is started: `--plan` says so, too, and all problems are told at once. */
function checkServers({ redis, redisField, placeboRedis, allowRemote }: SpikeOptions) {
  const named = [
    { field: redisField ?? '--redis', url: redis },
    { field: '--placebo-redis', url: placeboRedis },
  ];
  return named.flatMap(({ field, url }): InputProblem[] => {
    const refusal = url === undefined ? undefined : refusalOf(url, allowRemote);
    if (url === undefined || refusal === undefined) return [];
    return [{ field, value: hidePassword(url), expected: refusal.expected }];
  });
}

/** A run whose time cannot suffice would end undecided, whatever it measured. */
function checkDuration(options: SpikeOptions): InputProblem[] {
  const rounds = options.rounds === 'auto' ? FIRST_LOOK_ROUNDS : options.rounds;
  const armCount = wantsPlacebo(options) ? 3 : 2;
  if (fittingRounds(options, armCount, options.maxDurationMs) >= rounds + 1) return [];
  const leastS = Math.ceil(runMs(options, rounds + 1, armCount) / 1000);
  const least = `at least ${leastS} seconds for a warm-up round and ${rounds} measured`;
  return [
    {
      field: '--max-duration',
      value: String(options.maxDurationMs / 1000),
      expected: leastS <= MAX_DURATION_S ? least : `${least}, or fewer or shorter rounds`,
    },
  ];
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
