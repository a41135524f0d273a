import { type Comparison, compareRecords } from '../../results/compare/comparison.ts';
import { foundShare } from '../../results/compare/found-share.ts';
import { makeDraws } from '../../results/normal-draws.ts';
import type { RunSurroundings } from '../../results/output/watched.ts';
import type { Host } from '../../results/schema.ts';
import { makeBenchRecord } from './bench-record.ts';
import type { Benchmark } from './benchmark.ts';
import { YARDSTICK } from './policy-calls.ts';
import { bundlePolicy, type PolicyBundle, type PolicyTask, runInNode } from './policy-process.ts';
import { type Editing, SLOWED, slowDown } from './slow-down.ts';

export interface ControlsOptions {
  /** Per cent by which one function is slower, a row each; 0 compares a revision with itself. */
  readonly slower: readonly number[];
  readonly comparisons: number;
  readonly rounds: number;
  readonly marginPercent: number;
  readonly seed: number;
}

/** How often comparisons of known truth said what is true, and what was promised. */
export interface ControlRow {
  readonly slowerPercent: number;
  readonly comparisons: number;
  /** Of the slowed function called worse; of no difference, those that called anything changed. */
  readonly found: number;
  readonly promised: number;
  /** Spread of the slowed function's ratio within a pair of rounds, as a part of it. */
  readonly spread: number;
  /** Median of what the comparisons said the slow-down was, in per cent. */
  readonly medianPercent: number;
  readonly kept: boolean;
  /** So few comparisons that not even the worst outcome would break the promise. */
  readonly isTooFew: boolean;
  /** Every pair of rounds: base and new, of each comparison. */
  readonly differences: readonly (readonly number[])[];
}

/** The functions of a comparison: one is slowed, another must not be called changed. */
const NAMES = [YARDSTICK, SLOWED, 'lookup, hit'];
const TIMING = { batchMs: 2, batches: 25, warmUpMs: 40 };
const BENCHMARK = {
  name: 'policy in Node',
  unit: 'us',
  better: 'lower',
  reference: YARDSTICK,
  contenders: [],
  limits: [],
} as const satisfies Benchmark;

/**
 * Builds the policy as it is and with one function slowed down, measures both in turn as
 * `compare --rev` does, a process a round, and compares: as often as the options say. Interrupted, it
 * returns what was compared before.
 */
export async function runControls(
  options: ControlsOptions,
  editing: Editing,
  host: Host,
  { progress, signal }: RunSurroundings,
): Promise<ControlRow[]> {
  const rows: ControlRow[] = [];
  const { slower, comparisons, rounds, seed } = options;
  const { uniform } = makeDraws(seed);
  const total = slower.length * comparisons;
  const base = await bundlePolicy('node', [editing(slowDown(0))]);
  try {
    for (const [at, slowerPercent] of slower.entries()) {
      const slowed = await bundlePolicy('node', [editing(slowDown(slowerPercent))]);
      const compared: Comparison[] = [];
      try {
        for (let one = 0; one < comparisons && !signal.aborted; one += 1) {
          progress.advance(at * comparisons + one, total, `${slowerPercent} % slower`);
          const sides = await measurePairs([base, slowed], rounds, uniform, signal);
          // An interrupted comparison says nothing; the ones before do.
          if (!signal.aborted) compared.push(compareSides(sides, options, host));
        }
      } finally {
        await slowed.remove();
      }
      if (compared.length > 0) rows.push(makeRow(slowerPercent, compared, options));
      if (signal.aborted) break;
    }
  } finally {
    await base.remove();
  }
  return rows;
}

type Figures = Map<string, number[]>;

