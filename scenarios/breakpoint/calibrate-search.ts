/**
 * How often the interval of a breakpoint is wrong, over truths from sharp to hopeless:
 * `npx tsx scenarios/breakpoint/calibrate-search.ts [seed] [runs]` (2 minutes). The tails of
 * `find-breakpoint.ts` are chosen so that neither end is wrong in more than 5 % of runs of any of them.
 */
import { pathToFileURL } from 'node:url';
import { makeDraws } from '../../results/normal-draws.ts';
import { renderTable } from '../../results/table.ts';
import { makeRungs } from './choose-rung.ts';
import { simulateSearch, type Truth } from './simulate-search.fixture.ts';

const step = (at: number, below: number, above: number) => (times: number) =>
  times < at ? below : above;

/** Truths by name, each with its breakpoint: Infinity where it never breaks. */
export const TRUTHS: Readonly<Record<string, Truth & { readonly breakpoint: number }>> = {
  'back-end overflows': {
    rises: { p50: () => 0.2, p95: step(21, 0.1, 20), failures: step(26, 0, 40) },
    deviation: 0.6,
    breakpoint: 21,
  },
  'square of the rate': {
    rises: { p50: (times) => (times / 40) ** 2, p95: () => 0.1 },
    deviation: 0.6,
    breakpoint: 40,
  },
  'line, little noise': {
    rises: { p50: (times) => times / 100, p95: () => 0.1 },
    deviation: 0.3,
    breakpoint: 100,
  },
  'breaks at once': {
    rises: { p95: step(4, 0, 10) },
    deviation: 0.6,
    breakpoint: 4,
  },
  'never breaks': {
    rises: { p50: () => 0.2, p95: () => 0.1 },
    deviation: 0.6,
    breakpoint: Infinity,
  },
  'never breaks, noisy': {
    rises: { p50: () => 0.3, p95: () => 0.1 },
    deviation: 1.2,
    breakpoint: Infinity,
  },
  'on the bound at every rate': { rises: { p50: () => 1 }, deviation: 0.8, breakpoint: 2.5 },
  'on the bound, little noise': { rises: { p50: () => 1 }, deviation: 0.4, breakpoint: 2.5 },
  'on the bound from 20 on': {
    rises: { p50: step(20, 0.2, 1), p95: step(20, 0.1, 1) },
    deviation: 0.8,
    breakpoint: 20,
  },
  'just below the bound, always': {
    rises: { p50: () => 0.999, p95: () => 0.999 },
    deviation: 0.8,
    breakpoint: Infinity,
  },
};

export interface Characteristics {
  /** Shares of the runs whose lower end was at or above the truth, or whose upper end was below. */
  readonly lowerWrong: number;
  readonly upperWrong: number;
  /** Shares of the runs that had such an end at all. */
  readonly hasLower: number;
  readonly hasUpper: number;
  readonly medianHeld: number | undefined;
  readonly medianBroke: number | undefined;
  readonly meanRounds: number;
}

export function characterise(
  truth: Truth & { readonly breakpoint: number },
  settings: { readonly seed: number; readonly runs: number; readonly roundsMax: number },
): Characteristics {
  const { seed, runs, roundsMax } = settings;
  const rungs = makeRungs(2.5, 250);
  const draws = makeDraws(seed);
  const found = Array.from({ length: runs }, () => simulateSearch(draws, truth, rungs, roundsMax));
  const held = found.flatMap(({ heldTimes }) => (heldTimes === null ? [] : [heldTimes]));
  const broke = found.flatMap(({ brokeTimes }) => (brokeTimes === null ? [] : [brokeTimes]));
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  return {
    lowerWrong: held.filter((times) => times >= truth.breakpoint).length / runs,
    upperWrong: broke.filter((times) => times < truth.breakpoint).length / runs,
    hasLower: held.length / runs,
    hasUpper: broke.length / runs,
    medianHeld: median(held),
    medianBroke: median(broke),
    meanRounds: found.reduce((sum, { rounds }) => sum + rounds, 0) / runs,
  };
}

function main(seed: number, runs: number): void {
  const rows = [12, 18, 24].flatMap((roundsMax) =>
    Object.entries(TRUTHS).map(([name, truth]) => {
      const found = characterise(truth, { seed, runs, roundsMax });
      const { lowerWrong, upperWrong, hasLower, hasUpper, medianHeld, medianBroke } = found;
      const times = (value?: number) => value?.toFixed(1) ?? '-';
      return [
        String(roundsMax),
        name,
        String(truth.breakpoint),
        ...[lowerWrong, upperWrong, hasLower, hasUpper].map((share) => share.toFixed(3)),
        `${times(medianHeld)}..${times(medianBroke)}`,
      ];
    }),
  );
  const head = ['rounds', 'truth', 'at', 'low wrong', 'high wrong', 'low', 'high', 'median'];
  console.log(renderTable(head, rows));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(Number(process.argv[2] ?? 20_251_122), Number(process.argv[3] ?? 1000));
}
