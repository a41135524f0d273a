import { dotPlot } from '../html/dot-plot.ts';
import { lineChart } from '../html/line-chart.ts';
import { html, type Markup } from '../html/markup.ts';
import { htmlPage } from '../html/page.ts';
import { sortableTable } from '../html/sortable-table.ts';
import { riseAxis } from '../html-report/rise-axis.ts';
import { toneOfState } from '../summary.ts';
import type { CellComparison } from './compare-cell.ts';
import {
  type Comparison,
  formatChange,
  formatDifference,
  formatLevel,
  shortName,
} from './comparison.ts';
import { renderQuantileDifferences } from './quantile-differences.ts';
import { summariseComparison } from './summarise-comparison.ts';

/** A comparison as one page: the verdict, every change against the margin, the distributions. */
export function renderComparisonPage(comparison: Comparison): string {
  const { word, state, sentence, reasons, notes, title } = summariseComparison(comparison);
  return htmlPage({
    title,
    verdict: {
      word,
      tone: toneOfState[state],
      sentence: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
    },
    intro: html`<ul>${[...reasons.slice(0, reasonsMax), ...notes].map((one) => html`<li>${one}</li>`)}</ul>`,
    sections: [
      { id: 'changes', title: 'Changes against the margin', body: drawChanges(comparison) },
      { id: 'cells', title: 'All measures', body: listCells(comparison) },
      {
        id: 'distributions',
        title: 'Distributions laid over each other',
        body: renderQuantileDifferences(comparison),
      },
      { id: 'single', title: 'Rounds of each measure', body: drawRounds(comparison) },
      { id: 'reading', title: 'How to read it', body: explain(comparison) },
    ],
  });
}

/** Beyond these the table says the rest. */
const reasonsMax = 6;

function drawChanges({ cells, rule }: Comparison): Markup {
  const ratios = cells.filter((cell) => cell.gated && cell.scale !== 'points');
  const points = cells.filter((cell) => cell.gated && cell.scale === 'points');
  const plot = (id: string, some: readonly CellComparison[], margin: number, isRatio: boolean) => {
    if (some.length === 0) return '';
    const ends = some.flatMap(({ lower, upper, difference }) => [
      difference,
      lower ?? difference,
      upper ?? difference,
    ]);
    const all = [...ends, 1.2 * margin, -1.2 * margin];
    const same = some.filter(({ change }) => change === 'same').length;
    return dotPlot({
      id,
      title: isRatio ? 'Change of each gated measure' : 'Change of each gated share, points',
      summary: `New against base with the 95 % interval. ${same} of ${some.length} lie within the margin with their whole interval.`,
      x: isRatio
        ? riseAxis('change, %', all)
        : { label: 'change, points', domain: [Math.min(...all), Math.max(...all)] },
      rows: some.map((cell) => ({
        name: shortName(cell.name),
        style: styleOf(cell),
        values: [],
        estimate: { mean: cell.difference, low: cell.lower, high: cell.upper },
      })),
      legend: [
        { name: 'worse', style: 'red', line: false },
        { name: 'better', style: 'green', line: false },
        { name: 'same', style: 'blue', line: false },
        { name: "can't tell", style: 'amber', line: false },
      ],
      rules: [
        { at: -margin, label: '' },
        { at: margin, label: 'margin' },
      ],
    });
  };
  return html`${plot('ratios', ratios, rule.margin.logarithm, true)}
${plot('points', points, rule.margin.points, false)}`;
}

function styleOf({ change }: CellComparison): 'red' | 'green' | 'blue' | 'amber' {
  const styles = { worse: 'red', better: 'green', same: 'blue', "can't tell": 'amber' } as const;
  return styles[change];
}

function listCells({ cells }: Comparison): Markup {
  const tones = { worse: 'bad', better: 'good', same: 'good', "can't tell": 'open' } as const;
  return sortableTable({
    id: 'all-cells',
    caption:
      'Change with its 95 % interval; a true change as large as "found" is found 8 times in 10',
    columns: [
      { head: 'measure' },
      { head: 'verdict' },
      { head: 'base', numeric: true },
      { head: 'new', numeric: true },
      { head: 'change', numeric: true },
      { head: 'found', numeric: true },
      { head: 'rounds', numeric: true },
      { head: 'why' },
    ],
    rows: cells.map((cell) => [
      cell.name,
      { show: cell.change, tone: cell.gated ? tones[cell.change] : 'quiet' },
      { show: formatLevel(cell, cell.base), sortBy: cell.base },
      { show: formatLevel(cell, cell.new), sortBy: cell.new },
      { show: formatChange(cell), sortBy: cell.difference },
      cell.detectable === null
        ? '-'
        : { show: formatDifference(cell, cell.detectable), sortBy: cell.detectable },
      `${cell.rounds.base.length} / ${cell.rounds.new.length}`,
      cell.reason,
    ]),
  });
}

/** The rounds of a measure as a distribution: value by rank, base and new. */
function drawRounds({ cells }: Comparison): Markup {
  const gated = cells.filter((cell) => cell.gated);
  return html`<p>Each measure that decides: the values of its rounds, sorted. Two lines that cross say that the spread changed, not the level alone.</p>
${gated.map(
  (cell, index) =>
    html`<details><summary>${cell.name}: ${cell.change}</summary>${lineChart({
      id: `measure-${index}`,
      title: cell.name,
      summary: `${formatChange(cell)}; ${cell.reason}.`,
      x: { label: 'share of the rounds', format: (value) => `${Math.round(100 * value)} %` },
      y: { label: cell.unit || 'value' },
      series: [
        { name: 'base', style: 'grey', points: sorted(cell.rounds.base) },
        { name: 'new', style: 'red', points: sorted(cell.rounds.new) },
      ],
      heightPx: 240,
    })}</details>`,
)}`;
}

function sorted(values: readonly number[]): { x: number; y: number }[] {
  return [...values]
    .sort((a, b) => a - b)
    .map((y, index) => ({ x: (index + 0.5) / values.length, y }));
}

function explain({ rule }: Comparison): Markup {
  const percent = formatDifference({ scale: 'ratio' }, rule.margin.logarithm);
  return html`<dl>
<dt>worse, better</dt><dd>no change is excluded, over all gated measures together (Holm), and the interval is not wholly within the margin of ${percent} % or ${rule.margin.points} points;</dd>
<dt>same</dt><dd>the whole interval lies within the margin;</dd>
<dt>can't tell</dt><dd>neither: more rounds, or both revisions interleaved in one run, would tell.</dd>
</dl>
<p>The round is the unit. ${
    rule.paired
      ? 'Rounds of both sides alternated in one run, so pairs of neighbouring rounds are compared: what the host did to one, it did to the other.'
      : 'The two records come from two runs: what the host did differently that day is part of the change. On a noisy host only both revisions interleaved in one run (--rev A --rev B) are a fair comparison.'
  }</p>`;
}
