import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { cssColour, type SeriesStyle } from './colours.ts';
import { html, type Markup, trusted } from './markup.ts';
import { type SortableTable, sortableTable } from './sortable-table.ts';

/** What every chart says in words, for those who do not see it. */
export interface FigureText {
  /** Unique in the page; letters, digits and dashes. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences: what is to be seen. */
  readonly summary: string;
}

/** What a style stands for; without a line where the drawing has symbols only. */
export interface LegendEntry {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly line?: boolean;
}

export interface Figure extends FigureText {
  readonly legend?: readonly LegendEntry[];
  /** The same figures as a table, folded away below the drawing. */
  readonly table: Omit<SortableTable, 'id' | 'caption'>;
  /** Draws at a width in CSS pixels: once for a page, once for a phone. */
  readonly draw: (widthPx: number) => Plot.PlotOptions;
}

const widePx = 900;
const narrowPx = 360;

/** Marks of the series, told apart without colour as well. */
export const seriesMarks = {
  grey: { symbol: 'circle', dash: '' },
  blue: { symbol: 'square', dash: '6 3' },
  red: { symbol: 'triangle', dash: '' },
  green: { symbol: 'diamond', dash: '2 3' },
  amber: { symbol: 'star', dash: '8 3 2 3' },
  violet: { symbol: 'cross', dash: '1 4' },
} as const satisfies Record<SeriesStyle, { symbol: Plot.SymbolType; dash: string }>;

/** A drawing as SVG, its words and its figures; drawn here, so that the page needs no script. */
export function renderFigure(figure: Figure): Markup {
  const { id, title, summary, legend, table, draw } = figure;
  const keys = legend?.map((entry) => html`<li>${drawKey(entry)}${entry.name}</li>`);
  return html`<figure>
<figcaption id="${id}"><strong>${title}</strong><span class="summary">${summary}</span></figcaption>
${keys ? html`<ul class="legend">${keys}</ul>` : ''}
<div class="wide">${drawSvg(id, draw(widePx), widePx)}</div>
<div class="narrow">${drawSvg(id, draw(narrowPx), narrowPx)}</div>
<details><summary>The figures as a table</summary>${sortableTable({ id: `${id}-table`, caption: title, ...table })}</details>
</figure>`;
}

function drawSvg(labelledBy: string, options: Plot.PlotOptions, width: number): Markup {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({
    width,
    style: { fontSize: '12px', background: 'none' },
    ...options,
    document,
  });
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-labelledby', labelledBy);
  return trusted(roundNumbers(svg.outerHTML));
}

/** A tenth of a pixel is enough; sixteen digits of each coordinate make most of a page. */
function roundNumbers(svg: string): string {
  return svg.replace(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2))));
}

function drawKey({ style, line = true }: LegendEntry): Markup {
  const { symbol, dash } = seriesMarks[style];
  const options: Plot.PlotOptions = {
    width: line ? 36 : 14,
    height: 14,
    margin: 0,
    axis: null,
    x: { domain: [0, 2] },
    y: { domain: [-1, 1] },
    marks: [
      Plot.line(line ? keyLine : [], {
        stroke: cssColour(style),
        strokeWidth: 2,
        strokeDasharray: dash,
      }),
      Plot.dot([[1, 0]], { fill: cssColour(style), symbol, r: 4 }),
    ],
  };
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({ ...options, document, style: { display: 'inline' } });
  svg.setAttribute('aria-hidden', 'true');
  return trusted(roundNumbers(svg.outerHTML));
}

const keyLine = [
  [0.1, 0],
  [1.9, 0],
] as const;
