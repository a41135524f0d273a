import { rejectedByHolm } from '../holm.ts';
import { makeDraws } from '../normal-draws.ts';
import { type CellRule, compareAlpha, compareCell } from './compare-cell.ts';
import type { Measure } from './measure.ts';

/** A comparison whose truth is known: one of some gated measures is slower. */
export interface KnownComparison {
  readonly rounds: number;
  /** Spread of a round's figure, as a part of it; of the ratio within a pair where paired. */
  readonly spread: number;
  /** Of one measure; 0: nothing differs. */
  readonly slowerPercent: number;
  /** Smaller changes are the same, and therefore not worse. */
  readonly marginPercent: number;
  readonly paired: boolean;
  readonly gatedCount: number;
}

/**
 * Share of comparisons of simulated log-normal rounds that call the slower measure worse; without
 * one, that call any measure changed.
 */
export function foundShare(known: KnownComparison, runs: number, seed: number): number {
  const { rounds, spread, slowerPercent, marginPercent, paired, gatedCount } = known;
  const rule: CellRule = {
    margin: { logarithm: Math.log(1 + marginPercent / 100), points: 0.5 },
    paired,
  };
  const { normal } = makeDraws(seed);
  const ofOne = paired ? spread / Math.SQRT2 : spread;
  const measure = (factor: number): Measure => ({
    name: 'simulated',
    unit: 'us',
    gated: true,
    better: 'lower',
    scale: 'ratio',
    rounds: Array.from({ length: rounds }, () => factor * Math.exp(ofOne * normal())),
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
