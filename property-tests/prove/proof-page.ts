import { html, type Markup } from '../../results/html/markup.ts';
import { htmlPage } from '../../results/html/page.ts';
import { sortableTable } from '../../results/html/sortable-table.ts';
import type { ProofRecord } from './proof-record.ts';
import { isTried, type ProofLine } from './prove.ts';

const TONES = { PASS: 'good', FAIL: 'bad', INVALID: 'open' } as const;
const LINE_TONES = { held: 'good', broken: 'bad', invalid: 'open' } as const;

/** A proof as a page in one file: every law on every ground, what was met, what broke. */
export function renderProofPage(record: ProofRecord): string {
  const { verdict, cases, casesPerMinute, seed, reasons, replay } = record;
  return htmlPage({
    title: `Laws of isolation, ${record.startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    verdict: {
      word: verdict,
      tone: TONES[verdict],
      sentence: `${cases} cases were tried, ${casesPerMinute} a minute, seed ${seed}.`,
    },
    intro: html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`,
    sections: [
      { id: 'laws', title: 'Laws', body: tableOfLaws(record) },
      { id: 'broken', title: 'Counterexamples', body: counterexamplesOf(record) },
      { id: 'coverage', title: 'Met on the way', body: tableOfCoverage(record) },
    ],
    footer: html`replay: ${replay}`,
  });
}

function tableOfLaws({ properties }: ProofRecord): Markup {
  return sortableTable({
    id: 'law-table',
    caption: 'Each law on each ground, with the cases tried',
    columns: [
      { head: 'property' },
      { head: 'law' },
      { head: 'ground' },
      { head: 'verdict' },
      { head: 'cases', numeric: true },
      { head: 'what holds' },
    ],
    rows: properties.map((line) => [
      { show: line.property, sortBy: Number(line.property.slice(1)) },
      line.law,
      line.ground,
      {
        show: isTried(line) ? line.verdict.toUpperCase() : 'NOT TRIED',
        tone: LINE_TONES[line.verdict],
      },
      { show: line.cases, sortBy: line.cases },
      line.statement,
    ]),
  });
}

function counterexamplesOf({ properties, found }: ProofRecord): Markup {
  const broken = properties.filter(({ verdict }) => verdict === 'broken');
  if (broken.length === 0) return html`<p>None.</p>`;
  const files = found.length === 0 ? '' : `Kept, and tried first from now on: ${found.join(', ')}`;
  return html`${broken.map(storyOf)}<p>${files}</p>`;
}

function storyOf({ property, law, ground, counterexample }: ProofLine): Markup {
  const { story = [], message = '' } = counterexample ?? {};
  return html`<h3>${property} ${law} on ${ground}</h3>
<pre>${[...story, `=> ${message}`].join('\n')}</pre>
`;
}

function tableOfCoverage({ coverage }: ProofRecord): Markup {
  return html`<p>A law for which any of its own is zero is INVALID.</p>
${sortableTable({
  id: 'coverage-table',
  caption: 'How often what happened, over all laws and grounds',
  columns: [{ head: 'what' }, { head: 'times', numeric: true }],
  rows: Object.entries(coverage).map(([what, times]) => [what, { show: times, sortBy: times }]),
})}`;
}
