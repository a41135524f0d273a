import type { AnyRecord } from '../any-record.ts';
import { counted } from '../counted.ts';
import { rejectedByHolm } from '../holm.ts';
import { formatDuration } from '../rise.ts';
import {
  type CellComparison,
  type CellRule,
  compareAlpha,
  compareCell,
  TOO_FEW_ROUNDS,
} from './compare-cell.ts';
import { softwareChanges, unlikenesses } from './likeness.ts';
import { measuresOf } from './measures.ts';

export type ComparisonVerdict = 'WORSE' | 'BETTER' | 'SAME' | "CAN'T TELL";

/** Two records of one kind, compared. */
export interface Comparison {
  readonly verdict: ComparisonVerdict;
  readonly reasons: readonly string[];
  readonly cells: readonly CellComparison[];
  /** Gated measures that only one record has. */
  readonly unmatched: readonly string[];
  /** Why the records are unlike, where they were compared all the same. */
  readonly unlike: readonly string[];
  readonly software: readonly string[];
  readonly rule: CellRule;
  readonly base: AnyRecord;
  readonly new: AnyRecord;
}

export interface CompareOptions {
  readonly marginPercent: number;
  readonly marginPoints: number;
  readonly paired: boolean;
}

export const defaultCompareOptions: CompareOptions = {
  marginPercent: 5,
  marginPoints: 0.5,
  paired: false,
};

/** Compares measure by measure, then corrects for many and decides. Records are of one kind. */
export function compareRecords(
  base: AnyRecord,
  fresh: AnyRecord,
  { marginPercent, marginPoints, paired }: CompareOptions = defaultCompareOptions,
): Comparison {
  const rule: CellRule = {
    margin: { logarithm: Math.log(1 + marginPercent / 100), points: marginPoints },
    paired,
  };
  const from = measuresOf(base);
  const to = new Map(measuresOf(fresh).map((measure) => [measure.name, measure]));
  const matched = from.flatMap((measure) => {
    const other = to.get(measure.name);
    return other ? [compareCell(measure, other, rule)] : [];
  });
  const cells = correctForMany(matched);
  const names = new Set(cells.map(({ name }) => name));
  const unmatched = [...from, ...to.values()]
    .filter(({ name, gated }) => gated && !names.has(name))
    .map(({ name }) => name);
  const findings = { cells, unmatched, leaks: leaksOf(fresh), unsound: unsoundOf(base, fresh) };
  return {
    ...decide(findings),
    cells,
    unmatched,
    unlike: unlikenesses(base, fresh),
    software: softwareChanges(base, fresh),
    rule,
    base,
    new: fresh,
  };
}

/** A cell that changed alone but not among all gated cells is open. */
function correctForMany(cells: readonly CellComparison[]): CellComparison[] {
  const gated = cells.filter((cell) => cell.gated);
  const rejected = rejectedByHolm(
    gated.map(({ pValue }) => pValue),
    compareAlpha,
  );
  const changed = new Set(gated.filter((_, index) => rejected[index]));
  return cells.map((cell) =>
    cell.gated && (cell.change === 'worse' || cell.change === 'better') && !changed.has(cell)
      ? { ...cell, change: "can't tell", reason: 'changed alone, not among all cells' }
      : cell,
  );
}

/** Runs that say nothing by themselves say nothing side by side either. */
function unsoundOf(base: AnyRecord, fresh: AnyRecord): string[] {
  const describe = (name: string, record: AnyRecord) => {
    if (record.kind === 'stress' && record.judgement.verdict === 'INVALID') {
      return [`${name} is INVALID: ${record.judgement.reasons.join('; ')}`];
    }
    return record.interrupted ? [`${name} was interrupted`] : [];
  };
  return [...describe('the base', base), ...describe('the new record', fresh)];
}

