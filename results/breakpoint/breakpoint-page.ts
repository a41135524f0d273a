import { dotPlot } from '../html/dot-plot.ts';
import { type Axis, type LineSeries, lineChart, type Rule } from '../html/line-chart.ts';
import { html, type Markup } from '../html/markup.ts';
import { htmlPage } from '../html/page.ts';
import { sortableTable } from '../html/sortable-table.ts';
import { repeatCommand } from '../repeat-command.ts';
import { toneOfState } from '../summary.ts';
import { breakpointInputOf } from './breakpoint-record.ts';
import type { BreakpointRecord, Finding } from './breakpoint-schema.ts';
import { type RateRow, summariseRates } from './rates.ts';
import { ordinaryOf, settingName } from './render-breakpoint.ts';
import { formatTimes, nameOf } from './spell-finding.ts';
import { breakpointSentence, stateOfBreakpoint } from './summarise-breakpoint.ts';

interface Setting {
  readonly isProtected: boolean;
  readonly finding: Finding;
  readonly rates: readonly RateRow[];
}

const styles = { on: 'green', off: 'red' } as const;
const styleOf = ({ isProtected }: Setting) => styles[isProtected ? 'on' : 'off'];

/** A breakpoint record as one page: how far isolation holds, and everything it rests on. */
export function renderBreakpointPage(record: BreakpointRecord): string {
  const { judgement, startedAt } = record;
  const input = breakpointInputOf(record);
  const settings = [true, false].flatMap((isProtected): Setting[] => {
    const finding = judgement[isProtected ? 'protected' : 'unprotected'];
    return finding ? [{ isProtected, finding, rates: summariseRates(input, isProtected) }] : [];
  });
  const sentence = breakpointSentence(record);
  return htmlPage({
    title: `Partywall breakpoint, ${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    verdict: {
      word: judgement.verdict,
      tone: toneOfState[stateOfBreakpoint(judgement.verdict)],
      sentence: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
    },
    intro: html`<ul>${judgement.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`,
    sections: [
      { id: 'reach', title: 'How far isolation holds', body: drawReach(record, settings) },
      { id: 'rise', title: 'Rise by rate', body: drawRises(record, settings) },
      {
        id: 'resources',
        title: 'What the shared servers had to bear',
        body: drawPressure(settings),
      },
      { id: 'rates', title: 'All rates', body: settings.map(listRates) },
      { id: 'reading', title: 'How to read it', body: explain(record) },
      { id: 'repeat', title: 'How to repeat it', body: repeat(record) },
    ],
    footer: `Record version ${record.version}, seed ${record.seed}.`,
  });
}

/** The rate by its logarithm; ticks are those of 1, 2, 5, 10, ... that the tried rates reach. */
function timesAxis(settings: readonly Setting[]): Axis {
  const tried = settings.flatMap(({ rates }) => rates.map(({ times }) => times));
  const least = Math.min(...tried, 2.5);
  const most = Math.max(...tried, 10);
  const ticks = [1, 10, 100, 1000].flatMap((ten) => [ten, 2 * ten, 5 * ten]);
  return {
    label: 'times the ordinary rate',
    scale: 'log',
    format: formatTimes,
    domain: [least, most],
    ticks: ticks.filter((tick) => tick >= least && tick <= most),
  };
}

function drawReach(record: BreakpointRecord, settings: readonly Setting[]): Markup {
  if (settings.length === 0) return html`<p>Nothing was measured.</p>`;
  return dotPlot({
    id: 'reach-plot',
    title: 'The interval of the breakpoint, and the rates that were tried',
    summary: `Bars reach from the highest rate shown to hold to the lowest shown to break; without a bar one end is open. Times the ordinary ${ordinaryOf(record)}/s.`,
    x: timesAxis(settings),
    rows: settings.map((setting) => {
      const { heldTimes, brokeTimes, estimateTimes } = setting.finding;
      const mean = estimateTimes ?? heldTimes ?? brokeTimes;
      return {
        name: settingName(setting.isProtected),
        style: styleOf(setting),
        values: setting.rates.flatMap(({ times, rises }) => rises.map(() => ({ value: times }))),
        ...(mean === null ? {} : { estimate: { mean, low: heldTimes, high: brokeTimes } }),
      };
    }),
  });
}

function drawRises({ judgeOptions }: BreakpointRecord, settings: readonly Setting[]): Markup {
  const series: LineSeries[] = settings.map((setting) => ({
    name: settingName(setting.isProtected),
    style: styleOf(setting),
    unconnected: true,
    points: setting.rates.flatMap(({ times, rises }) =>
      rises.map((rise) => ({ x: times, y: Math.max(0, Math.min(2, rise)) })),
    ),
  }));
  return lineChart({
    id: 'rise-chart',
    title: 'The largest rise of a round, in bounds',
    summary: `One symbol a round. 1 is the bound: ${judgeOptions.maxRisePercent} % of P50 or P95 by sharing, or .5 points of failures. Rises beyond twice the bound are drawn, and count, as twice the bound.`,
    x: timesAxis(settings),
    y: { label: 'rise, in bounds', domain: [0, 2.1], ticks: [0, 0.5, 1, 1.5, 2] },
    series,
    rules: [{ axis: 'y', at: 1, label: 'bound' }, ...settings.flatMap(rulesOf)],
  });
}

function rulesOf({ finding, isProtected }: Setting): Rule[] {
  const { estimateTimes } = finding;
  const label = isProtected ? 'with' : 'without';
  return estimateTimes === null ? [] : [{ axis: 'x', at: estimateTimes, label }];
}

function drawPressure(settings: readonly Setting[]): Markup {
  const dashes = { on: ['green', 'blue'], off: ['red', 'amber'] } as const;
  const series: LineSeries[] = settings.flatMap((setting): LineSeries[] => {
    const name = settingName(setting.isProtected).toLowerCase();
    const [backend, redis] = dashes[setting.isProtected ? 'on' : 'off'];
    return [
      {
        name: `back-end, ${name}`,
        style: backend,
        points: setting.rates.map((row) => ({ x: row.times, y: 100 * row.backendBusyShare })),
      },
      {
        name: `Redis's thread, ${name}`,
        style: redis,
        points: setting.rates.flatMap(({ times, redisThreadShare }) =>
          redisThreadShare === null ? [] : [{ x: times, y: 100 * redisThreadShare }],
        ),
      },
    ];
  });
  const broken = settings.flatMap(({ finding, isProtected }) =>
    finding.gaveWay
      ? [
          html`<li>${settingName(isProtected)}: ${nameOf(finding.gaveWay.resource)} gave way; ${finding.gaveWay.why}.</li>`,
        ]
      : [
          html`<li>${settingName(isProtected)}: nothing gave way${finding.limit ? `; ${finding.limit.why}` : ''}.</li>`,
        ],
  );
  return html`<ul>${broken}</ul>
${lineChart({
  id: 'pressure-chart',
  title: 'How busy the shared servers were under the spike',
  summary:
    'Means over the rounds of each rate: of its workers’ time the back-end, of one core Redis’s thread.',
  x: timesAxis(settings),
  y: { label: 'busy, %', domain: [0, 110] },
  series,
})}`;
}

