import { z } from 'zod';
import { TIERS } from '../../core/tenancy/tier.ts';
import { BadInputError } from '../operating-errors.ts';

/** Protections that the spike exercises and `--without` can switch off. */
export const SPIKE_PROTECTIONS = ['limiter', 'timeout'] as const;
export type SpikeProtection = (typeof SPIKE_PROTECTIONS)[number];

/** What a spike run is made of, defaults filled in and checked. */
export interface SpikeOptions {
  readonly redis?: string;
  readonly placeboRedis?: string;
  readonly namespace: string;
  readonly allowRemote?: string;
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
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
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

const schema = z.strictObject({
  redis: z.string().optional(),
  placeboRedis: z.string().optional(),
  namespace: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{0,64}$/, 'up to 64 of A-Z a-z 0-9 _ . -')
    .default(''),
  allowRemote: z.string().optional(),
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
  neighbours: integer('an integer 1..500', 1, 500).default(20),
  neighbourRate: number('requests per second 1..10000', 1, 10_000).default(100),
  hotRate: number('requests per second 1..1000000', 1, 1_000_000).default(10_000),
  without: list(SPIKE_PROTECTIONS, { all: SPIKE_PROTECTIONS }).default([]),
  with: list(['local-deny']).default([]),
  gate: list(['p99', 'worst']).default([]),
  maxRise: number('per cent 0.1..1000', 0.1, 1000).default(10),
  maxDuration: number('seconds 10..86400', 10, 86_400).default(TEN_MINUTES_S),
  seed: integer('an integer 0..4294967295', 0, 2 ** 32 - 1).optional(),
  quick: z.boolean().default(false),
});

/** Ordinary rate of the hot tenant: that of any neighbour in the seed deployment. */
const ORDINARY_RATE_PER_SECOND = 100;
const QUICK = { rounds: 6, windowMs: 1600, guardMs: 400 } as const;
const THOROUGH = { rounds: 'auto', windowMs: 6000, guardMs: 1000 } as const;

/**
 * Checks what the user asked for and fills in the defaults.
 * @throws BadInputError with every problem at once.
 */
export function parseSpikeOptions(raw: RawSpikeOptions, randomSeed: () => number): SpikeOptions {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    throw new BadInputError(
      parsed.error.issues.map((issue) => ({
        field: flagOf(String(issue.path[0] ?? 'options')),
        value: String(issue.path[0] === undefined ? '' : (raw[String(issue.path[0])] ?? '')),
        expected: issue.message,
      })),
    );
  }
  const given = parsed.data;
  const length = given.quick ? QUICK : THOROUGH;
  const options: SpikeOptions = {
    ...(given.redis === undefined ? {} : { redis: given.redis }),
    ...(given.placeboRedis === undefined ? {} : { placeboRedis: given.placeboRedis }),
    ...(given.allowRemote === undefined ? {} : { allowRemote: given.allowRemote }),
    namespace: given.namespace,
    backendWorkers: given.backendWorkers,
    backendMs: given.backendMs,
    rounds: given.rounds ?? length.rounds,
    windowMs: given.window === undefined ? length.windowMs : given.window * 1000,
    guardMs: given.guard === undefined ? length.guardMs : given.guard * 1000,
    neighbours: given.neighbours,
    neighbourRatePerSecond: given.neighbourRate,
    ordinaryRatePerSecond: Math.min(ORDINARY_RATE_PER_SECOND, given.hotRate),
    hotRatePerSecond: given.hotRate,
    without: given.without,
    withLocalDeny: given.with.includes('local-deny'),
    gate: given.gate,
    maxRisePercent: given.maxRise,
    maxDurationMs: given.maxDuration * 1000,
    seed: given.seed ?? randomSeed(),
    quick: given.quick,
  };
  checkTogether(options);
  return options;
}

/** Largest deadline of any tier: what a failed request is ranked by. */
export const DEADLINES_MS = Object.values(TIERS).map((tier) => tier.deadlineMs);

function checkTogether(options: SpikeOptions): void {
  const { placeboRedis, redis } = options;
  if (placeboRedis !== undefined && redis === undefined) {
    throw new BadInputError([
      { field: '--placebo-redis', value: 'given alone', expected: '--redis beside it' },
    ]);
  }
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
