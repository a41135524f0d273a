/**
 * Finds the shares of `sequential.ts` again: `npx tsx results/sequential-calibration.ts [seed]`
 * (about a minute). Simulates runs of normal rounds whose true mean sits exactly on the margin,
 * takes the one-sided p-value of t at every look, and finds the share c * shape[k] of alpha that
 * lets just alpha of the runs decide at any look. The statistic does not depend on the true spread.
 */
import { pathToFileURL } from 'node:url';
import { makeDraws } from './normal-draws.ts';
import { alpha, lookRounds, shares } from './sequential.ts';
import { criticalT, upperTailOfT } from './student-t.ts';

/** How the shares of alpha relate from look to look; the simulation finds their size. */
export const shapes = {
  pass: lookRounds.map((rounds) => Math.sqrt(rounds / Math.max(1, lookRounds[0] ?? 1))),
  fail: lookRounds.map(() => 1),
};

/** One-sided p-values of t at every look, run by run, with the true mean on the margin. */
export function simulatePValues(seed: number, runCount: number): readonly Float64Array[] {
  const draws = makeDraws(seed);
  const byLook = lookRounds.map(() => new Float64Array(runCount));
  for (let run = 0; run < runCount; run++) {
    let n = 0;
    let sum = 0;
    let sumOfSquares = 0;
    lookRounds.forEach((rounds, look) => {
      for (; n < rounds; n++) {
        const draw = draws.normal();
        sum += draw;
        sumOfSquares += draw * draw;
      }
      const variance = (sumOfSquares - (sum * sum) / n) / (n - 1);
      const t = sum / n / Math.sqrt(variance / n);
      const column = byLook[look];
      if (column) column[run] = upperTailOfT(t, n - 1);
    });
  }
  return byLook;
}

/** How often a run decides at any look when look k may spend `shareAtLook[k] * level`. */
export function decidedRatio(
  pValues: readonly Float64Array[],
  shareAtLook: readonly number[],
  level: number,
): number {
  const runCount = pValues[0]?.length ?? 0;
  let decided = 0;
  for (let run = 0; run < runCount; run++) {
    if (pValues.some((column, look) => (column[run] ?? 1) <= (shareAtLook[look] ?? 0) * level)) {
      decided++;
    }
  }
  return decided / runCount;
}

/** The largest shares of that shape with which no more than `level` of the runs decide. */
export function sharesFor(
  pValues: readonly Float64Array[],
  shape: readonly number[],
  level: number,
): number[] {
  const runCount = pValues[0]?.length ?? 0;
  const smallest = new Float64Array(runCount).fill(1);
  pValues.forEach((column, look) => {
    for (let run = 0; run < runCount; run++) {
      const scaled = (column[run] ?? 1) / (shape[look] ?? 1);
      smallest[run] = Math.min(smallest[run] ?? 1, scaled);
    }
  });
  smallest.sort();
  const size = (smallest[Math.floor(level * runCount)] ?? 0) / level;
  return shape.map((part) => part * size);
}

function main(seed: number): void {
  const pValues = simulatePValues(seed, 4_000_000);
  const print = (title: string, values: readonly number[]) =>
    console.log(title.padEnd(34), values.map((value) => value.toFixed(4)).join('  '));
  console.log(`seed ${seed}, 4,000,000 runs, looks after ${lookRounds.join(', ')} rounds`);
  print('PASS shares', sharesFor(pValues, shapes.pass, alpha.pass));
  for (const parts of [50, 16, 1]) {
    print(`FAIL shares at .05 / ${parts}`, sharesFor(pValues, shapes.fail, alpha.fail / parts));
  }
  print('committed: PASS shares', shares.pass);
  print('committed: FAIL shares', shares.fail);
  const critical = (levels: readonly number[], level: number) =>
    lookRounds.map((rounds, look) => criticalT((levels[look] ?? 0) * level, rounds - 1));
  print('committed: critical t of PASS', critical(shares.pass, alpha.pass));
  print('committed: critical t of FAIL', critical(shares.fail, alpha.fail));
  print('committed: FAIL, Holm .05 / 16', critical(shares.fail, alpha.fail / 16));
  const errors = [
    decidedRatio(pValues, shares.pass, alpha.pass),
    decidedRatio(pValues, shares.fail, alpha.fail),
    decidedRatio(pValues, shares.fail, alpha.fail / 50) * 50,
  ];
  print('committed: errors (PASS, FAIL, 50 x)', errors);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(Number(process.argv[2] ?? 20_251_122));
}