function listRates({ isProtected, rates }: Setting): Markup {
  const numeric = [
    'rounds',
    'disturbed',
    'P50, %',
    'P95, %',
    'failures, points',
    'Redis, %',
    'back-end, %',
    'longest queue',
    '503/s',
  ];
  const number = (value: number | null, digits = 0) =>
    value === null ? '-' : { show: value.toFixed(digits), sortBy: value };
  const rise = (value: number | null) => number(value === null ? null : 100 * Math.expm1(value), 1);
  return sortableTable({
    id: isProtected ? 'rates-with' : 'rates-without',
    caption: `${settingName(isProtected)}: means over the rounds of each rate; rises by sharing`,
    columns: [
      { head: 'times' },
      ...numeric.map((head) => ({ head, numeric: true })),
      { head: 'seems' },
    ],
    rows: rates.map((row) => [
      { show: formatTimes(row.times), sortBy: row.times },
      row.roundCount,
      row.disturbedCount,
      rise(row.p50),
      rise(row.p95),
      number(row.failurePoints, 2),
      number(row.redisThreadShare === null ? null : 100 * row.redisThreadShare),
      number(100 * row.backendBusyShare),
      row.backendQueuePeak,
      number(row.backendRefusedPerSecond),
      row.seems,
    ]),
    filter: false,
  });
}

function explain({ judgeOptions }: BreakpointRecord): Markup {
  const { maxRisePercent } = judgeOptions;
  return html`<p>One question is answered: how many times its ordinary rate may one tenant ask before its neighbours feel it? Each round holds three windows, twice, in mirrored order: the neighbours without a spike, with the spike at servers that nobody shares, and with the spike at the shared ones. The rate goes up until the neighbours' P50 or P95 rises by ${maxRisePercent} % through sharing, or .5 points more of their requests fail; then rounds at both sides of that rate make the interval narrow. Settings with and without protections take turns.</p>
<dl>
<dt>holds up to about N times</dt><dd>the best guess; the interval stands beside it: the highest rate shown to hold, and the lowest shown to break. Each of them is wrong in at most one run of twenty.</dd>
<dt>holds at least up to N times</dt><dd>it did not break as far as this host, or the time, let the rate go. The limit is named, and it is none of the system's.</dd>
<dt>gave way</dt><dd>the shared resource that was at its limit, or before which requests waited longer, in the rounds at the lowest rate that seems to break.</dd>
</dl>
<p>Rounds in which a gate of the instrument is red, or in which the placebo alone makes requests a quarter slower, are no evidence. The round is the unit of all statistics. A higher rate is taken to harm no less than a lower one.</p>`;
}

function repeat(record: BreakpointRecord): Markup {
  const { gitRevision, host, ceilingPerSecond } = record;
  const checkout = gitRevision ? `git checkout ${gitRevision.replace('+changes', '')}\n` : '';
  return html`<pre><code>${checkout}${repeatCommand(record)}</code></pre>
<p>${host.cores} x ${host.cpuModel}, ${host.kernel}, Node ${host.node}${Object.entries(host.tools).map(([name, version]) => `, ${name} ${version}`)}. ${ceilingPerSecond === null ? '' : `The generators reach ${ceilingPerSecond} requests/s here.`}</p>
<p><code>partywall report RECORD</code> shows the record as text, <code>--html FILE</code> makes this page of it.</p>`;
}
