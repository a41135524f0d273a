import type { Part, PartCell, PartTable } from './part.ts';

export interface ReportText {
  readonly title: string;
  /** The executive summary: five lines. */
  readonly summary: readonly string[];
  readonly parts: readonly Part[];
}

/** The report as Markdown; charts are in the HTML only, their tables are here. */
export function renderMarkdown({ title, summary, parts }: ReportText): string {
  const lines = [
    `# ${title}`,
    '',
    ...summary.map((line, index) => `${index + 1}. ${escapeText(line)}`),
    ...parts.flatMap(renderPart),
    '',
  ];
  return lines.join('\n');
}

function renderPart({ title, text = [], tables = [] }: Part): string[] {
  return [
    '',
    `## ${title}`,
    ...text.flatMap((paragraph) => ['', escapeText(paragraph)]),
    ...tables.flatMap(renderTable),
  ];
}

function renderTable({ caption, columns, rows, rowsShown }: PartTable): string[] {
  if (rows.length === 0) return ['', `${escapeText(caption)}: none.`];
  const shown = rows.slice(0, rowsShown ?? rows.length);
  const rest = rows.length - shown.length;
  const aligned = columns.map((_, column) =>
    shown.every((row) => typeof row[column] === 'object') ? '---:' : '---',
  );
  return [
    '',
    `${escapeText(caption)}:`,
    '',
    row(columns.map(escapeCell)),
    row(aligned),
    ...shown.map((cells) => row(cells.map(spellCell))),
    ...(rest > 0 ? ['', `(${rest} more in the HTML and CSV reports)`] : []),
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function spellCell(cell: PartCell): string {
  return escapeCell(typeof cell === 'string' ? cell : cell.text);
}

/** Names come from the user: what Markdown would read as markup is escaped. */
function escapeText(text: string): string {
  return text.replace(/[\\`*_<>]/g, (mark) => `\\${mark}`).replace(/\n/g, ' ');
}

function escapeCell(text: string): string {
  return escapeText(text).replace(/\|/g, '\\|');
}
