import { html, type Markup } from '../html/markup.ts';
import { sortableTable } from '../html/sortable-table.ts';
import type { Judgement } from '../judgement.ts';

/** Conditions on the instrument: a red one makes the run INVALID, whatever was found. */
export function renderGates({ gates, reads }: Judgement): Markup {
  const red = gates.filter((gate) => gate.state === 'red');
  const unchecked = gates.filter((gate) => gate.state === 'unchecked');
  const words = { green: 'ok', red: 'RED', unchecked: 'not checked' } as const;
  const tones = { green: 'good', red: 'bad', unchecked: 'open' } as const;
  const summary = [
    `${gates.length - red.length - unchecked.length} of ${gates.length} gates are green.`,
    ...red.map(({ gate, advice }) => `${gate}: ${advice}.`),
  ];
  return html`<p>${summary.join(' ')}</p>
<p>${describeReads(reads)}</p>
${sortableTable({
  id: 'gate-table',
  caption: 'Each gate with the value nearest to red',
  columns: [
    { head: 'gate' },
    { head: 'state' },
    { head: 'worst' },
    { head: 'must be' },
    { head: 'where' },
  ],
  rows: gates.map(({ gate, state, worst, limit, where }) => [
    gate,
    { show: words[state], tone: tones[state] },
    worst,
    limit,
    where || 'whole run',
  ]),
  filter: false,
})}`;
}

function describeReads(reads: Judgement['reads']): string {
  if (reads === null) return 'Values that neighbours read were not checked for their owner.';
  const { checkedCount, foreignCount } = reads;
  const [checked, foreign] = [checkedCount, foreignCount].map((n) => n.toLocaleString('en-US'));
  return `${checked} values that neighbours read were checked for their owner: ${foreign} were somebody else's.`;
}
