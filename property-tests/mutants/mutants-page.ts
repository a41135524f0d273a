import { html, type Markup } from '../../results/html/markup.ts';
import { htmlPage, type Section } from '../../results/html/page.ts';
import { sortableTable, type TableCell } from '../../results/html/sortable-table.ts';
import { type CheckState, type Summary, toneOfState } from '../../results/summary.ts';
import { tellState } from './judge-mutants.ts';
import type { MutantState } from './mutant-state.ts';
import type { MutantLine, MutantsRecord } from './mutants-record.ts';

const STATES = { PASS: 'pass', FAIL: 'fail', INVALID: 'broken' } as const satisfies Record<
  MutantsRecord['verdict'],
  CheckState
>;

const CHECK_STATES = {
  killed: 'pass',
  missed: 'broken',
  crashed: 'broken',
  survived: 'fail',
} as const satisfies Record<MutantState, CheckState>;

/** What the mutants say, for CI: a check each. */
export function summariseMutants(record: MutantsRecord): Summary {
  const { verdict, killed, total, seed, options, reasons, startedAt, replay } = record;
  return {
    title: 'partywall mutants',
    word: verdict,
    state: STATES[verdict],
    sentence: `${killed} of ${total} mutants were killed`,
    reasons,
    checks: record.mutants.map((mutant) => ({
      group: 'mutant',
      name: mutant.name,
      state: CHECK_STATES[mutant.state],
      reason: tellState(mutant),
    })),
    notes: [`seed ${seed}, ${options.cases} cases a law`, `replay: ${replay}`],
    startedAt,
  };
}

/** The kill matrix and the story of each mutant, as a page in one file. */
export function renderMutantsPage(record: MutantsRecord): string {
  const { word, state, sentence, reasons, notes } = summariseMutants(record);
  return htmlPage({
    title: `Broken cores and verifiers, ${record.startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    verdict: { word, tone: toneOfState[state], sentence: `${sentence}.` },
    intro: html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`,
    sections: [matrixOf(record), verifiersOf(record), storiesOf(record)],
    footer: html`${notes.join('; ')}`,
  });
}

function matrixOf({ mutants, properties }: MutantsRecord): Section {
  const cores = mutants.filter(({ kind }) => kind === 'core');
  return {
    id: 'matrix',
    title: 'Kill matrix',
    body: html`<p>Each row is our core with one fault put in from outside. A number says how many cases
a law of the property needed to find it; a point, that it did not within its cases; ERROR, that it
ended in an error that it does not speak of.</p>
${sortableTable({
  id: 'kill-matrix',
  caption: 'Cases tried until a law of the property found the mutant',
  columns: [
    { head: 'mutant' },
    ...properties.map((id) => ({ head: id, numeric: true })),
    { head: 'fault' },
  ],
  rows: cores.map((mutant) => [
    mutant.name,
    ...properties.map((id) => cellOf(mutant, id)),
    mutant.fault,
  ]),
})}`,
  };
}

/** Beyond any number of tries, so that what was not found is sorted last. */
const NOT_FOUND = 1e12;

function cellOf({ kills, crashes, killer, state }: MutantLine, id: string): TableCell {
  const tries = kills.filter(({ by }) => by === id).map((kill) => kill.tries);
  if (tries.length === 0) {
    const isCrash = crashes.some(({ by }) => by === id);
    // That a property finds nothing is a fault where it is named for the mutant, or nobody does.
    const isBad = isCrash || state === 'survived' || (state !== 'killed' && id === killer);
    return {
      show: isCrash ? 'ERROR' : '.',
      sortBy: NOT_FOUND,
      ...(isBad ? { tone: 'bad' as const } : {}),
    };
  }
  const least = Math.min(...tries);
  return { show: least, sortBy: least, ...(id === killer ? { tone: 'good' as const } : {}) };
}

function verifiersOf({ mutants }: MutantsRecord): Section {
  const verifiers = mutants.filter(({ kind }) => kind === 'verifier');
  return {
    id: 'verifier',
    title: 'Mutants of the verifier itself',
    body: sortableTable({
      id: 'verifier-mutants',
      caption: 'Verifiers with a fault, and what gave them away',
      columns: [
        { head: 'mutant' },
        { head: 'result' },
        { head: 'given away by' },
        { head: 'fault' },
      ],
      rows: verifiers.map(({ name, state, kills: [kill], fault }) => [
        name,
        state === 'killed'
          ? { show: state, tone: 'good' as const }
          : { show: state.toUpperCase(), tone: 'bad' as const },
        kill === undefined ? '' : `its ${kill.by} (${kill.law})`,
        fault,
      ]),
    }),
  };
}

function storiesOf({ mutants }: MutantsRecord): Section {
  return {
    id: 'stories',
    title: 'The smallest story of each',
    body: mutants.map(storyOf),
  };
}

function storyOf({ name, fault, counterexample }: MutantLine): Markup {
  if (counterexample === undefined) return html``;
  const { story, message } = counterexample;
  return html`<h3>${name}</h3>
<p>${fault}</p>
<pre>${[...story, `=> ${message}`].join('\n')}</pre>
`;
}
