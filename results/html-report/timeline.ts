import { counted } from '../counted.ts';
import { samplesOf } from '../groups.ts';
import { percentileOf } from '../histogram.ts';
import { type LineSeries, lineChart } from '../html/line-chart.ts';
import { html, type Markup } from '../html/markup.ts';
import { sortableTable } from '../html/sortable-table.ts';
import type { JudgeOptions } from '../judge-options.ts';
import { formatDuration } from '../rise.ts';
import { selectRounds, windowsOf } from '../rounds.ts';
import type { RoundMeasurement, WindowMeasurement } from '../window.ts';
import { durationAxis } from './duration-axis.ts';
import { armStyles, arms } from './tone.ts';

/** Every window in the order it ran; those that do not count are told apart. */
export function renderTimeline(
  rounds: readonly RoundMeasurement[],
  { capUs }: JudgeOptions,
): Markup {
  const measured = new Set(selectRounds(rounds).measured.flatMap(windowsOf));
  const windows = rounds.flatMap((round) => round.windows);
  if (windows.length === 0) return html`<p>No window was measured.</p>`;
  return html`${drawTimeline(windows, measured, 0.5, capUs)}
${drawTimeline(windows, measured, 0.95, capUs)}
${listWindows(windows, measured, capUs)}`;
}

function drawTimeline(
  windows: readonly WindowMeasurement[],
  measured: ReadonlySet<WindowMeasurement>,
  ratio: number,
  capUs: number,
): Markup {
  const pointsOf = (some: readonly WindowMeasurement[]) =>
    some.flatMap((window) => {
      const found = percentileOf(samplesOf(window, 'all'), ratio, capUs);
      if (!found) return [];
      const value = found.capped ? 'failed' : formatDuration(found.valueUs);
      const note = `round ${window.round}, ${window.arm}: ${value}`;
      return [{ x: window.startedAtMs / 1_000, y: found.valueUs, note }];
    });
  const left = windows.filter((window) => !measured.has(window));
  const series: LineSeries[] = [
    ...arms.map((arm) => ({
      name: arm,
      style: armStyles[arm],
      unconnected: true,
      points: pointsOf(windows.filter((window) => measured.has(window) && window.arm === arm)),
    })),
    { name: 'not counted', style: 'amber', unconnected: true, points: pointsOf(left) },
  ];
  const name = `P${100 * ratio}`;
  const repeated =
    left.length === 0
      ? ''
      : ` ${counted(left.length, 'window does', 'windows do')} not count: warm-up, or measured again.`;
  return lineChart({
    id: `timeline-${name.toLowerCase()}`,
    title: `${name} of all neighbours, window by window`,
    summary: `Each symbol is one window of one arm, in the order in which they ran.${repeated}`,
    x: { label: 'seconds since the run began' },
    y: durationAxis,
    series: series.filter(({ points }) => points.length > 0),
    heightPx: 280,
  });
}

function listWindows(
  windows: readonly WindowMeasurement[],
  measured: ReadonlySet<WindowMeasurement>,
  capUs: number,
): Markup {
  const percentile = (window: WindowMeasurement, ratio: number) => {
    const found = percentileOf(samplesOf(window, 'all'), ratio, capUs);
    if (!found) return '-';
    const show = found.capped ? 'failed' : formatDuration(found.valueUs);
    return { show, sortBy: found.valueUs };
  };
  const perSecond = (count: number, { durationMs }: WindowMeasurement) =>
    Math.round((1_000 * count) / durationMs);
  return sortableTable({
    id: 'windows',
    caption: 'Windows in the order in which they ran; rates are requests per second',
    columns: [
      { head: 'at, s', numeric: true },
      { head: 'round', numeric: true },
      { head: 'arm' },
      { head: 'attempt', numeric: true },
      { head: 'counts' },
      { head: 'P50', numeric: true },
      { head: 'P95', numeric: true },
      { head: 'failed', numeric: true },
      { head: 'neighbours/s', numeric: true },
      { head: 'hot tenant/s', numeric: true },
    ],
    rows: windows.map((window) => [
      Math.round(window.startedAtMs / 1_000),
      window.round,
      window.arm,
      window.attempt + 1,
      measured.has(window) ? 'yes' : 'no',
      percentile(window, 0.5),
      percentile(window, 0.95),
      window.neighbours.reduce((sum, one) => sum + one.hit.failedCount + one.miss.failedCount, 0),
      perSecond(window.offeredNeighbours.servedCount, window),
      perSecond(window.offeredHot.servedCount, window),
    ]),
  });
}
