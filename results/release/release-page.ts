import { html } from '../html/markup.ts';
import { htmlPage } from '../html/page.ts';
import { sortableTable } from '../html/sortable-table.ts';
import { toneOfState } from '../summary.ts';
import { type ReleaseResult, stateWords, summariseRelease } from './release-check.ts';

/** GO or NO-GO on one page, with links to what each step left behind. */
export function renderReleasePage(result: ReleaseResult): string {
  const { word, state, sentence, reasons, title } = summariseRelease(result);
  return htmlPage({
    title: `${title}, ${result.startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    verdict: { word, tone: toneOfState[state], sentence: `${sentence}.` },
    intro: html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`,
    sections: [
      {
        id: 'steps',
        title: 'Steps',
        body: sortableTable({
          id: 'step-table',
          caption: 'Each step with what it left behind, beside this page',
          columns: [
            { head: 'step' },
            { head: 'result' },
            { head: 'took, s', numeric: true },
            { head: 'asks' },
            { head: 'says' },
            { head: 'files' },
          ],
          rows: [
            ...result.steps.map((step) => [
              step.name,
              { show: stateWords[step.state], tone: toneOfState[step.state] },
              { show: step.seconds.toFixed(0), sortBy: step.seconds },
              step.question,
              step.detail,
              {
                show: step.files.map(
                  (file) => html`<a href="${encodeURIComponent(file)}">${file}</a> `,
                ),
                sortBy: step.files.join(' '),
              },
            ]),
            ...result.skipped.map((name) => [
              name,
              { show: 'left out', tone: 'open' as const },
              '-',
              '',
              'left out by --skip',
              '',
            ]),
          ],
        }),
      },
    ],
  });
}
