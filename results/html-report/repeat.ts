import { html, type Markup } from '../html/markup.ts';
import { sortableTable } from '../html/sortable-table.ts';
import { repeatCommand } from '../repeat-command.ts';
import type { StressRecord } from '../schema.ts';

/** The command line of this run, and how to judge its record again. */
export function renderRepeat(record: StressRecord): Markup {
  const { gitRevision, options, host } = record;
  const checkout = gitRevision ? `git checkout ${gitRevision.replace('+changes', '')}\n` : '';
  const changed = gitRevision?.endsWith('+changes')
    ? html`<p>Tracked files differed from that revision.</p>`
    : '';
  return html`<pre><code>${checkout}${repeatCommand(record)}</code></pre>
${changed}<p>The seed fixes the order of arms, the keys and the planned hits; times of a real machine (${host.cores} cores) do not repeat exactly, verdicts should.</p>
<p><code>partywall report RECORD</code> shows a record as text, <code>--html FILE</code> makes this page of it.</p>
${sortableTable({
  id: 'options',
  caption: 'Options of the run, defaults filled in',
  columns: [{ head: 'option' }, { head: 'value' }],
  rows: Object.entries(options).map(([name, value]) => [name, shown(value)]),
  filter: false,
})}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ') || 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
