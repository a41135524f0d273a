import { counted } from './counted.ts';
import type { StressRecord } from './schema.ts';

/** What a reader must know to believe a verdict: load, ceiling, literature's figures, host. */
export function describeContext(record: StressRecord): string[] {
  const { calibration, isolation, host } = record;
  return [
    hotTenant(isolation),
    describeCeiling(calibration),
    `Isolation (Krebs, Momm, Kounev): ${figure(isolation.krebs)}, 0 is perfect; min-max ratio of the neighbours' throughput: ${figure(isolation.minMaxRatio)}.`,
    ...windowNotes(record),
    `Host: ${host.cores} x ${host.cpuModel}, ${host.platform} ${host.kernel}, Node ${host.node}${hostPressure(record)}.`,
    `Seed ${record.seed}, ${record.startedAt}${record.gitRevision ? `, ${record.gitRevision.slice(0, 12)}` : ''}.`,
  ];
}

function describeCeiling(calibration: StressRecord['calibration']): string {
  if (calibration === null) return 'Ceiling of the generators: not measured.';
  const { ceilingPerSecond, plannedPerSecond } = calibration;
  const times = (ceilingPerSecond / plannedPerSecond).toFixed(1);
  return `Ceiling of the generators: ${whole(ceilingPerSecond)}/s, ${times} times the planned ${whole(plannedPerSecond)}/s.`;
}

/** From this rejected share on, what was tested is the limiter. */
const limiterShareMin = 0.9;

function hotTenant(isolation: StressRecord['isolation']): string {
  const { hotAdmittedPerSecond: admitted, hotRejectedPerSecond: rejected } = isolation;
  if (admitted === null || rejected === null) return 'The hot tenant was not measured.';
  const share = rejected / (admitted + rejected || 1);
  const what = share >= limiterShareMin ? ': the run shows the limiter more than Redis' : '';
  return `Hot tenant under the spike: ${whole(admitted)}/s admitted, ${whole(rejected)}/s rejected (${(100 * share).toFixed(0)} %)${what}.`;
}

function windowNotes({ rounds }: StressRecord): string[] {
  const windows = rounds.filter((round) => !round.discarded).flatMap((round) => round.windows);
  const repeated = windows.filter((window) => window.attempt > 0).length;
  const unknown = windows.filter((window) => !window.scheduledStartsKnown).length;
  const notes: string[] = [];
  if (repeated > 0)
    notes.push(
      `${counted(repeated, 'window was', 'windows were')} measured again, because the instrument had failed in the round; all are kept.`,
    );
  if (unknown > 0) {
    notes.push(
      `In ${counted(unknown, 'window')} drops hid the scheduled starts: samples count from the actual start.`,
    );
  }
  return notes;
}

function hostPressure({ rounds }: StressRecord): string {
  const windows = rounds.flatMap((round) => round.windows);
  const most = (name: 'cpuPressure' | 'cpuSteal') =>
    Math.max(...windows.map((window) => window[name] ?? Number.NaN).filter(Number.isFinite));
  const parts = [
    ['CPU pressure', most('cpuPressure')],
    ['steal', most('cpuSteal')],
  ] as const;
  return parts
    .filter(([, value]) => Number.isFinite(value))
    .map(([name, value]) => `, ${name} at most ${(100 * value).toFixed(0)} %`)
    .join('');
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function figure(value: number | null): string {
  return value === null ? 'not measured' : value.toPrecision(3);
}
