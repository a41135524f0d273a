import type { Part, PartCell } from './part.ts';

/** One CSV file a table of the report, by file name; numbers are bare, without grouping. */
export function renderCsvFiles(parts: readonly Part[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { tables = [] } of parts) {
    for (const { id, columns, rows } of tables) {
      const lines = [columns.map(quote), ...rows.map((row) => row.map(spell))];
      files.set(`${id}.csv`, `${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`);
    }
  }
  return files;
}

function spell(cell: PartCell): string {
  if (typeof cell === 'string') return quote(cell);
  return Number.isFinite(cell.value) ? String(cell.value) : '';
}

/** RFC 4180; a text that a spreadsheet would run as a formula is defused by an apostrophe. */
function quote(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
