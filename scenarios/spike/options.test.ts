import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadInputError } from '../../results/output/operating-errors.ts';
import { DEADLINES_MS, parseSpikeOptions, type RawSpikeOptions } from './options.ts';

/** Time and rounds with which no other option takes too long, nor any time is too short. */
const ROOMY = { redis: 'redis://127.0.0.1:1', rounds: '1', window: '0.5', guard: '0.2' };

const parse = (raw: RawSpikeOptions = {}) => parseSpikeOptions(raw, () => 4711);

function problemsOf(raw: RawSpikeOptions) {
  try {
    parse(raw);
  } catch (error) {
    if (error instanceof BadInputError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseSpikeOptions', () => {
  it('fills in the defaults', () => {
    expect(parse()).toEqual({
      namespace: '',
      allowRemote: [],
      cleanUp: false,
      backendWorkers: 12,
      backendMs: 20,
      rounds: 'auto',
      windowMs: 5000,
      guardMs: 600,
      neighbours: 20,
      neighbourRatePerSecond: 100,
      ordinaryRatePerSecond: 100,
      hotRatePerSecond: 10_000,
      without: [],
      withLocalDeny: false,
      gate: [],
      maxRisePercent: 10,
      maxDurationMs: 600_000,
      seed: 4711,
      quick: false,
    });
  });

  it('takes everything as the command line gives it, as text', () => {
    const options = parse({
      redis: 'redis://127.0.0.1:7000',
      placeboRedis: 'redis://127.0.0.1:7001',
      namespace: 'trial.1',
      allowRemote: 'cache.example, other.example',
      backendWorkers: '8',
      backendMs: '7.5',
      rounds: '12',
      window: '20',
      guard: '1.5',
      neighbours: '30',
      neighbourRate: '50',
      hotRate: '5000',
      without: 'limiter, timeout',
      with: 'local-deny',
      gate: 'p99,worst',
      maxRise: '12.5',
      maxDuration: '1200',
      seed: '4294967295',
    });

    expect(options).toEqual({
      redis: 'redis://127.0.0.1:7000',
      placeboRedis: 'redis://127.0.0.1:7001',
      namespace: 'trial.1',
      cleanUp: false,
      allowRemote: ['cache.example', 'other.example'],
      backendWorkers: 8,
      backendMs: 7.5,
      rounds: 12,
      windowMs: 20_000,
      guardMs: 1500,
      neighbours: 30,
      neighbourRatePerSecond: 50,
      ordinaryRatePerSecond: 100,
      hotRatePerSecond: 5000,
      without: ['limiter', 'timeout'],
      withLocalDeny: true,
      gate: ['p99', 'worst'],
      maxRisePercent: 12.5,
      maxDurationMs: 1_200_000,
      seed: 4_294_967_295,
      quick: false,
    });
  });

  it.each([
    ['backendWorkers', '--backend-workers', [1, 10_000], [0, 10_001, 1.5]],
    ['backendMs', '--backend-ms', [0.1, 60_000], [0.09, 60_001]],
    ['rounds', '--rounds', [1, 200, 'auto'], [0, 201, 1.5, 'AUTO', 'many']],
    ['window', '--window', [0.5, 600], [0.49, 601]],
    ['guard', '--guard', [0.2, 60], [0.19, 61]],
    ['neighbours', '--neighbours', [1, 500], [0, 501, 2.5]],
    ['neighbourRate', '--neighbour-rate', [1, 10_000], [0.9, 10_001]],
    ['hotRate', '--hot-rate', [1, 1_000_000], [0.9, 1_000_001]],
    ['maxRise', '--max-rise', [0.1, 1000], [0, 1001, -10]],
    ['maxDuration', '--max-duration', [12, 86_400], [11, 86_401]],
    ['seed', '--seed', [0, 2 ** 32 - 1], [-1, 2 ** 32, 0.5]],
  ] as const)(
    'keeps %s within its bounds, and names %s where it is not',
    (name, flag, good, bad) => {
      for (const value of good) {
        expect(problemsOf({ ...ROOMY, maxDuration: '86400', [name]: String(value) })).toEqual([]);
      }
      for (const value of [...bad, 'NaN', 'Infinity', '12x']) {
        const [problem, ...more] = problemsOf({ [name]: String(value) });
        expect(problem).toMatchObject({ field: flag, value: String(value) });
        expect(problem?.expected).toMatch(/\d/);
        expect(more).toEqual([]);
      }
      for (const blank of ['', '  ']) expect(problemsOf({ [name]: blank })).toHaveLength(1);
    },
  );

  it.each([
    ['namespace', '--namespace', 'with space'],
    ['namespace', '--namespace', 'x'.repeat(65)],
    ['namespace', '--namespace', 'a{b}'],
    ['without', '--without', 'limits'],
    ['without', '--without', 'limiter,all-of-them'],
    ['with', '--with', 'limiter'],
    ['gate', '--gate', 'p95'],
  ])('refuses what %s does not know: %s %s', (name, field, value) => {
    const [problem, ...more] = problemsOf({ [name]: value });

    expect(problem?.field).toBe(field);
    expect(problem?.value).toBe(value);
    expect(more).toEqual([]);
  });

  it('says what a list may hold', () => {
    expect(() => parse({ without: 'limits' })).toThrow(
      '--without: limits, expected a comma-separated list of namespace, limiter, timeout, all',
    );
  });

  it('names every problem at once', () => {
    const problems = problemsOf({ rounds: 'many', window: '0', neighbours: '-3', gate: 'p1' });

    expect(problems.map(({ field }) => field).sort()).toEqual([
      '--gate',
      '--neighbours',
      '--rounds',
      '--window',
    ]);
  });

  it('refuses an option that nobody knows', () => {
    expect(problemsOf({ neighbors: '3' })).toHaveLength(1);
  });

  it('takes all protections away at once', () => {
    expect(parse({ without: 'all' }).without).toEqual(['namespace', 'limiter', 'timeout']);
  });

  it('takes none away where the list is empty', () => {
    expect(parse({ without: '', gate: ' , ' })).toMatchObject({ without: [], gate: [] });
  });

  it('is short with --quick, and leaves alone what is asked for beside it', () => {
    expect(parse({ quick: true })).toMatchObject({
      quick: true,
      rounds: 6,
      windowMs: 1000,
      guardMs: 200,
      maxDurationMs: 46_000,
    });
    expect(parse({ quick: true, rounds: '12', window: '2', guard: '0.5' })).toMatchObject({
      rounds: 12,
      windowMs: 2000,
      guardMs: 500,
      maxDurationMs: 600_000,
    });
    for (const longer of [{ rounds: '6' }, { window: '1' }, { guard: '0.2' }]) {
      expect(parse({ quick: true, ...longer }).maxDurationMs).toBe(600_000);
    }
    expect(parse({ quick: true, maxDuration: '50' }).maxDurationMs).toBe(50_000);
  });

  it('never lets ordinary traffic exceed the spike', () => {
    expect(parse({ hotRate: '40' })).toMatchObject({
      ordinaryRatePerSecond: 40,
      hotRatePerSecond: 40,
    });
  });

  it('draws a seed only where none is given, 0 being one', () => {
    const draws: number[] = [];
    const options = parseSpikeOptions({ seed: '0' }, () => draws.push(1));

    expect(options.seed).toBe(0);
    expect(draws).toEqual([]);
  });

  it('takes rates with fractions, and keeps ordinary traffic within a fractional spike', () => {
    expect(parse({ hotRate: '1.5', neighbourRate: '33.3' })).toMatchObject({
      ordinaryRatePerSecond: 1.5,
      hotRatePerSecond: 1.5,
      neighbourRatePerSecond: 33.3,
    });
    expect(parse({ hotRate: '100.25' })).toMatchObject({
      ordinaryRatePerSecond: 100,
      hotRatePerSecond: 100.25,
    });
  });

  it('takes lengths to the millisecond', () => {
    const options = parse({ window: '1.1', guard: '0.7', maxDuration: '600.0004' });

    expect(options).toMatchObject({ windowMs: 1100, guardMs: 700, maxDurationMs: 600_000 });
  });

  it('wants a server beside the one of the placebo', () => {
    expect(() => parse({ placeboRedis: 'redis://127.0.0.1:1' })).toThrow(
      '--placebo-redis: given alone, expected --redis beside it',
    );
    expect(parse({ redis: 'redis://127.0.0.1:1' }).placeboRedis).toBeUndefined();
  });
});

describe('the longest time of a run', () => {
  const least = (raw: RawSpikeOptions) => {
    const [problem, ...more] = problemsOf({ maxDuration: '12', ...raw });
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ field: '--max-duration', value: '12' });
    return problem?.expected;
  };

  it.each([
    [{}, 164, 6],
    [{ rounds: '12' }, 297, 12],
    [{ rounds: '1', window: '0.5', guard: '0.3' }, 17, 1],
    [{ quick: true }, 45, 6],
    [{ redis: 'redis://127.0.0.1:1' }, 112, 6],
    [{ redis: 'redis://127.0.0.1:1', placeboRedis: 'redis://127.0.0.1:2' }, 164, 6],
  ])(
    'of %j has to be %i seconds: start, a warm-up round, those measured, one slot',
    (raw, leastS, rounds) => {
      expect(least(raw)).toBe(
        `at least ${leastS} seconds for a warm-up round and ${rounds} measured`,
      );
      expect(problemsOf({ ...raw, maxDuration: String(leastS) })).toEqual([]);
      expect(problemsOf({ ...raw, maxDuration: String(leastS - 1) })).toHaveLength(1);
    },
  );

  it('that is named as the least one suffices, whatever the lengths', () => {
    fc.assert(
      fc.property(
        fc.record({
          rounds: fc.oneof(fc.constant('auto'), fc.integer({ min: 1, max: 20 }).map(String)),
          window: fc.double({ min: 0.5, max: 30, noNaN: true }).map(String),
          guard: fc.double({ min: 0.2, max: 10, noNaN: true }).map(String),
        }),
        (raw) => {
          const named = /^at least (\d+) seconds/.exec(least(raw) ?? '')?.[1];

          expect(problemsOf({ ...raw, maxDuration: named })).toEqual([]);
          expect(problemsOf({ ...raw, maxDuration: String(Number(named) - 1) })).toHaveLength(1);
        },
      ),
    );
  });

  it('says so where no time that may be asked for would suffice', () => {
    expect(least({ rounds: '200', window: '600', guard: '60' })).toBe(
      'at least 506736 seconds for a warm-up round and 200 measured, or fewer or shorter rounds',
    );
  });

  it('is reported with everything else that is wrong', () => {
    const fieldsOf = (raw: RawSpikeOptions) => problemsOf(raw).map(({ field }) => field);

    expect(
      fieldsOf({
        maxDuration: '20',
        placeboRedis: 'redis://127.0.0.1:1',
        gate: 'p1',
        neighbours: '0',
      }),
    ).toEqual(['--neighbours', '--gate', '--placebo-redis', '--max-duration']);
    expect(fieldsOf({ maxDuration: '20', neighbors: '3' })).toEqual([
      '--options',
      '--max-duration',
    ]);
  });

  it.each([{ rounds: 'many' }, { window: '0' }, { guard: 'x' }])(
    'is not judged by an option that is wrong itself: %j',
    (wrong) => {
      expect(problemsOf({ maxDuration: '20', ...wrong })).toHaveLength(1);
    },
  );
});

describe('deadlines', () => {
  it('are those of the three tiers', () => {
    expect([...DEADLINES_MS].sort((a, b) => a - b)).toEqual([200, 500, 1000]);
  });
});
