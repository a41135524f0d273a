import { counted } from '../results/counted.ts';
import type { Colors } from '../results/table.ts';
import { renderTable } from '../results/table.ts';
import { wrap } from '../results/wrap.ts';
import type { FailureRow } from './failures.ts';
import type { SimulationOptions } from './options.ts';
import type { SimulationRecord } from './record.ts';
import type { Share } from './result.ts';
import type { Scenario } from './scenarios.ts';
import { HOT } from './scenarios.ts';

type RecordedShare = SimulationRecord['result']['total'];
type RecordedCheckers = SimulationRecord['result']['checkers'];

/** One run as text: what each tier got, what the neighbours noticed, the verdict. */
export function renderSimulation(
  record: SimulationRecord,
  options: SimulationOptions,
  scenario: Pick<Scenario, 'question'>,
  replay: string,
  { colors }: { readonly colors: Colors },
): string {
  const { result, judgement } = record;
  const { tenants } = options;
  const hotTier = tenants.find(({ tenant }) => tenant === HOT)?.tier.name;
  const head = ['', 'requests', 'hits', 'mean', 'P50', 'P95', 'P99', 'failed', 'throttled'];
  const rows = [
    ...result.tiers.map((tier) =>
      shareRow(`${tier.tenantCount} ${tier.tier}${tier.tier === hotTier ? '*' : ''}`, tier),
    ),
    shareRow('all', result.total),
    ...(result.phases.length > 1
      ? result.phases.map(({ name, neighbours }) => shareRow(`neighbours ${name}`, neighbours))
      : []),
  ];
  const shards = result.shards.map(({ utilisation }) => 100 * utilisation);
  const usedGb = result.shards.reduce((sum, { usedBytes }) => sum + usedBytes, 0) / 1e9;
  const lines = [
    `${scenario.question}`,
    `${counted(tenants.length, 'tenant')}, ${result.simulatedS.toFixed(0)} s, ${record.options['preset']}; ` +
      `off: ${(record.options['without'] as string[]).join(', ') || 'nothing'}`,
    '',
    renderTable(head, rows),
    ...(hotTier === undefined ? [] : ['*: the hot tenant among them']),
    '',
    `Redis: ${counted(shards.length, 'shard')}, ${Math.min(...shards).toFixed(0)} to ` +
      `${Math.max(...shards).toFixed(0)} % busy, ${usedGb.toFixed(1)} GB; back-end: ` +
      `${counted(options.backend.workers, 'worker')}, ${(100 * result.backend.utilisation).toFixed(0)} % busy, ` +
      `${result.backend.refusedCount} refused`,
    ...judgement.checks.map(({ name, value, bound, unit, isKept }) => {
      const mark = isKept ? colors.green('kept  ') : colors.red('broken');
      return `${mark} ${name}: ${formatFigure(value, unit)} (at most ${bound})`;
    }),
    ...describeCheckers(result.checkers, colors),
    ...describeRounds(record),
    `${paint(judgement.verdict, colors)}${judgement.reason === '' ? '' : `: ${judgement.reason}`}`,
    colors.dim(`outcome ${record.outcomeDigest.slice(0, 19)}  replay: ${replay}`),
  ];
  return lines.join('\n');
}

/** What the judge of live runs says, in a line: a second table of the same figures would confuse. */
function describeRounds({ rounds }: SimulationRecord): string[] {
  if (rounds === null) return [];
  const failed = rounds.cells.filter(({ gated, verdict }) => gated && verdict === 'FAIL');
  const where = failed.length === 0 ? '' : ` (${failed.map(({ name }) => name).join(', ')})`;
  return [
    wrap(
      `beside the bounds, which decide: by the judge of live runs, before against during in ${counted(rounds.measuredRounds, 'round')}, ${rounds.verdict}${where}; its cells are on the page (--html)`,
    ),
  ];
}

