import * as Plot from '@observablehq/plot';
import { cssColour, type SeriesStyle } from './colours.ts';
import { type FigureText, renderFigure, seriesMarks } from './figure.ts';
import type { Markup } from './markup.ts';

/** An axis: its name with the unit, and how its values are spelled. */
export interface Axis {
  readonly label: string;
  readonly scale?: 'linear' | 'log';
  /** Values that get a tick, or a choice of them for so many; the library's where absent. */
  readonly ticks?: readonly number[] | ((countMax: number) => readonly number[]);
  readonly format?: (value: number) => string;
  /** Least and greatest value shown; of the data where absent. */
  readonly domain?: readonly [number, number];
}

export interface LineSeries {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly points: readonly LinePoint[];
  /** Symbols without a line between them, where the order of points means nothing. */
  readonly unconnected?: boolean;
  /** No symbols: for lines of very many points. */
  readonly bare?: boolean;
}

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** An interval around y, drawn as a band (lines) or a bar (unconnected points). */
  readonly low?: number;
  readonly high?: number;
  /** Shown at the pointer; x and y where absent. */
  readonly note?: string;
}

/** A line across the chart: a bound, an event. */
export interface Rule {
  readonly at: number;
  readonly label: string;
  readonly axis: 'x' | 'y';
}

export interface LineChart extends FigureText {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly LineSeries[];
  readonly rules?: readonly Rule[];
  readonly heightPx?: number;
}

/** Lines over a common axis, e.g. latency by quantile, or a figure by release. */
export function lineChart(chart: LineChart): Markup {
  const { id, title, summary, x, y, series } = chart;
  const formatX = x.format ?? String;
  const formatY = y.format ?? String;
  const rows = series.flatMap((one) =>
    one.points.map((point) => [
      one.name,
      { show: formatX(point.x), sortBy: point.x },
      { show: `${formatY(point.y)}${intervalOf(point, formatY)}`, sortBy: point.y },
    ]),
  );
  return renderFigure({
    id,
    title,
    summary,
    legend: series.map(({ name, style, unconnected }) => ({ name, style, line: !unconnected })),
    table: {
      columns: [
        { head: 'series' },
        { head: x.label, numeric: true },
        { head: y.label, numeric: true },
      ],
      rows,
    },
    draw: (widthPx) => options(chart, widthPx),
  });
}

function intervalOf({ low, high }: LinePoint, format: (value: number) => string): string {
  return low === undefined || high === undefined ? '' : ` [${format(low)}, ${format(high)}]`;
}

function options(chart: LineChart, widthPx: number): Plot.PlotOptions {
  const { series, rules = [], heightPx = 320 } = chart;
  return {
    height: widthPx < 500 ? Math.min(heightPx, 260) : heightPx,
    marginLeft: 58,
    marginTop: rules.some(({ axis }) => axis === 'x') ? 34 : 20,
    marginBottom: 40,
    marginRight: 16,
    x: scaleOf(chart.x, widthPx < 500 ? 4 : 8),
    y: { ...scaleOf(chart.y, 6), grid: true },
    marks: [...rules.flatMap(drawRule), ...series.flatMap((one) => drawSeries(one, chart))],
  };
}

/** An axis as the library's scale, with room for about `countMax` ticks. */
export function scaleOf(axis: Axis, countMax: number): Plot.ScaleOptions {
  const { label, scale, format, domain } = axis;
  return {
    label,
    type: scale ?? 'linear',
    ticks: ticksOf(axis, countMax),
    ...(format ? { tickFormat: format } : {}),
    ...(domain ? { domain: [...domain] } : {}),
  };
}

/** Every other tick, or fewer, where there is no room for all of them. */
function ticksOf({ ticks }: Axis, countMax: number): number | number[] {
  if (ticks === undefined) return countMax;
  if (typeof ticks === 'function') return [...ticks(countMax)];
  const step = Math.ceil(ticks.length / countMax);
  return ticks.filter((_, index) => index % step === 0);
}

function drawSeries(one: LineSeries, { x, y }: LineChart): Plot.Markish[] {
  const { points, style, unconnected, bare } = one;
  const colour = cssColour(style);
  const { symbol, dash } = seriesMarks[style];
  const ranged = points.filter((point) => point.low !== undefined && point.high !== undefined);
  const interval = unconnected
    ? Plot.ruleX(ranged, { x: 'x', y1: 'low', y2: 'high', stroke: colour, strokeWidth: 1.5 })
    : Plot.areaY(ranged, { x: 'x', y1: 'low', y2: 'high', fill: colour, fillOpacity: 0.15 });
  const line = Plot.line(points, {
    x: 'x',
    y: 'y',
    stroke: colour,
    strokeWidth: 2,
    strokeDasharray: dash,
  });
  const note = (point: LinePoint) =>
    point.note ?? `${one.name}: ${(x.format ?? String)(point.x)}, ${(y.format ?? String)(point.y)}`;
  const dots = Plot.dot(points, { x: 'x', y: 'y', fill: colour, symbol, r: 3.5, title: note });
  return [
    ...(ranged.length > 0 ? [interval] : []),
    ...(unconnected ? [] : [line]),
    ...(bare ? [] : [dots]),
  ];
}

function drawRule({ at, label, axis }: Rule): Plot.Markish[] {
  const line = { stroke: cssColour('quiet'), strokeDasharray: '3 3' };
  const text = { text: [label], fill: cssColour('quiet') };
  return axis === 'y'
    ? [
        Plot.ruleY([at], line),
        Plot.text([at], { ...text, y: [at], frameAnchor: 'right', textAnchor: 'end', dy: -8 }),
      ]
    : [Plot.ruleX([at], line), Plot.text([at], { ...text, x: [at], frameAnchor: 'top', dy: -10 })];
}
