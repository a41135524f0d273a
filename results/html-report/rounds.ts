import type { Estimate } from '../estimate-record.ts';
import type { RoundEstimate } from '../estimates.ts';
import { type DotRow, dotPlot } from '../html/dot-plot.ts';
import { html, type Markup } from '../html/markup.ts';
import { marginOf } from '../judge-options.ts';
import type { LatencyCell } from '../latency-cell.ts';
import { formatRise } from '../rise.ts';
import type { StressRecord } from '../schema.ts';
import { riseAxis } from './rise-axis.ts';

/** Every round of every gated latency cell as a dot, with the interval that decides. */
export function renderRounds({ judgement, judgeOptions }: StressRecord): Markup {
  const cells = judgement.cells
    .filter((cell) => cell.kind === 'latency')
    .filter((cell) => cell.gated);
  if (cells.length === 0) return html`<p>No round was measured.</p>`;
  const margin = marginOf(judgeOptions);
  const rules = [{ at: margin, label: `bound +${judgeOptions.maxRisePercent} %` }];
  const shared = cells.some((cell) => cell.sharing !== null);
  const total = dotPlot({
    id: 'rounds-total',
    title: 'Total rise: spike against baseline',
    summary: `${describe(cells, (cell) => cell.total, margin)} Small symbols are rounds; the large one is their mean, the bar its interval: its right end must stay left of the bound.`,
    ...plotOf(
      cells,
      'red',
      (cell) => cell.total,
      (round) => round.total,
      margin,
    ),
    rules,
  });
  if (!shared) return html`${total}<p>Without a placebo there is no part due to sharing.</p>`;
  const sharing = dotPlot({
    id: 'rounds-sharing',
    title: 'The part due to sharing: spike against placebo, relative to the baseline',
    summary: describe(cells, (cell) => cell.sharing, margin),
    ...plotOf(
      cells,
      'violet',
      (cell) => cell.sharing,
      (round) => round.sharing,
      margin,
    ),
    rules,
  });
  return html`${total}${sharing}`;
}

function plotOf(
  cells: readonly LatencyCell[],
  style: DotRow['style'],
  estimateOf: (cell: LatencyCell) => Estimate | null,
  riseOf: (round: RoundEstimate) => number | null,
  margin: number,
) {
  const rows: DotRow[] = cells.map((cell) => {
    const estimate = estimateOf(cell);
    const values = cell.rounds
      .map(riseOf)
      .flatMap((value, index) =>
        value === null
          ? []
          : [{ value, note: `${cell.name}, measured round ${index + 1}: ${formatRise(value)}` }],
      );
    return {
      name: cell.name,
      style,
      values,
      ...(estimate
        ? { estimate: { mean: estimate.mean, low: estimate.lower, high: estimate.upper } }
        : {}),
    };
  });
  const all = rows.flatMap(({ values, estimate }) => [
    ...values.map(({ value }) => value),
    ...[estimate?.low, estimate?.high].filter((one) => one !== undefined && one !== null),
  ]);
  return { rows, x: riseAxis('rise, %', [...all, 1.2 * margin]) };
}

function describe(
  cells: readonly LatencyCell[],
  estimateOf: (cell: LatencyCell) => Estimate | null,
  margin: number,
): string {
  const below = cells.filter((cell) => (estimateOf(cell)?.upper ?? Infinity) < margin).length;
  const above = cells.filter((cell) => (estimateOf(cell)?.lower ?? -Infinity) > margin).length;
  return `Of ${cells.length} gated cells, ${below} lie below the bound with their whole interval, ${above} above it.`;
}
