import { type Group, samplesOf } from '../groups.ts';
import { mergeSamples, percentileOf } from '../histogram.ts';
import { type LinePoint, lineChart } from '../html/line-chart.ts';
import { html, type Markup } from '../html/markup.ts';
import type { JudgeOptions } from '../judge-options.ts';
import { formatDuration } from '../rise.ts';
import type { MeasuredRound } from '../rounds.ts';
import type { Samples } from '../window.ts';
import { durationAxis } from './duration-axis.ts';
import { armStyles, arms } from './tone.ts';

const quantiles = [
  0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.88, 0.9, 0.92, 0.95, 0.97, 0.98, 0.99,
  0.995, 0.998, 0.999, 0.9995, 0.9999,
];
const ticks = [0.01, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999];

/** Fewer samples than these beyond a quantile are not drawn: one of them would be the curve. */
const beyondMin = 10;

/** The whole distribution of each arm, all measured rounds together, on a quantile axis. */
export function renderCurves(rounds: readonly MeasuredRound[], options: JudgeOptions): Markup {
  if (rounds.length === 0) return html`<p>No round was measured.</p>`;
  return html`<p>All measured rounds together, on an axis that gives each further nine the same room. A failed request counts as ${formatDuration(options.capUs)}, slower than any other. Percentiles of rounds are judged one by one, never these merged curves.</p>
${drawCurves(rounds, options.capUs, 'all', 'All neighbours')}
${drawCurves(rounds, options.capUs, 'path:hit', 'Hit path: answered by the cache')}
${drawCurves(rounds, options.capUs, 'path:miss', 'Miss path: loaded from the back-end')}`;
}

function drawCurves(
  rounds: readonly MeasuredRound[],
  capUs: number,
  group: Group,
  title: string,
): Markup {
  const series = arms.flatMap((arm) => {
    const windows = rounds.map((round) => round[arm]).filter((window) => window !== undefined);
    if (windows.length === 0) return [];
    const samples = mergeSamples(windows.map((window) => samplesOf(window, group)));
    return [{ name: arm, style: armStyles[arm], points: curveOf(samples, capUs, arm), samples }];
  });
  const figures = series.map(({ name, samples }) => {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((ratio) => percentileOf(samples, ratio, capUs));
    const show = (value: typeof p50) => (value ? formatDuration(value.valueUs) : '-');
    return `${name} ${show(p50)}, ${show(p95)}, ${show(p99)}`;
  });
  const last = Math.max(0, ...series.flatMap(({ points }) => points.map(({ x }) => x)));
  return lineChart({
    id: `curve-${group.replace(':', '-')}`,
    title,
    summary: `P50, P95 and P99: ${figures.join('; ')}.`,
    x: {
      label: 'quantile',
      ticks: ticks.map(toAxis).filter((tick) => tick <= last),
      format: fromAxis,
    },
    y: durationAxis,
    series,
  });
}

function curveOf(samples: Samples, capUs: number, arm: string): LinePoint[] {
  return quantiles.flatMap((quantile) => {
    const found = percentileOf(samples, quantile, capUs);
    if (!found || found.beyondCount < beyondMin) return [];
    const value = found.capped ? 'failed' : formatDuration(found.valueUs);
    return [
      {
        x: toAxis(quantile),
        y: found.valueUs,
        note: `${arm}, ${fromAxis(toAxis(quantile))}: ${value}`,
      },
    ];
  });
}

/** Nines: P90 is 1, P99 is 2. */
function toAxis(quantile: number): number {
  return -Math.log10(1 - quantile);
}

function fromAxis(nines: number): string {
  return `P${Number((100 * (1 - 10 ** -nines)).toFixed(2))}`;
}
