import { makeDraws } from '../../results/normal-draws.ts';
import type { Progress } from '../../results/output/progress.ts';
import { BrokenRunError } from '../spike/broken-run-error.ts';
import type { Benchmark, Contender, Measured } from './benchmark.ts';
import { shuffled } from './shuffle.ts';

export interface Rounds {
  readonly rounds: number;
  readonly seed: number;
  readonly progress: Progress;
  /** Aborted: the round under way is dropped, the ones before are kept. */
  readonly signal: AbortSignal;
}

/**
 * Measures all benchmarks round by round, the contenders of each right after one another in an
 * order drawn anew for every round, so that what the host does meanwhile meets all alike. The first
 * round warms up and is discarded.
 * @throws BrokenRunError where a contender fails, with what was measured by then
 */
export async function measureInterleaved(
  benchmarks: readonly Benchmark[],
  { rounds, seed, progress, signal }: Rounds,
): Promise<Measured[]> {
  const { uniform } = makeDraws(seed);
  const tables = benchmarks.map((benchmark) => ({
    benchmark,
    figures: new Map(benchmark.contenders.map(({ name }) => [name, [] as number[]])),
  }));
  try {
    for (let round = 0; round <= rounds && !signal.aborted; round += 1) {
      for (const [at, { benchmark, figures }] of tables.entries()) {
        const isOver = round > (benchmark.roundsMax ?? rounds);
        const isWarm = round === 0 && benchmark.isExact === true;
        if (isOver || isWarm || signal.aborted) continue;
        progress.advance(round * tables.length + at, (rounds + 1) * tables.length, benchmark.name);
        const measured = await measureRound(benchmark.contenders, uniform, signal);
        if (round === 0 || measured === undefined) continue;
        for (const [name, figure] of measured) figures.get(name)?.push(figure);
      }
    }
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    throw new BrokenRunError<Measured[]>(cause, tables);
  }
  return tables;
}

async function measureRound(
  contenders: readonly Contender[],
  draw: () => number,
  signal: AbortSignal,
): Promise<Map<string, number> | undefined> {
  const figures = new Map<string, number>();
  for (const { name, measure } of shuffled(contenders, draw)) {
    if (signal.aborted) return undefined;
    try {
      figures.set(name, await measure());
    } catch (error) {
      // What an interruption broke off is no fault.
      if (signal.aborted) return undefined;
      throw error;
    }
  }
  return figures;
}
