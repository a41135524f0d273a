import { html } from './html/markup.ts';
import { htmlPage } from './html/page.ts';
import { renderCells } from './html-report/cells.ts';
import { renderCurves } from './html-report/curves.ts';
import { renderGates } from './html-report/gates.ts';
import { renderHost } from './html-report/host.ts';
import { renderHotTenant } from './html-report/hot-tenant.ts';
import { renderPower } from './html-report/power.ts';
import { renderReading } from './html-report/reading.ts';
import { renderRepeat } from './html-report/repeat.ts';
import { renderRounds } from './html-report/rounds.ts';
import { renderTimeline } from './html-report/timeline.ts';
import { toneOf } from './html-report/tone.ts';
import { judgeInputOf } from './record.ts';
import { selectRounds } from './rounds.ts';
import type { StressRecord } from './schema.ts';
import { verdictNote, verdictSentence } from './verdict-sentence.ts';

/** A record as one page: the verdict in one sentence, why, and everything it rests on. */
export function renderHtmlReport(record: StressRecord): string {
  const { judgement, judgeOptions, scenario, startedAt } = record;
  const { rounds } = judgeInputOf(record);
  const measured = selectRounds(rounds).measured;
  const sentence = verdictSentence(judgement, judgeOptions.maxRisePercent);
  return htmlPage({
    title: `Partywall ${scenario}, ${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    verdict: {
      word: `${judgement.verdict}${verdictNote(judgement)}`,
      tone: toneOf(judgement.verdict),
      sentence: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
    },
    intro: html`<ul>${judgement.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`,
    sections: [
      { id: 'rounds', title: 'Round by round', body: renderRounds(record) },
      { id: 'cells', title: 'All cells', body: renderCells(record) },
      { id: 'curves', title: 'Latency by quantile', body: renderCurves(measured, judgeOptions) },
      { id: 'timeline', title: 'Time-line', body: renderTimeline(rounds, judgeOptions) },
      { id: 'hot-tenant', title: 'The hot tenant', body: renderHotTenant(record, measured) },
      { id: 'gates', title: 'Was the instrument sound?', body: renderGates(judgement) },
      { id: 'power', title: 'What this run could tell', body: renderPower(judgement) },
      { id: 'host', title: 'Where it ran', body: renderHost(record, measured) },
      { id: 'reading', title: 'How to read it', body: renderReading(record) },
      { id: 'repeat', title: 'How to repeat it', body: renderRepeat(record) },
    ],
    footer: `Record version ${record.version}, seed ${record.seed}.`,
  });
}
