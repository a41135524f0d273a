import { summarise } from '../estimates.ts';
import { power } from '../power.ts';
import { criticalT, upperTailOfT } from '../student-t.ts';
import type { Measure } from './measure.ts';

export type CellChange = 'better' | 'worse' | 'same' | "can't tell";

/** One measure of two records, compared. Changes are logarithms of ratios, or points. */
export interface CellComparison {
  readonly name: string;
  readonly place?: Measure['place'];
  readonly unit: string;
  readonly scale: Measure['scale'];
  readonly better: Measure['better'];
  readonly gated: boolean;
  readonly change: CellChange;
  readonly reason: string;
  /** Means: geometric for ratios. */
  readonly base: number;
  readonly new: number;
  /** New minus base, with its 95 % interval; null where too few rounds leave it open. */
  readonly difference: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly margin: number;
  /** Two-sided, of "no change", before Holm's correction. */
  readonly pValue: number;
  /** A true change this large is found eight times in ten, for the cell alone. */
  readonly detectable: number | null;
  readonly rounds: { readonly base: readonly number[]; readonly new: readonly number[] };
}

export interface CellRule {
  /** Changes below this are the same, as a logarithm and in points. */
  readonly margin: { readonly logarithm: number; readonly points: number };
  /** Round i of one record was measured beside round i of the other. */
  readonly paired: boolean;
}

/** Of changes that are called better or worse, wrongly: together over all gated cells. */
export const compareAlpha = 0.05;
/** Fewer rounds a side say nothing. */
export const compareRoundsMin = 4;
export const TOO_FEW_ROUNDS = `fewer than ${compareRoundsMin} rounds`;

/**
 * Better or worse where "no change" is rejected and the interval is not wholly within the margin;
 * same where it is; else nothing can be told. Holm's correction comes after, over all cells.
 */
export function compareCell(base: Measure, fresh: Measure, rule: CellRule): CellComparison {
  const { name, unit, scale, better, gated } = base;
  const from = base.rounds.map((value) => transform(value, scale));
  const to = fresh.rounds.map((value) => transform(value, scale));
  const margin = scale === 'points' ? rule.margin.points : rule.margin.logarithm;
  const { difference, error, degrees } = rule.paired ? pairedOf(from, to) : welchOf(from, to);
  const few = Math.min(from.length, to.length) < compareRoundsMin;
  const isOpen = few || degrees < 1;
  const reach = isOpen ? Number.NaN : criticalT(compareAlpha / 2, degrees) * error;
  const pValue = isOpen ? 1 : pValueOf(difference, error, degrees);
  const lower = isOpen ? null : difference - reach;
  const upper = isOpen ? null : difference + reach;
  return {
    name,
    ...(base.place === undefined ? {} : { place: base.place }),
    unit,
    scale,
    better,
    gated,
    ...decide({
      few,
      lower,
      upper,
      margin,
      pValue,
      isWorse: difference > 0 === (better === 'lower'),
    }),
    base: meanOf(from, scale),
    new: meanOf(to, scale),
    difference,
    lower,
    upper,
    margin,
    pValue,
    detectable: isOpen ? null : reach + criticalT(1 - power, degrees) * error,
    rounds: { base: base.rounds, new: fresh.rounds },
  };
}

interface Evidence {
  readonly few: boolean;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly margin: number;
  readonly pValue: number;
  readonly isWorse: boolean;
}

function decide({ few, lower, upper, margin, pValue, isWorse }: Evidence): {
  change: CellChange;
  reason: string;
} {
  if (few || lower === null || upper === null) {
    return { change: "can't tell", reason: TOO_FEW_ROUNDS };
  }
  if (lower > -margin && upper < margin) return { change: 'same', reason: 'within the margin' };
  if (pValue <= compareAlpha) {
    const beyond = lower > margin || upper < -margin;
    return {
      change: isWorse ? 'worse' : 'better',
      reason: beyond
        ? 'changed by more than the margin'
        : 'changed, perhaps by less than the margin',
    };
  }
  return { change: "can't tell", reason: 'no change is possible, and so is one beyond the margin' };
}

interface Difference {
  readonly difference: number;
  readonly error: number;
  readonly degrees: number;
}

/** Welch's test; degrees are rounded down, which errs on the safe side. */
function welchOf(from: readonly number[], to: readonly number[]): Difference {
  const a = summarise(from);
  const b = summarise(to);
  const va = a.sd ** 2 / a.count;
  const vb = b.sd ** 2 / b.count;
  const spread = va ** 2 / (a.count - 1) + vb ** 2 / (b.count - 1);
  const degrees = spread === 0 ? a.count + b.count - 2 : Math.floor((va + vb) ** 2 / spread);
  const known = a.count > 1 && b.count > 1;
  return {
    difference: b.mean - a.mean,
    error: Math.sqrt(va + vb),
    degrees: known ? Math.max(1, degrees) : 0,
  };
}

function pairedOf(from: readonly number[], to: readonly number[]): Difference {
  if (from.length !== to.length) {
    throw new Error(`pairs of ${from.length} and ${to.length} rounds`);
  }
  const { mean, sd, count } = summarise(
    to.map((value, index) => value - (from[index] ?? Number.NaN)),
  );
  return { difference: mean, error: sd / Math.sqrt(count), degrees: count - 1 };
}

function pValueOf(difference: number, error: number, degrees: number): number {
  if (error === 0) return difference === 0 ? 1 : 0;
  return Math.min(1, 2 * upperTailOfT(Math.abs(difference) / error, degrees));
}

function transform(value: number, scale: Measure['scale']): number {
  return scale === 'ratio' ? Math.log(value) : value;
}

function meanOf(transformed: readonly number[], scale: Measure['scale']): number {
  const { mean } = summarise(transformed);
  return scale === 'ratio' ? Math.exp(mean) : mean;
}
