import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { createColors } from 'picocolors';
import type { Estimate } from './estimate-record.ts';
import type { Cell } from './judgement.ts';
import type { LatencyCell } from './latency-cell.ts';
import type { PointsCell } from './points-cell.ts';
import { formatDuration, formatRiseShort, formatSigned } from './rise.ts';
import { reportWidth } from './wrap.ts';

export type Colors = ReturnType<typeof createColors>;

/** A plain table without borders, its columns two blanks apart, or one where two are too wide. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const wide = layTable(head, rows, 2);
  const widest = Math.max(...wide.split('\n').map((line) => stripVTControlCharacters(line).length));
  return widest <= reportWidth ? wide : layTable(head, rows, 1);
}

function layTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  gap: number,
): string {
  const table = new Table({
    head: [...head],
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table.toString().split('\n');
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** Base, rises, contention, verdict and what the cell could have shown; rises in per cent. */
export function renderLatencyTable(cells: readonly LatencyCell[], colors: Colors): string {
  const head = ['cell', 'base', 'T: total, %', 'A: sharing, %', 'G, %', 'could', 'verdict'];
  const rows = cells.map((cell) => [
    shorten(cell.name, 13),
    formatDuration(cell.baselineUs).replace(' ', ''),
    withInterval(cell.total),
    cell.sharing ? withInterval(cell.sharing) : '-',
    cell.generator ? formatRiseShort(cell.generator.mean) : '-',
    couldOf(cell),
    paintVerdict(cell, colors),
  ]);
  return renderTable(head, rows);
}

/** Failures and hits: percentage points, spike minus placebo. */
export function renderPointsTable(cells: readonly PointsCell[], colors: Colors): string {
  const points = ({ mean, lower, upper }: Estimate) =>
    `${mean.toFixed(2)} [${lower?.toFixed(2) ?? '?'}, ${upper?.toFixed(2) ?? '?'}]`;
  const rows = cells.map((cell) => [
    shorten(cell.name, 30),
    points(cell.difference),
    paintVerdict(cell, colors),
  ]);
  return renderTable(['cell', 'difference, points', 'verdict'], rows);
}

/** What a mean can hide: spread, worst round, merged ratio, rank interval, dependence. */
export function renderSpreadTable(cells: readonly LatencyCell[]): string {
  const head = [
    'cell',
    's(T)',
    's(A)',
    'worst round',
    'merged',
    'rank interval',
    'lag-1',
    'least n',
  ];
  const spread = (estimate: Estimate | null) =>
    estimate?.sd == null ? '-' : (100 * estimate.sd).toFixed(1);
  const rows = cells.map((cell) => [
    shorten(cell.name, 13),
    spread(cell.total),
    spread(cell.sharing),
    `${formatRiseShort(cell.worstRound.total)} (${cell.worstRound.round})`,
    formatRiseShort(cell.mergedTotal),
    cell.signedRank ? bounds(cell.signedRank) : '-',
    formatSigned(cell.autocorrelation),
    String(cell.samples.least),
  ]);
  return renderTable(head, rows);
}

function withInterval(estimate: Estimate): string {
  return `${formatRiseShort(estimate.mean)} ${bounds(estimate)}`;
}

function bounds({ lower, upper }: { lower: number | null; upper: number | null }): string {
  return `[${formatRiseShort(lower)},${formatRiseShort(upper)}]`;
}

function couldOf({ sensitivity }: LatencyCell): string {
  if (!sensitivity) return '-';
  const { couldHaveFailed, couldHavePassed } = sensitivity;
  return `${formatRiseShort(couldHaveFailed)}/${formatRiseShort(couldHavePassed)}`;
}

/** Cells that are only shown carry their verdict in small letters: it decides nothing. */
function paintVerdict(cell: Cell, colors: Colors): string {
  const word = shortVerdict[cell.verdict];
  if (!cell.gated) return colors.dim(word.toLowerCase());
  if (cell.verdict === 'FAIL') return colors.red(word);
  return cell.verdict === 'INCONCLUSIVE' ? colors.yellow(word) : colors.green(word);
}

const shortVerdict = {
  PASS: 'PASS',
  'PASS (adjusted)': 'PASS adj.',
  FAIL: 'FAIL',
  INCONCLUSIVE: 'INCONCL.',
} as const;

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
