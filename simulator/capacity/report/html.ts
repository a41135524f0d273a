import type { SeriesStyle } from '../../../results/html/colours.ts';
import { lineChart } from '../../../results/html/line-chart.ts';
import { html, type Markup } from '../../../results/html/markup.ts';
import { htmlPage } from '../../../results/html/page.ts';
import { sortableTable, type TableCell } from '../../../results/html/sortable-table.ts';
import type { ReportText } from './markdown.ts';
import type { Part, PartCell, PartChart, PartTable } from './part.ts';

const STYLES: readonly SeriesStyle[] = ['blue', 'amber', 'green', 'violet', 'red', 'grey'];

export interface PlanVerdict {
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'open';
  readonly sentence: string;
}

/** The report as one self-contained page: charts drawn here, tables that sort and filter. */
export function renderHtml({ title, summary, parts }: ReportText, verdict: PlanVerdict): string {
  return htmlPage({
    title,
    verdict,
    intro: html`<ol>${summary.map((line) => html`<li>${line}</li>`)}</ol>`,
    sections: parts.map((part) => ({ id: part.id, title: part.title, body: renderPart(part) })),
    footer: 'Written by partywall plan.',
  });
}

function renderPart({ text = [], charts = [], tables = [] }: Part): Markup {
  return html`${text.map((line) => html`<p>${line}</p>`)}${charts.map(renderChart)}${tables.map(renderTable)}`;
}

function renderTable({ id, caption, columns, rows }: PartTable): Markup {
  if (rows.length === 0) return html`<p>${caption}: none.</p>`;
  return sortableTable({
    id,
    caption,
    columns: columns.map((head, column) => {
      const numeric = rows.every((row) => typeof row[column] === 'object');
      return numeric ? { head, numeric } : { head };
    }),
    rows: rows.map((row) => row.map(cellOf)),
  });
}

function cellOf(cell: PartCell): TableCell {
  if (typeof cell === 'string') return cell;
  return Number.isFinite(cell.value)
    ? { show: cell.text, sortBy: cell.value }
    : { show: cell.text, sortBy: Number.MAX_VALUE };
}

function renderChart({ id, title, summary, x, y, series, rules }: PartChart): Markup {
  const format = (value: number) => `${Number(value.toPrecision(3))}`;
  return lineChart({
    id: `${id}-chart`,
    title,
    summary,
    x: { label: x.label, format, ...(x.isLog ? { scale: 'log' as const } : {}) },
    y: { label: y.label, format, ...(y.domain ? { domain: y.domain } : {}) },
    series: series.map(({ name, points }, index) => ({
      name,
      points,
      style: STYLES[index % STYLES.length] ?? 'grey',
      bare: points.length > 40,
    })),
    ...(rules ? { rules } : {}),
  });
}