/** A figure with its unit; what has none is counted. */
export function formatFigure(value: number | null, unit: string): string {
  if (value === null) return 'none';
  return unit === '' ? String(value) : `${value.toFixed(2)} ${unit}`;
}

/** Violations that are shown of each checker, so that each kind is seen. */
const VIOLATIONS_SHOWN = 3;

function describeCheckers(
  { names, violations, jainsIndexMin, minMaxRatioMin, fairStepCount }: RecordedCheckers,
  colors: Colors,
): string[] {
  const fair =
    fairStepCount === 0
      ? 'no step to judge fairness by'
      : `least Jain's index ${jainsIndexMin.toFixed(4)}, Min-Max Ratio ${minMaxRatioMin.toFixed(4)}`;
  const shown = firstOfEach(violations);
  const restCount = violations.length - shown.length;
  return [
    wrap(`watched by ${names.join(', ')}; ${fair}`),
    ...shown.map(({ checker, atS, tenant, message }) =>
      colors.red(wrap(`${checker}, ${atS.toFixed(3)} s, ${tenant ?? 'all'}: ${message}`, '  - ')),
    ),
    ...(restCount > 0 ? [`    and ${restCount} more (all on the page: --html)`] : []),
  ];
}

function firstOfEach(violations: RecordedCheckers['violations']): RecordedCheckers['violations'] {
  const seen = new Map<string, number>();
  return violations.filter(({ checker }) => {
    const before = seen.get(checker) ?? 0;
    seen.set(checker, before + 1);
    return before < VIOLATIONS_SHOWN;
  });
}

function shareRow(name: string, share: RecordedShare | Share): string[] {
  const { counts, hitRatio, latency, failureCount, throttledCount } = share;
  const share100 = (count: number) =>
    `${((100 * count) / Math.max(1, counts.requests)).toFixed(2)}%`;
  return [
    name,
    formatCount(counts.requests),
    hitRatio === null ? '-' : `${(100 * hitRatio).toFixed(1)}%`,
    formatMs(latency.meanUs),
    formatMs(latency.p50Us),
    formatMs(latency.p95Us),
    formatMs(latency.p99Us),
    share100(failureCount),
    share100(throttledCount),
  ];
}

function formatMs(us: number): string {
  return us < 10_000 ? `${(us / 1000).toFixed(2)}ms` : `${(us / 1000).toFixed(0)}ms`;
}

function formatCount(count: number): string {
  if (count >= 1e7) return `${(count / 1e6).toFixed(0)}M`;
  return count >= 1e4 ? `${(count / 1e3).toFixed(0)}k` : String(count);
}

function paint(verdict: string, colors: Colors): string {
  if (verdict === 'PASS') return colors.green(verdict);
  return verdict === 'FAIL' ? colors.red(verdict) : colors.yellow(verdict);
}

/** What the other columns leave of a terminal's width. */
const SYMPTOM_WIDTH = 18;

/** The known failures: shown without the protection, gone with it. */
export function renderFailures(rows: readonly FailureRow[], colors: Colors): string {
  const head = ['failure', 'symptom', 'before', 'without', 'with', 'protection'];
  const figure = (value: number, unit: string) => `${value.toFixed(value < 10 ? 2 : 1)}${unit}`;
  const body = rows.map((row) => [
    row.name,
    wrap(row.symptom, '', SYMPTOM_WIDTH),
    figure(row.before, row.unit),
    (row.isShown ? colors.red : colors.yellow)(figure(row.unprotected, row.unit)),
    (row.isGone ? colors.green : colors.red)(figure(row.protected, row.unit)),
    row.protection,
  ]);
  const open = rows.filter(({ isShown, isGone }) => !isShown || !isGone);
  const verdict =
    open.length === 0
      ? `${colors.green('PASS')}: all ${rows.length} show without their protection, and are gone with it`
      : `${colors.red('FAIL')}: ${open.map(({ name, isShown }) => `${name} ${isShown ? 'stays' : 'does not show'}`).join(', ')}`;
  return `${renderTable(head, body)}\n\n${verdict}`;
}
