import pc from 'picocolors';
import { type Colors, renderTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import { breakpointInputOf } from './breakpoint-record.ts';
import type { BreakpointRecord } from './breakpoint-schema.ts';
import { type RateRow, summariseRates } from './rates.ts';
import { describeReach, formatTimes } from './spell-finding.ts';
import { breakpointSentence } from './summarise-breakpoint.ts';

/** A breakpoint record as text of at most 80 columns: how far it holds first, the rates below. */
export function renderBreakpoint(
  record: BreakpointRecord,
  colors: Colors = pc.createColors(false),
): string {
  const { judgement, judgeOptions, host } = record;
  const { verdict } = judgement;
  const paint = {
    PASS: colors.green,
    MEASURED: colors.green,
    INCONCLUSIVE: colors.yellow,
    FAIL: colors.red,
    INVALID: colors.red,
  };
  const headline = wrap(`${verdict}: ${breakpointSentence(record)}.`);
  return [
    headline.replace(verdict, colors.bold(paint[verdict](verdict))),
    ...judgement.reasons.map((reason) => wrap(reason, '  - ')),
    '',
    ...([true, false] as const).flatMap((isProtected) => renderSetting(record, isProtected)),
    wrap(
      `Times: the hot tenant's rate over its ordinary ${ordinaryOf(record)}/s. Rises of all neighbours' latency by sharing, in per cent, means over rounds; ${judgeOptions.maxRisePercent} % or .5 points of failures is the bound. Intervals are 90 %: each end is wrong in at most one run of twenty.`,
    ),
    wrap(
      `${record.ceilingPerSecond === null ? '' : `Ceiling of the generators: ${record.ceilingPerSecond}/s. `}Host: ${host.cores} x ${host.cpuModel}, ${host.kernel}. Seed ${record.seed}, ${record.startedAt}${record.gitRevision ? `, ${record.gitRevision.slice(0, 12)}` : ''}.`,
    ),
  ].join('\n');
}

export function ordinaryOf({ options }: BreakpointRecord): string {
  return String(options['ordinaryRatePerSecond'] ?? '?');
}

function renderSetting(record: BreakpointRecord, isProtected: boolean): string[] {
  const finding = record.judgement[isProtected ? 'protected' : 'unprotected'];
  if (!finding) return [];
  const rows = summariseRates(breakpointInputOf(record), isProtected).map(describeRow);
  const head = [
    'times',
    'rounds',
    'P50',
    'P95',
    'failed',
    'redis',
    'back-end',
    'queue',
    '503/s',
    'seems',
  ];
  return [
    wrap(`${settingName(isProtected)}: ${describeReach(finding)}`),
    renderTable(head, rows),
    '',
  ];
}

export function settingName(isProtected: boolean): string {
  return isProtected ? 'With protections' : 'Without';
}

function describeRow(row: RateRow): string[] {
  const percent = (share: number | null) => (share === null ? '-' : `${Math.round(100 * share)} %`);
  const rise = (value: number | null) => (value === null ? '-' : percent(Math.expm1(value)));
  return [
    formatTimes(row.times),
    row.disturbedCount > 0 ? `${row.roundCount} (+${row.disturbedCount})` : String(row.roundCount),
    rise(row.p50),
    rise(row.p95),
    row.failurePoints === null ? '-' : row.failurePoints.toFixed(1),
    percent(row.redisThreadShare),
    percent(row.backendBusyShare),
    String(row.backendQueuePeak),
    String(Math.round(row.backendRefusedPerSecond)),
    row.seems,
  ];
}
