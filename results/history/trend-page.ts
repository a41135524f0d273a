import { counted } from '../counted.ts';
import { lineChart } from '../html/line-chart.ts';
import { html, type Markup } from '../html/markup.ts';
import { htmlPage } from '../html/page.ts';
import { sortableTable } from '../html/sortable-table.ts';
import { formatPValue, formatTrend, type Trend } from './trends.ts';

/** All trends as one page: what changed first, then every series with its changes marked. */
export function renderTrendPage(trends: readonly Trend[]): string {
  const changes = trends.flatMap((trend) => trend.changes.map((change) => ({ trend, change })));
  const worse = changes.filter(({ change }) => change.isWorse).length;
  const runs = Math.max(0, ...trends.map((trend) => trend.runs.length));
  return htmlPage({
    title: 'Partywall history',
    verdict: {
      word:
        changes.length === 0
          ? wordWithout(runs)
          : `${worse} for the worse, ${changes.length - worse} for the better`,
      tone: worse > 0 ? 'bad' : changes.length > 0 ? 'good' : 'quiet',
      sentence: `Lasting changes in ${trends.length} series of up to ${counted(runs, 'run')}.`,
    },
    intro: html`<p>A lasting change is a place where the level of a series differs before and after (E-divisive means, split and merged as Hunter and Apache Otava do, p at most .001 and 5 % at least). A series is one measure of one scenario on one machine. One outlier is no change; three runs of a new level are the fewest that show one.</p>`,
    sections: [
      { id: 'changes', title: 'Changes', body: listChanges(changes) },
      {
        id: 'series',
        title: 'Series',
        body: html`${trends.map((trend, index) => drawTrend(trend, index))}`,
      },
    ],
  });
}

/** Two levels of three runs are the least that a change can be seen in. */
const runsMin = 6;

function wordWithout(runs: number): string {
  return runs < runsMin ? 'Too few runs to tell' : 'No change found';
}

function listChanges(
  changes: readonly { trend: Trend; change: Trend['changes'][number] }[],
): Markup {
  return sortableTable({
    id: 'change-table',
    caption: 'First run of each new level',
    columns: [
      { head: 'measure' },
      { head: 'direction' },
      { head: 'since' },
      { head: 'revision' },
      { head: 'before', numeric: true },
      { head: 'after', numeric: true },
      { head: 'p', numeric: true },
      { head: 'where' },
    ],
    rows: changes.map(({ trend, change }) => [
      trend.measure,
      { show: change.isWorse ? 'worse' : 'better', tone: change.isWorse ? 'bad' : 'good' },
      change.line.startedAt.slice(0, 10),
      change.line.revision ?? '-',
      { show: formatTrend(trend, change.before), sortBy: change.before },
      { show: formatTrend(trend, change.after), sortBy: change.after },
      { show: formatPValue(change.pValue), sortBy: change.pValue },
      `${trend.kind} ${trend.scenario}, machine ${trend.machine}`,
    ]),
  });
}

function drawTrend(trend: Trend, index: number): Markup {
  const { measure, runs, changes, kind, scenario, machine } = trend;
  const said = changes.map(
    ({ line, before, after }) =>
      `${line.revision ?? line.startedAt.slice(0, 10)}: ${formatTrend(trend, before)} to ${formatTrend(trend, after)}`,
  );
  return lineChart({
    id: `trend-${index}`,
    title: `${measure} (${kind} ${scenario}, machine ${machine})`,
    summary: said.length === 0 ? 'No lasting change.' : `Changed at ${said.join('; ')}.`,
    x: { label: 'run', format: (value) => String(Math.round(value)) },
    y: {
      label: trend.scale === 'logarithm' ? 'rise' : trend.unit || 'value',
      format: (value) => formatTrend(trend, value),
    },
    series: [
      {
        name: measure,
        style: changes.some(({ isWorse }) => isWorse) ? 'red' : 'blue',
        points: runs.map(({ line, value }, run) => ({
          x: run + 1,
          y: value,
          note: `${line.startedAt.slice(0, 10)}, ${line.revision ?? 'no revision'}: ${formatTrend(trend, value)}`,
        })),
      },
    ],
    rules: changes.map(({ at, isWorse }) => ({
      at: at + 0.5,
      label: isWorse ? 'worse' : 'better',
      axis: 'x' as const,
    })),
    heightPx: 220,
  });
}
