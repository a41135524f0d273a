import { renderTable } from '../table.ts';
import { foundShare } from './found-share.ts';

/**
 * Prints how often a comparison finds what is there, from simulated log-normal rounds: one of
 * eight gated measures is slower by so much. Run by
 * `npx tsx results/compare/power-table.ts [SEED [MARGIN_PERCENT]]`; the README shows seed 1, margin 1.
 */

const runs = 400;
const gatedCount = 8;
const slowDowns = [0, 3, 5, 10, 20] as const;

function printTable(seed: number, marginPercent: number): void {
  const rows = [0.01, 0.02, 0.04, 0.08].flatMap((spread) =>
    [6, 12, 24].map((rounds) => [
      `${100 * spread} %`,
      String(rounds),
      ...slowDowns.map((slowerPercent) =>
        foundShare(
          { rounds, spread, slowerPercent, marginPercent, paired: false, gatedCount },
          runs,
          seed,
        ).toFixed(2),
      ),
    ]),
  );
  const head = ['spread', 'rounds', 'A/A', ...slowDowns.slice(1).map((percent) => `+${percent} %`)];
  process.stdout.write(
    `seed ${seed}, margin ${marginPercent} %, ${runs} comparisons each\n${renderTable(head, rows)}\n`,
  );
}

printTable(Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 1));
