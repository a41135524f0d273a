import { html, type Markup } from '../../results/html/markup.ts';
import { htmlPage, type Section } from '../../results/html/page.ts';
import { sortableTable } from '../../results/html/sortable-table.ts';
import type { CheckResult } from './check-adapter.ts';
import type { CheckRecord } from './check-record.ts';
import type { Finding } from './finding.ts';
import { explainClass, tellSteps } from './render-check.ts';

const TONES = { PASS: 'good', FAIL: 'bad', INVALID: 'open' } as const;
const PROPERTY_TONES = { held: 'good', broken: 'bad', skipped: 'quiet' } as const;

/** A check as a page in one file: a part for each adapter, with its findings and their Redis keys. */
export function renderCheckPage(record: CheckRecord): string {
  const { verdict, adapter, seed, reasons, startedAt, replay } = record;
  return htmlPage({
    title: `Isolation of ${adapter}, ${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    verdict: {
      word: verdict,
      tone: TONES[verdict],
      sentence: `${sentenceOf(record)}, seed ${seed}.`,
    },
    intro: html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`,
    sections: record.results.flatMap(sectionsOf),
    footer: html`Again: ${replay}`,
  });
}

function sentenceOf({ properties }: CheckRecord): string {
  const count = (verdict: string) => properties.filter((one) => one.verdict === verdict).length;
  return `${count('held')} properties held, ${count('broken')} are broken, ${count('skipped')} were skipped`;
}

function sectionsOf(result: CheckResult, index: number): Section[] {
  const { adapter, properties } = result;
  const findings = properties.flatMap(({ id, aspects }) =>
    aspects.flatMap(({ finding }) => (finding === undefined ? [] : [findingOf(id, finding)])),
  );
  return [
    {
      id: `properties-${index}`,
      title: `Properties of ${adapter}`,
      body: tableOf(result, index),
    },
    {
      id: `findings-${index}`,
      title: `Findings in ${adapter}`,
      body: findings.length === 0 ? html`<p>None.</p>` : findings,
    },
  ];
}

function tableOf({ properties }: CheckResult, index: number): Markup {
  return sortableTable({
    id: `property-table-${index}`,
    caption: 'Each property with its verdict and the histories that could have broken it',
    columns: [
      { head: 'property' },
      { head: 'verdict' },
      { head: 'class' },
      { head: 'tries', numeric: true },
      { head: 'what holds' },
      { head: 'skipped' },
    ],
    rows: properties.map(({ id, verdict, class: kind = '', tries, states, aspects }) => [
      id,
      { show: verdict.toUpperCase(), tone: PROPERTY_TONES[verdict] },
      kind,
      { show: tries, sortBy: tries },
      states,
      aspects
        .filter((one) => one.verdict === 'skipped')
        .map(({ aspect, reason = '' }) => `${aspect}: ${reason}`)
        .join('; '),
    ]),
  });
}

function findingOf(id: string, finding: Finding): Markup {
  const { aspect, counterexample } = finding;
  const { what, steps, repeated } = counterexample;
  return html`<h3>${id} ${aspect}: ${what}</h3>
<p>${finding.class}: ${explainClass(finding)}. Seen in ${repeated.times} of ${repeated.of} repeats.</p>
<pre>${steps.flatMap(tellSteps).join('\n')}</pre>
`;
}