/** A value in the wrong hands is worse than any base. */
function leaksOf(record: AnyRecord): string[] {
  const count = record.kind === 'stress' ? (record.judgement.reads?.foreignCount ?? 0) : 0;
  return count > 0
    ? [`${counted(count, 'value was', 'values were')} handed to another tenant than the owner`]
    : [];
}

function decide({
  cells,
  unmatched,
  leaks,
  unsound,
}: {
  cells: readonly CellComparison[];
  leaks: readonly string[];
  unmatched: readonly string[];
  unsound: readonly string[];
}): Pick<Comparison, 'verdict' | 'reasons'> {
  const gated = cells.filter((cell) => cell.gated);
  const named = (change: CellComparison['change']) =>
    gated.filter((cell) => cell.change === change);
  if (leaks.length > 0) return { verdict: 'WORSE', reasons: leaks };
  if (unsound.length > 0) return { verdict: "CAN'T TELL", reasons: unsound };
  const worse = named('worse');
  if (worse.length > 0) return { verdict: 'WORSE', reasons: worse.map(describeChange) };
  const open = named("can't tell");
  if (open.length > 0 || gated.length === 0 || unmatched.length > 0) {
    const nothing = gated.length === 0 ? ['no gated measure is in both records'] : [];
    const missing = unmatched.length > 0 ? [`only in one record: ${unmatched.join(', ')}`] : [];
    return {
      verdict: "CAN'T TELL",
      reasons: [...nothing, ...missing, ...describeOpen(open)],
    };
  }
  const better = named('better');
  if (better.length > 0) return { verdict: 'BETTER', reasons: better.map(describeChange) };
  return { verdict: 'SAME', reasons: [`${gated.length} gated measures stay within the margin`] };
}

/** Cells of too few rounds have one reason in common, and nothing else to say. */
function describeOpen(open: readonly CellComparison[]): string[] {
  const short = open.filter(({ reason }) => reason === TOO_FEW_ROUNDS);
  const rest = open.filter(({ reason }) => reason !== TOO_FEW_ROUNDS).map(describeChange);
  if (short.length === 0) return rest;
  const what = counted(short.length, 'gated measure has', 'gated measures have');
  return [`${what} ${TOO_FEW_ROUNDS} in one of the records: measure with more --rounds`, ...rest];
}

export function describeChange(cell: CellComparison): string {
  const { name, reason } = cell;
  return `${name}: ${formatChange(cell)}; ${reason}`;
}

/** `+3.2 % [+1.0, +5.4]`, or in points. */
export function formatChange(cell: CellComparison): string {
  const { difference, lower, upper } = cell;
  const unit = cell.scale === 'points' ? 'points' : '%';
  const [at, low, high] = [difference, lower, upper].map((value) => formatDifference(cell, value));
  return `${at} ${unit} [${low}, ${high}]`;
}

/** A measure's name in so many characters: its end, which tells the measures of one benchmark apart. */
export function shortName(name: string, width = 30): string {
  return name.length > width ? `…${name.slice(1 - width)}` : name;
}

/** A difference as a number with sign, per cent or points; "?" where open. */
export function formatDifference(
  { scale }: Pick<CellComparison, 'scale'>,
  value: number | null,
): string {
  if (value === null) return '?';
  const shown = scale === 'points' ? value : 100 * (Math.exp(value) - 1);
  const text = Math.abs(shown) < 9.995 ? shown.toFixed(2) : shown.toFixed(0);
  return `${shown >= 0 && !text.startsWith('-') ? '+' : ''}${text}`.replace(/^-(0(\.0+)?)$/, '+$1');
}

/** The base and new value of a cell with its unit. */
export function formatLevel({ scale, unit }: CellComparison, value: number): string {
  if (scale === 'logarithm') return `${formatDifference({ scale }, value)} %`;
  if (scale === 'points') return `${value.toFixed(2)} points`;
  if (unit === 'us') return formatDuration(value);
  const digits =
    Math.abs(value) >= 1e6 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  return unit === '' ? digits : `${digits} ${unit}`;
}
