import { type LineSeries, lineChart } from '../html/line-chart.ts';
import { html, type Markup } from '../html/markup.ts';
import { sortableTable } from '../html/sortable-table.ts';
import type { MeasuredRound } from '../rounds.ts';
import { describeContext } from '../run-context.ts';
import type { StressRecord } from '../schema.ts';
import type { WindowMeasurement } from '../window.ts';
import { arms } from './tone.ts';

/** What the hot tenant asked, what was let in and what was turned away, arm by arm. */
export function renderHotTenant(record: StressRecord, rounds: readonly MeasuredRound[]): Markup {
  const [first] = describeContext(record);
  if (rounds.length === 0) return html`<p>${first}</p>`;
  const points = (count: (window: WindowMeasurement) => number) =>
    rounds.map(({ spike, round }) => ({ x: round, y: perSecond([spike], count) }));
  const series: LineSeries[] = [
    { name: 'asked', style: 'grey', points: points((one) => one.offeredHot.servedCount) },
    { name: 'admitted', style: 'green', points: points((one) => one.hotAdmittedCount) },
    { name: 'rejected', style: 'red', points: points((one) => one.hotRejectedCount) },
  ];
  return html`${lineChart({
    id: 'hot-rates',
    title: 'The spike: requests per second of the hot tenant',
    summary: `${first} Counted by the servers, not by the load generator.`,
    x: { label: 'round', ticks: rounds.map(({ round }) => round), format: String },
    y: {
      label: 'requests/s',
      domain: [0, Math.max(1, ...series.flatMap(({ points }) => points.map(({ y }) => y)))],
    },
    series,
    heightPx: 240,
  })}
${listArms(rounds)}`;
}

function listArms(rounds: readonly MeasuredRound[]): Markup {
  const rows = arms.flatMap((arm) => {
    const windows = rounds.map((round) => round[arm]).filter((window) => window !== undefined);
    if (windows.length === 0) return [];
    return [
      [
        arm,
        whole(perSecond(windows, (one) => one.offeredHot.plannedCount)),
        whole(perSecond(windows, (one) => one.offeredHot.servedCount)),
        whole(perSecond(windows, (one) => one.hotAdmittedCount)),
        whole(perSecond(windows, (one) => one.hotRejectedCount)),
        whole(perSecond(windows, (one) => one.offeredNeighbours.servedCount)),
        whole(windows.reduce((sum, one) => sum + one.sharedCommandsPerSecond, 0) / windows.length),
      ],
    ];
  });
  return sortableTable({
    id: 'hot-arms',
    caption: 'Means over the measured rounds, per second',
    columns: [
      { head: 'arm' },
      { head: 'hot: planned', numeric: true },
      { head: 'hot: asked', numeric: true },
      { head: 'hot: admitted', numeric: true },
      { head: 'hot: rejected', numeric: true },
      { head: 'neighbours: asked', numeric: true },
      { head: 'scripts on the shared Redis', numeric: true },
    ],
    rows,
  });
}

function perSecond(
  windows: readonly WindowMeasurement[],
  count: (window: WindowMeasurement) => number,
): number {
  const seconds = windows.reduce((sum, window) => sum + window.durationMs / 1_000, 0);
  return windows.reduce((sum, window) => sum + count(window), 0) / seconds;
}

function whole(value: number): { show: string; sortBy: number } {
  return { show: Math.round(value).toLocaleString('en-US'), sortBy: value };
}
