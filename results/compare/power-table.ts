import { rejectedByHolm } from '../holm.ts';
import { makeDraws } from '../normal-draws.ts';
import { renderTable } from '../table.ts';
import { type CellRule, compareAlpha, compareCell } from './compare-cell.ts';
import type { Measure } from './measure.ts';

/**
 * Prints how often a comparison finds what is there, from simulated log-normal rounds: one of
 * eight gated measures is slower by so much. Run by
 * `npx tsx results/compare/power-table.ts [SEED [MARGIN_PERCENT]]`; the README shows seed 1, margin 1.
 */

const runs = 400;
const gatedCount = 8;
const slowDowns = [0, 3, 5, 10, 20] as const;

export interface Cell {
  readonly rounds: number;
  /** Spread of a round's figure, as a part of it. */
  readonly spread: number;
  readonly slowerPercent: number;
  /** Smaller changes are the same, and therefore not worse. */
  readonly marginPercent: number;
}

/** Share of comparisons that call the slower measure worse; without one, that call any changed. */
export function foundShare(
  { rounds, spread, slowerPercent, marginPercent }: Cell,
  seed: number,
): number {
  const rule: CellRule = {
    margin: { logarithm: Math.log(1 + marginPercent / 100), points: 0.5 },
    paired: false,
  };
  const { normal } = makeDraws(seed);
  const measure = (factor: number): Measure => ({
    name: 'simulated',
    unit: 'us',
    gated: true,
    better: 'lower',
    scale: 'ratio',
    rounds: Array.from({ length: rounds }, () => factor * Math.exp(spread * normal())),
  });
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const cells = Array.from({ length: gatedCount }, (_, index) =>
      compareCell(measure(1), measure(index === 0 ? 1 + slowerPercent / 100 : 1), rule),
    );
    const rejected = rejectedByHolm(
      cells.map(({ pValue }) => pValue),
      compareAlpha,
    );
    const changed = cells.map(
      ({ change }, index) => rejected[index] && (change === 'worse' || change === 'better'),
    );
    if (slowerPercent === 0 ? changed.some(Boolean) : changed[0]) found++;
  }
  return found / runs;
}

function printTable(seed: number, marginPercent: number): void {
  const rows = [0.01, 0.02, 0.04, 0.08].flatMap((spread) =>
    [6, 12, 24].map((rounds) => [
      `${100 * spread} %`,
      String(rounds),
      ...slowDowns.map((slowerPercent) =>
        foundShare({ rounds, spread, slowerPercent, marginPercent }, seed).toFixed(2),
      ),
    ]),
  );
  const head = ['spread', 'rounds', 'A/A', ...slowDowns.slice(1).map((percent) => `+${percent} %`)];
  process.stdout.write(
    `seed ${seed}, margin ${marginPercent} %, ${runs} comparisons each\n${renderTable(head, rows)}\n`,
  );
}

if (process.argv[1]?.endsWith('power-table.ts')) {
  printTable(Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 1));
}
