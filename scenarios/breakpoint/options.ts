import { z } from 'zod';
import { samplesNeeded } from '../../results/histogram.ts';
import { BadInputError, type InputProblem } from '../../results/output/operating-errors.ts';
import {
  parseSpikeOptions,
  type RawSpikeOptions,
  SPIKE_PROTECTIONS,
  type SpikeOptions,
  type SpikeProtection,
} from '../spike/options.ts';

/** What a breakpoint run is made of: a spike's options, its rate left open. */
export interface BreakpointRunOptions {
  /** All protections on; its rate of the hot tenant and its rounds are not used. */
  readonly spike: SpikeOptions;
  /** Taken away in the unprotected setting. */
  readonly without: readonly SpikeProtection[];
  /** The settings tried, in their turns: true with protections. */
  readonly settings: readonly boolean[];
  /** What must be shown to hold; undefined where it is only measured. */
  readonly atLeastTimes: number | undefined;
  /** The most that is tried, in times of the ordinary rate; undefined: all that can be offered. */
  readonly mostTimes: number | undefined;
}

const LOAD_PROTECTIONS = SPIKE_PROTECTIONS.filter((name) => name !== 'namespace');
const SETTINGS = { both: [true, false], on: [true], off: [false] } as const;
const LEAST_TIMES = 2.5;

const times = (least: number) => {
  const expected = `times of the ordinary rate, ${least}..10000`;
  return z.coerce.number<unknown>(expected).min(least, expected).max(10_000, expected).optional();
};
const schema = z.object({
  atLeast: times(1),
  maxTimes: times(LEAST_TIMES),
  protections: z.enum(['both', 'on', 'off'], 'both, on or off').default('both'),
  without: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(z.enum(LOAD_PROTECTIONS)).min(1))
    .default([...LOAD_PROTECTIONS]),
});

/** A round of six slots: enough for a P95, short enough for a ladder. */
const USUAL = { window: '1.2', guard: '0.5', maxDuration: '270' } as const;
const QUICK = { window: '1', guard: '0.5', maxDuration: '110' } as const;

/**
 * Checks what the user asked for and fills in the defaults.
 * @throws BadInputError with every problem at once.
 */
export function parseBreakpointOptions(
  raw: RawSpikeOptions,
  randomSeed: () => number,
): BreakpointRunOptions {
  const { atLeast, maxTimes, protections, without, ...common } = raw;
  const own = schema.safeParse({ atLeast, maxTimes, protections, without });
  const problems: InputProblem[] = own.success
    ? []
    : own.error.issues.map((issue) => problemOf(issue, raw));
  if (own.success) problems.push(...neverShown(own.data));
  const usual = common['quick'] === true ? QUICK : USUAL;
  let spike: SpikeOptions | undefined;
  try {
    spike = parseSpikeOptions({ ...usual, ...common, rounds: '1' }, randomSeed);
    problems.push(...tooFewSamples(spike));
  } catch (error) {
    if (!(error instanceof BadInputError)) throw error;
    problems.push(...error.problems);
  }
  if (own.success && spike && problems.length === 0) {
    const { data } = own;
    return {
      spike,
      without: data.without,
      settings: SETTINGS[data.protections],
      atLeastTimes: data.atLeast,
      mostTimes: data.maxTimes,
    };
  }
  throw new BadInputError(problems);
}

/** A rate that must hold has to be tried, and with protections. */
function neverShown({ atLeast, maxTimes, protections }: z.infer<typeof schema>): InputProblem[] {
  if (atLeast === undefined) return [];
  const refuse = (expected: string) => ({ field: '--at-least', value: String(atLeast), expected });
  return [
    ...(maxTimes !== undefined && atLeast > maxTimes
      ? [refuse(`${maxTimes} times or fewer, the most that --max-times lets it try`)]
      : []),
    ...(protections === 'off'
      ? [refuse('--protections on or both: it must hold with protections')]
      : []),
  ];
}

function problemOf(issue: z.core.$ZodIssue, raw: RawSpikeOptions): InputProblem {
  const name = String(issue.path[0]);
  const expected =
    name === 'without' ? `a comma-separated list of ${LOAD_PROTECTIONS.join(', ')}` : issue.message;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { field: `--${flag}`, value: String(raw[name] ?? ''), expected };
}

/** A round is judged alone, so its windows must hold the samples that a P95 needs. */
function tooFewSamples({
  windowMs,
  neighbours,
  neighbourRatePerSecond,
}: SpikeOptions): InputProblem[] {
  const perSecond = neighbours * neighbourRatePerSecond;
  const leastS = samplesNeeded(0.95) / perSecond;
  if (windowMs / 1000 >= leastS) return [];
  const expected = `at least ${Math.ceil(10 * leastS) / 10} seconds for the P95 of ${perSecond} requests/s`;
  return [{ field: '--window', value: String(windowMs / 1000), expected }];
}

export const leastTimes = LEAST_TIMES;
