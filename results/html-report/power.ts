import { html, type Markup } from '../html/markup.ts';
import { sortableTable, type TableCell } from '../html/sortable-table.ts';
import type { Judgement } from '../judgement.ts';
import type { LatencyCell } from '../latency-cell.ts';
import { sayMissed } from '../missed-events.ts';
import { formatRise } from '../rise.ts';

/** What each cell could have shown, whatever it did show. */
export function renderPower({ cells, measuredRounds, missedRoundRatio }: Judgement): Markup {
  const gated = cells.filter((cell): cell is LatencyCell => cell.kind === 'latency' && cell.gated);
  return html`<p>A true rise as large as <em>could have failed</em> would have failed, one as small as <em>could have passed</em> would have passed, eight times in ten, for the cell alone. ${sayMissed(measuredRounds, missedRoundRatio)}.</p>
${sortableTable({
  id: 'power-table',
  caption: 'Gated latency cells: spread over rounds and power',
  columns: [
    { head: 'cell' },
    { head: 'rounds', numeric: true },
    { head: 'spread of total, %', numeric: true },
    { head: 'spread of sharing, %', numeric: true },
    { head: 'could have failed', numeric: true },
    { head: 'could have passed', numeric: true },
    { head: 'rounds that would decide', numeric: true },
    { head: 'least samples', numeric: true },
    { head: 'merged rise', numeric: true },
  ],
  rows: gated.map((cell) => [
    cell.name,
    cell.rounds.length,
    percent(cell.total.sd),
    percent(cell.sharing?.sd),
    rise(cell.sensitivity?.couldHaveFailed),
    rise(cell.sensitivity?.couldHavePassed),
    cell.roundsNeeded ?? 'too many',
    { show: `${cell.samples.least} of ${cell.samples.needed}`, sortBy: cell.samples.least },
    rise(cell.mergedTotal),
  ]),
  filter: false,
})}`;
}

function percent(value: number | null | undefined): TableCell {
  return value === null || value === undefined
    ? '-'
    : { show: (100 * value).toFixed(1), sortBy: value };
}

function rise(value: number | undefined): TableCell {
  return value === undefined ? '-' : { show: formatRise(value), sortBy: value };
}
