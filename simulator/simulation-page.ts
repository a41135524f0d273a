import { counted } from '../results/counted.ts';
import { html, type Markup } from '../results/html/markup.ts';
import { htmlPage } from '../results/html/page.ts';
import { sortableTable, type TableCell } from '../results/html/sortable-table.ts';
import { zoomableLines, zoomableParts } from '../results/html/zoomable-lines.ts';
import { formatRise } from '../results/rise.ts';
import type { SimulationRecord } from './record.ts';
import { formatFigure } from './render.ts';
import type { TenantTimeline, Timelines } from './timelines.ts';

const TONES = { PASS: 'good', FAIL: 'bad', INCONCLUSIVE: 'open' } as const;

/** A simulated run as one page: what was asked, what decided, and every tenant over time. */
export function simulationPage(record: SimulationRecord, question: string, replay: string): string {
  const { judgement, result, scenario, options, startedAt } = record;
  const broken = judgement.checks.filter(({ isKept }) => !isKept);
  const sentence =
    judgement.reason ||
    (broken.length === 0
      ? 'every bound was kept'
      : `broken: ${broken.map(({ name }) => name).join('; ')}`);
  return htmlPage({
    title: `Simulation: ${scenario}, ${counted(result.tenants.length, 'tenant')}, ${options['preset']}`,
    verdict: { word: judgement.verdict, tone: TONES[judgement.verdict], sentence: `${sentence}.` },
    intro: html`<p>${question}</p><p>Switched off: ${(options['without'] as string[]).join(', ') || 'nothing'}. ${result.requestCount.toLocaleString('en')} requests in ${result.simulatedS.toFixed(0)} s of virtual time.</p>`,
    sections: [
      {
        id: 'decided',
        title: 'What decided',
        body: html`${checksTable(record)}${roundsTable(record)}`,
      },
      { id: 'lines', title: 'Every tenant over time', body: timelineCharts(record) },
      { id: 'tenants', title: 'What each tenant got', body: tenantsTable(record) },
      { id: 'servers', title: 'Servers', body: serversTable(record) },
      {
        id: 'repeat',
        title: 'Repeat it',
        body: html`<pre>${replay}</pre><p>Outcome ${record.outcomeDigest}: the same on every machine.</p>`,
      },
    ],
    footer: `Written by partywall simulate, ${startedAt}.`,
    ...zoomableParts(),
  });
}

function checksTable({ judgement, result }: SimulationRecord): Markup {
  const { names, violations, jainsIndexMin, minMaxRatioMin, fairStepCount } = result.checkers;
  const rows = judgement.checks.map(({ name, value, bound, unit, isKept }): TableCell[] => [
    name,
    {
      show: formatFigure(value, unit),
      sortBy: value ?? Number.MAX_VALUE,
    },
    { show: `${bound} ${unit}`, sortBy: bound },
    { show: isKept ? 'kept' : 'broken', tone: isKept ? 'good' : 'bad' },
  ]);
  const fair =
    fairStepCount === 0
      ? html``
      : html`<p>Least Jain's index ${jainsIndexMin.toFixed(4)}, least Min-Max Ratio ${minMaxRatioMin.toFixed(4)}, over ${fairStepCount} steps, of what tenants within their limits were given.</p>`;
  const listed = violations.map(
    ({ checker, atS, tenant, message }) =>
      html`<li>${checker}, ${atS.toFixed(3)} s, ${tenant ?? 'all'}: ${message}</li>`,
  );
  return html`${sortableTable({
    id: 'checks',
    caption: 'Bounds',
    columns: [
      { head: 'figure' },
      { head: 'value', numeric: true },
      { head: 'at most', numeric: true },
      { head: '' },
    ],
    rows,
  })}<p>Watched by the checkers ${names.join(', ')}.</p>${fair}${listed.length > 0 ? html`<ul>${listed}</ul>` : ''}`;
}

/** The cells of a live run's verdict, single neighbours left out. */
function roundsTable({ rounds }: SimulationRecord): Markup {
  if (rounds === null) return html``;
  const rows = rounds.cells
    .filter(({ group }) => !group.startsWith('tenant:'))
    .map((cell): TableCell[] => [
      cell.name,
      cell.kind === 'latency'
        ? { show: `${(cell.baselineUs / 1000).toFixed(2)} ms`, sortBy: cell.baselineUs }
        : '',
      riseCell(cell),
      // Small letters as in the report of a live run: such a cell decides nothing.
      cell.gated ? { show: cell.verdict, tone: toneOf(cell) } : cell.verdict.toLowerCase(),
      cell.reason,
    ]);
  return html`<p>By the judge of live runs, in ${counted(rounds.measuredRounds, 'round')}: <strong>${rounds.verdict}</strong>.</p>${sortableTable(
    {
      id: 'cells',
      caption: 'Neighbours: the time before against the time during',
      columns: [
        { head: 'cell' },
        { head: 'before', numeric: true },
        { head: 'rise', numeric: true },
        { head: 'verdict' },
        { head: 'why' },
      ],
      rows,
    },
  )}`;
}

type RoundsCell = NonNullable<SimulationRecord['rounds']>['cells'][number];

