import type { Estimate } from '../estimate-record.ts';
import { html, type Markup } from '../html/markup.ts';
import { sortableTable, type TableCell } from '../html/sortable-table.ts';
import type { Cell } from '../judgement.ts';
import type { LatencyCell } from '../latency-cell.ts';
import type { PointsCell } from '../points-cell.ts';
import { formatDuration, formatRise, formatRiseShort, formatSigned } from '../rise.ts';
import type { StressRecord } from '../schema.ts';
import { toneOf } from './tone.ts';

/** Every cell, single neighbours included, with its reason. */
export function renderCells({ judgement }: StressRecord): Markup {
  const latency = judgement.cells.filter((cell) => cell.kind === 'latency');
  const points = judgement.cells.filter((cell) => cell.kind === 'points');
  const singles = latency.filter((cell) => !cell.gated && cell.group.startsWith('tenant:'));
  const groups = latency.filter((cell) => !singles.includes(cell));
  return html`<p>A cell is one percentile of one group of neighbours. Gated cells decide; the others, in small letters, are shown. Brackets hold the bounds that decide at ${lookOf(judgement)}.</p>
${listLatency('latency-cells', 'Latency: rises in per cent, with the bounds that decide', groups)}
${singles.length > 0 ? html`<details><summary>Each of the ${singles.length} cells of single neighbours</summary>${listLatency('neighbour-cells', 'Latency of single neighbours', singles)}</details>` : ''}
${sortableTable({
  id: 'points-cells',
  caption: 'Failures and cache hits: spike minus placebo, percentage points',
  columns: [
    { head: 'cell' },
    { head: 'verdict' },
    { head: 'difference', numeric: true },
    { head: 'why' },
  ],
  rows: points.map(pointsRow),
  filter: false,
})}`;
}

function listLatency(id: string, caption: string, cells: readonly LatencyCell[]): Markup {
  return sortableTable({
    id,
    caption,
    columns: [
      { head: 'cell' },
      { head: 'verdict' },
      { head: 'base', numeric: true },
      { head: 'total rise', numeric: true },
      { head: 'by sharing', numeric: true },
      { head: 'by generator', numeric: true },
      { head: 'worst round', numeric: true },
      { head: 'why' },
    ],
    rows: cells.map(latencyRow),
    filter: cells.length > 24,
  });
}

function lookOf({ look }: StressRecord['judgement']): string {
  return look.of === 1 ? 'the only look' : `look ${look.index} of ${look.of}`;
}

function latencyRow(cell: LatencyCell): TableCell[] {
  return [
    cell.name,
    verdictCell(cell),
    { show: formatDuration(cell.baselineUs), sortBy: cell.baselineUs },
    riseCell(cell.total),
    riseCell(cell.sharing),
    cell.generator ? { show: formatRise(cell.generator.mean), sortBy: cell.generator.mean } : '-',
    {
      show: `${formatRise(cell.worstRound.total)} (round ${cell.worstRound.round})`,
      sortBy: cell.worstRound.total,
    },
    cell.reason,
  ];
}

function pointsRow(cell: PointsCell): TableCell[] {
  const { mean, lower, upper } = cell.difference;
  const bound = (value: number | null) => (value === null ? '?' : formatSigned(value));
  return [
    cell.name,
    verdictCell(cell),
    { show: `${formatSigned(mean)} [${bound(lower)}, ${bound(upper)}]`, sortBy: mean },
    cell.reason,
  ];
}

/** A cell that is only shown decides nothing: its verdict is quiet. */
function verdictCell(cell: Cell): TableCell {
  return cell.gated
    ? { show: cell.verdict, tone: toneOf(cell.verdict) }
    : { show: cell.verdict.toLowerCase(), tone: 'quiet' };
}

function riseCell(estimate: Estimate | null): TableCell {
  if (!estimate) return { show: '-', sortBy: -Infinity };
  const { mean, lower, upper } = estimate;
  const interval = `[${formatRiseShort(lower)}, ${formatRiseShort(upper)}]`;
  return { show: `${formatRise(mean)} ${interval}`, sortBy: mean };
}
