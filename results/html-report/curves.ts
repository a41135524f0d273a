import { type Group, samplesOf } from '../groups.ts';
import { mergeSamples, percentileOf } from '../histogram.ts';
import { type LinePoint, lineChart } from '../html/line-chart.ts';
import { html, type Markup } from '../html/markup.ts';
import type { JudgeOptions } from '../judge-options.ts';
import { formatDuration } from '../rise.ts';
import type { MeasuredRound } from '../rounds.ts';
import type { Samples } from '../window.ts';
import { durationAxis } from './duration-axis.ts';
import { beyondMin, fromNines, quantiles, quantileTicks, toNines } from './quantile-axis.ts';
import { armStyles, arms } from './tone.ts';

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
      ticks: quantileTicks.map(toNines).filter((tick) => tick <= last),
      format: fromNines,
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
        x: toNines(quantile),
        y: found.valueUs,
        note: `${arm}, ${fromNines(toNines(quantile))}: ${value}`,
      },
    ];
  });
}
