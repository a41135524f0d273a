import * as Plot from '@observablehq/plot';
import { cssColour, type SeriesStyle } from './colours.ts';
import { type FigureText, type LegendEntry, renderFigure, seriesMarks } from './figure.ts';
import { type Axis, type Rule, scaleOf } from './line-chart.ts';
import type { Markup } from './markup.ts';

/** One line of the plot: its single values as dots, and an estimate with its interval. */
export interface DotRow {
  /** Unique in the plot. */
  readonly name: string;
  readonly style: SeriesStyle;
  readonly values: readonly { readonly value: number; readonly note?: string }[];
  readonly estimate?: {
    readonly mean: number;
    /** Null where it is open on that side: no interval is drawn then. */
    readonly low: number | null;
    readonly high: number | null;
  };
}

export interface DotPlot extends FigureText {
  readonly x: Axis;
  readonly rows: readonly DotRow[];
  /** Bounds, as lines from top to bottom. */
  readonly rules?: readonly Omit<Rule, 'axis'>[];
  /** What the styles stand for. */
  readonly legend?: readonly LegendEntry[];
}

const rowHeightPx = 34;

/** Rows of dots with intervals, e.g. the rounds of each cell against a bound. */
export function dotPlot(plot: DotPlot): Markup {
  const { id, title, summary, x, rows, legend } = plot;
  const format = x.format ?? String;
  const table = {
    columns: [
      { head: 'row' },
      { head: 'mean', numeric: true },
      { head: 'low', numeric: true },
      { head: 'high', numeric: true },
      { head: 'single values' },
    ],
    rows: rows.map(({ name, values, estimate }) => [
      name,
      ...[estimate?.mean, estimate?.low, estimate?.high].map((value) =>
        value === undefined || value === null ? '-' : { show: format(value), sortBy: value },
      ),
      values.map(({ value }) => format(value)).join(', '),
    ]),
  };
  return renderFigure({
    id,
    title,
    summary,
    ...(legend ? { legend } : {}),
    table,
    draw: (widthPx) => options(plot, widthPx),
  });
}

function options({ x, rows, rules = [] }: DotPlot, widthPx: number): Plot.PlotOptions {
  const narrow = widthPx < 500;
  const longest = Math.max(4, ...rows.map(({ name }) => name.length));
  return {
    height: rows.length * rowHeightPx + 70,
    marginLeft: Math.min(narrow ? 130 : 290, 7 * longest + 16),
    marginTop: 28,
    marginBottom: 38,
    marginRight: 20,
    // A dot at the edge keeps clear of the names.
    x: { ...scaleOf(x, narrow ? 4 : 9), grid: true, inset: 8 },
    y: {
      type: 'band',
      domain: rows.map(({ name }) => name),
      label: null,
      tickSize: 0,
      tickFormat: (name: string) => shorten(name, narrow ? 17 : 40),
    },
    marks: [
      ...rules.flatMap(({ at, label }) => [
        Plot.ruleX([at], { stroke: cssColour('text'), strokeDasharray: '4 3' }),
        Plot.text([at], {
          x: [at],
          text: [label],
          frameAnchor: 'top',
          dy: -12,
          fill: cssColour('text'),
        }),
      ]),
      ...rows.flatMap((row) => drawRow(row, x)),
    ],
  };
}

function drawRow({ name, style, values, estimate }: DotRow, x: Axis): Plot.Markish[] {
  const colour = cssColour(style);
  const { symbol } = seriesMarks[style];
  const format = x.format ?? String;
  const dots = Plot.dot(values, {
    x: 'value',
    y: () => name,
    stroke: colour,
    symbol,
    r: 3.5,
    dy: 6,
    title: ({ value, note }: DotRow['values'][number]) => note ?? `${name}: ${format(value)}`,
  });
  if (!estimate) return [dots];
  const { mean, low, high } = estimate;
  const bar = Plot.ruleY(low === null || high === null ? [] : [estimate], {
    x1: low ?? mean,
    x2: high ?? mean,
    y: () => name,
    stroke: colour,
    strokeWidth: 3,
    dy: -6,
  });
  const middle = Plot.dot([estimate], {
    x: mean,
    y: () => name,
    fill: colour,
    symbol,
    r: 5,
    dy: -6,
    title: () => `${name}: mean ${format(mean)}`,
  });
  return [dots, bar, middle];
}

function shorten(name: string, length: number): string {
  return name.length <= length ? name : `${name.slice(0, length - 1)}…`;
}
