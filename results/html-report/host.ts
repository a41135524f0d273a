import { html, type Markup } from '../html/markup.ts';
import { sortableTable } from '../html/sortable-table.ts';
import type { MeasuredRound } from '../rounds.ts';
import { describeContext } from '../run-context.ts';
import type { StressRecord } from '../schema.ts';
import { arms } from './tone.ts';

/** The machine, its tools, and how busy it was. Figures of two hosts are no comparison. */
export function renderHost(record: StressRecord, rounds: readonly MeasuredRound[]): Markup {
  const { host, gitRevision, calibration } = record;
  const facts: [string, string][] = [
    ['processor', `${host.cores} x ${host.cpuModel}`],
    ['memory', `${(host.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ['system', `${host.platform}, ${host.kernel}`],
    ['Node', host.node],
    ...Object.entries(host.tools),
    ['revision', gitRevision ?? 'unknown'],
    [
      'ceiling',
      calibration
        ? `${Math.round(calibration.ceilingPerSecond)} requests/s, planned ${Math.round(calibration.plannedPerSecond)}`
        : 'not measured',
    ],
  ];
  return html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<ul>${describeContext(record)
    .slice(1)
    .map((line) => html`<li>${line}</li>`)}</ul>
${rounds.length > 0 ? listProcesses(rounds) : ''}`;
}

function listProcesses(rounds: readonly MeasuredRound[]): Markup {
  const windows = arms.map((arm) =>
    rounds.map((round) => round[arm]).filter((window) => window !== undefined),
  );
  const names = [...new Set(windows.flat().flatMap((window) => Object.keys(window.cpu)))];
  const mean = (values: readonly (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0) return '-';
    const value = known.reduce((sum, one) => sum + one, 0) / known.length;
    return { show: `${(100 * value).toFixed(0)} %`, sortBy: value };
  };
  return sortableTable({
    id: 'processes',
    caption:
      'Means over the measured rounds: processes in per cent of one core, pressure and steal of the host',
    columns: [{ head: 'process' }, ...arms.map((arm) => ({ head: arm, numeric: true }))],
    rows: [
      ...names.map((name) => [
        name,
        ...windows.map((some) => mean(some.map(({ cpu }) => cpu[name]))),
      ]),
      [
        'tasks waiting for a core',
        ...windows.map((some) => mean(some.map((one) => one.cpuPressure))),
      ],
      ['stolen by the hypervisor', ...windows.map((some) => mean(some.map((one) => one.cpuSteal)))],
    ],
    filter: false,
  });
}