function riseCell(cell: RoundsCell): TableCell {
  const isLatency = cell.kind === 'latency';
  const { mean, lower, upper } = isLatency ? cell.total : cell.difference;
  const points = (value: number | null) => value?.toFixed(2) ?? '?';
  const spell = isLatency ? formatRise : points;
  const unit = isLatency ? '' : ' points';
  return { show: `${spell(mean)} [${spell(lower)}, ${spell(upper)}]${unit}`, sortBy: mean };
}

function toneOf({ verdict }: RoundsCell): 'good' | 'bad' | 'open' {
  if (verdict === 'FAIL') return 'bad';
  return verdict === 'INCONCLUSIVE' ? 'open' : 'good';
}

/** Lines shown at first: one tenant of each tier, and the last one, which spikes where one does. */
function timelineCharts({ timelines, result }: SimulationRecord): Markup {
  const names = timelines.tenants.map(({ tenant }) => tenant);
  const shown = [
    ...result.tiers.map(
      ({ tier }) => result.tenants.find((one) => one.tier === tier)?.tenant ?? '',
    ),
    names.at(-1) ?? '',
  ];
  const { pointS } = timelines;
  const points = timelines.tenants[0]?.requests.length ?? 0;
  const measure = (label: string, value: (line: TenantTimeline, at: number) => number | null) => ({
    label,
    values: timelines.tenants.map((line) =>
      Array.from({ length: points }, (_, at) => rounded(value(line, at))),
    ),
  });
  return zoomableLines({
    id: 'tenants-over-time',
    caption:
      'Choose tenants in the list (Ctrl for several). Drag in a chart to zoom all of them; double-click for everything.',
    names,
    shown: [...new Set(shown)],
    timesS: Array.from({ length: points }, (_, at) => (at + 1) * pointS),
    measures: [
      measure('requests per second', ({ requests }, at) => of(requests, at) / pointS),
      measure('hit ratio, %', ({ hits, misses }, at) =>
        percent(of(hits, at), of(hits, at) + of(misses, at)),
      ),
      measure('mean latency of answers, ms', ({ latencySumUs, answered }, at) =>
        of(answered, at) === 0 ? null : of(latencySumUs, at) / of(answered, at) / 1000,
      ),
      measure('held, MB', ({ usageBytes }, at) => of(usageBytes, at) / 1e6),
      measure('evictions per second', ({ evicted }, at) => of(evicted, at) / pointS),
      measure('throttled per second', ({ throttled }, at) => of(throttled, at) / pointS),
    ],
  });
}

function of(values: Timelines['tenants'][number]['hits'], at: number): number {
  return values[at] as number;
}

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole;
}

/** Four digits are more than a chart shows. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}

function tenantsTable({ result }: SimulationRecord): Markup {
  const number = (value: number, show: string): TableCell => ({ show, sortBy: value });
  const rows = result.tenants.map((one): TableCell[] => {
    const { counts, latency, hitRatio, usageBytes, quotaBytes } = one;
    const ofRequests = (count: number) => (100 * count) / Math.max(1, counts.requests);
    const failed = ofRequests(one.failureCount);
    const throttled = ofRequests(one.throttledCount);
    const used = (100 * usageBytes) / quotaBytes;
    return [
      one.tenant,
      one.tier,
      number(counts.requests, counts.requests.toLocaleString('en')),
      number(hitRatio ?? -1, hitRatio === null ? '-' : `${(100 * hitRatio).toFixed(1)} %`),
      number(latency.meanUs, `${(latency.meanUs / 1000).toFixed(2)} ms`),
      number(latency.p99Us, `${(latency.p99Us / 1000).toFixed(1)} ms`),
      number(failed, `${failed.toFixed(2)} %`),
      number(throttled, `${throttled.toFixed(2)} %`),
      number(
        counts.evicted + counts.serverEvicted,
        (counts.evicted + counts.serverEvicted).toLocaleString('en'),
      ),
      number(used, `${used.toFixed(0)} %`),
    ];
  });
  const heads = ['requests', 'hits', 'mean', 'P99', 'failed', 'throttled', 'evicted', 'of quota'];
  return sortableTable({
    id: 'tenants-table',
    caption: 'Over the whole run',
    columns: [
      { head: 'tenant' },
      { head: 'tier' },
      ...heads.map((head) => ({ head, numeric: true })),
    ],
    rows,
  });
}

function serversTable({ result }: SimulationRecord): Markup {
  const { shards, backend } = result;
  const rows = shards.map(
    ({ utilisation, commandCount, usedBytes, tenantCount }, shard): TableCell[] => [
      `shard ${shard}`,
      { show: String(tenantCount), sortBy: tenantCount },
      { show: `${(100 * utilisation).toFixed(1)} %`, sortBy: utilisation },
      { show: commandCount.toLocaleString('en'), sortBy: commandCount },
      { show: `${(usedBytes / 1e9).toFixed(2)} GB`, sortBy: usedBytes },
    ],
  );
  return html`${sortableTable({
    id: 'shards',
    caption: 'Redis',
    columns: [
      { head: 'server' },
      ...['tenants', 'busy', 'commands', 'holds'].map((head) => ({ head, numeric: true })),
    ],
    rows,
  })}<p>Back-end: busy for ${(100 * backend.utilisation).toFixed(1)} % of its workers' time, ${backend.servedCount.toLocaleString('en')} loads, ${backend.refusedCount} refused, ${backend.abandonedCount} abandoned, at most ${backend.queuedPeak} in the queue.</p>`;
}
