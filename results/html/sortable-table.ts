import type { Tone } from './colours.ts';
import { type Content, html, Markup } from './markup.ts';

export interface TableColumn {
  readonly head: string;
  /** Right-aligned; sorted by value. */
  readonly numeric?: boolean;
}

/** A cell: text, a number, or what is shown and what it is sorted by. */
export type TableCell =
  | string
  | number
  | { readonly show: Content; readonly sortBy?: number | string; readonly tone?: Tone };

export interface SortableTable {
  /** Unique in the page; letters, digits and dashes. */
  readonly id: string;
  /** What the table holds and in which unit; read out first. */
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  /** As many cells a row as there are columns; the first names the row. */
  readonly rows: readonly (readonly TableCell[])[];
  /** A box above the table that hides rows; from 12 rows on unless said otherwise. */
  readonly filter?: boolean;
}

/** Below this many rows everything is seen at once. */
const filterRowsMin = 12;

/** A table that sorts by a click or Enter on a column's head, scrolls sideways where too wide. */
export function sortableTable({ id, caption, columns, rows, filter }: SortableTable): Markup {
  const heads = columns.map(
    ({ head, numeric }) => html`<th scope="col"${classOf(numeric)}>${head}</th>`,
  );
  const box = html`<label class="filter">Show rows with<input type="search" aria-controls="${id}" autocomplete="off"></label>`;
  return html`${(filter ?? rows.length >= filterRowsMin) ? box : ''}<div class="table" role="region" aria-label="${caption}" tabindex="0"><table class="sortable asc" id="${id}">
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>${rows.map((row) => renderRow(row, columns))}</tbody>
</table></div>`;
}

function renderRow(row: readonly TableCell[], columns: readonly TableColumn[]): Markup {
  return html`<tr>${row.map((cell, index) => renderCell(cell, index, columns[index]?.numeric))}</tr>
`;
}

function renderCell(cell: TableCell, index: number, numeric: boolean | undefined): Markup {
  const { show, sortBy, tone } = typeof cell === 'object' ? cell : plain(cell);
  const sort = sortBy === undefined ? undefined : html` data-sort="${sortBy}"`;
  const content = tone ? html`<span class="${`word ${tone}`}">${show}</span>` : show;
  // The sorter would make each head of a row a button unless it has a place in the tab order.
  return index === 0
    ? html`<th scope="row" tabindex="-1"${sort}>${content}</th>`
    : html`<td${classOf(numeric)}${sort}>${content}</td>`;
}

function plain(cell: string | number): {
  show: Content;
  sortBy?: number | string;
  tone?: Tone;
} {
  return { show: cell };
}

function classOf(numeric: boolean | undefined): Markup {
  return new Markup(numeric ? ' class="number"' : '');
}