async function measurePairs(
  bundles: readonly [PolicyBundle, PolicyBundle],
  rounds: number,
  uniform: () => number,
  signal: AbortSignal,
): Promise<readonly [Figures, Figures]> {
  const sides: readonly [Figures, Figures] = [new Map(), new Map()];
  for (let round = 0; round < rounds && !signal.aborted; round += 1) {
    for (const side of uniform() < 0.5 ? ([0, 1] as const) : ([1, 0] as const)) {
      const seed = Math.floor(uniform() * 2 ** 31);
      const task: PolicyTask = { kind: 'time', seed, names: NAMES, ...TIMING };
      const figures = await runInNode(bundles[side], task, signal).catch((error: unknown) => {
        if (signal.aborted) return {};
        throw error;
      });
      for (const [name, figure] of Object.entries(figures)) {
        sides[side].set(name, [...(sides[side].get(name) ?? []), figure]);
      }
    }
  }
  return sides;
}

export function compareSides(
  [base, fresh]: readonly [Figures, Figures],
  { rounds, seed, marginPercent }: ControlsOptions,
  host: Host,
): Comparison {
  const recordOf = (figures: Figures) =>
    makeBenchRecord({
      suite: 'policy',
      startedAt: new Date(),
      seed,
      options: { rounds },
      host,
      gitRevision: null,
      measured: [{ benchmark: BENCHMARK, figures }],
      interrupted: false,
    });
  const rule = { marginPercent, marginPoints: 0.5, paired: true };
  return compareRecords(recordOf(base), recordOf(fresh), rule);
}

const SLOWED_CELL = `${BENCHMARK.name}, ${SLOWED} / ${YARDSTICK}`;
const PROMISE_RUNS = 2_000;
/** Fewer finds, or more false alarms, than so rare a number by chance break the promise. */
const CHANCE_MIN = 0.01;

/** What comparisons of one truth came to; without any, no promise is kept. */
export function makeRow(
  slowerPercent: number,
  compared: readonly Comparison[],
  { rounds, marginPercent, seed }: ControlsOptions,
): ControlRow {
  const cells = compared.flatMap((one) => one.cells.filter(({ name }) => name === SLOWED_CELL));
  const differences = cells.map((cell) =>
    cell.rounds.new.map((value, round) =>
      Math.log(value / (cell.rounds.base[round] ?? Number.NaN)),
    ),
  );
  const isFound = ({ verdict, cells: all }: Comparison) =>
    slowerPercent === 0
      ? verdict === 'WORSE' || all.some(({ gated, change }) => gated && change === 'better')
      : all.some(({ name, change }) => name === SLOWED_CELL && change === 'worse');
  const found = compared.filter(isFound).length;
  const spread = Math.sqrt(mean(differences.map(variance)));
  const gatedCount = NAMES.length - 1;
  const known = { rounds, spread, slowerPercent, marginPercent, paired: true, gatedCount };
  const promised = slowerPercent === 0 ? 0.05 : foundShare(known, PROMISE_RUNS, seed);
  const chanceOf = (count: number) =>
    slowerPercent === 0
      ? 1 - binomialUpTo(count - 1, compared.length, promised)
      : binomialUpTo(count, compared.length, promised);
  const worst = slowerPercent === 0 ? compared.length : 0;
  return {
    slowerPercent,
    comparisons: compared.length,
    found,
    promised,
    spread,
    medianPercent: 100 * Math.expm1(median(cells.map(({ difference }) => difference))),
    kept: compared.length > 0 && chanceOf(found) >= CHANCE_MIN,
    isTooFew: chanceOf(worst) >= CHANCE_MIN,
    differences,
  };
}

/** Chance of at most so many of `count` at this probability each. */
export function binomialUpTo(most: number, count: number, probability: number): number {
  if (most < 0) return 0;
  if (most >= count) return 1;
  if (probability >= 1) return 0;
  let term = (1 - probability) ** count;
  let sum = term;
  for (let k = 1; k <= most; k += 1) {
    term *= ((count - k + 1) / k) * (probability / (1 - probability));
    sum += term;
  }
  return Math.min(1, sum);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
