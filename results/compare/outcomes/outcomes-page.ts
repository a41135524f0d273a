import { html } from '../../html/markup.ts';
import { htmlPage } from '../../html/page.ts';
import { sortableTable } from '../../html/sortable-table.ts';
import { toneOfState } from '../../summary.ts';
import { type OutcomeComparison, summariseOutcomes } from './compare-outcomes.ts';

/** A comparison of outcomes as one page: the verdict, and what became of each thing. */
export function renderOutcomesPage(comparison: OutcomeComparison): string {
  const summary = summariseOutcomes(comparison);
  const tones = { worse: 'bad', better: 'good', same: 'quiet', "can't tell": 'open' } as const;
  return htmlPage({
    title: summary.title,
    verdict: {
      word: summary.word,
      tone: toneOfState[summary.state],
      sentence: `${summary.sentence}.`,
    },
    intro: html`<ul>${[...summary.reasons, ...summary.notes].map((one) => html`<li>${one}</li>`)}</ul>`,
    sections: [
      {
        id: 'outcomes',
        title: 'Outcomes',
        body: sortableTable({
          id: 'outcome-table',
          caption: 'What became of each thing that was tried',
          columns: [{ head: 'tried' }, { head: 'base' }, { head: 'new' }, { head: 'verdict' }],
          rows: comparison.changes.map(({ name, base, new: after, change }) => [
            name,
            base,
            after,
            { show: change, tone: tones[change] },
          ]),
        }),
      },
    ],
  });
}
