import { type Group, samplesOf } from '../groups.ts';
import { mergeSamples, percentileOf } from '../histogram.ts';
import { lineChart } from '../html/line-chart.ts';
import { html, type Markup } from '../html/markup.ts';
import { durationAxis } from '../html-report/duration-axis.ts';
import {
  beyondMin,
  fromNines,
  quantiles,
  quantileTicks,
  toNines,
} from '../html-report/quantile-axis.ts';
import { riseAxis } from '../html-report/rise-axis.ts';
import { judgeInputOf } from '../record.ts';
import { formatDuration } from '../rise.ts';
import { selectRounds } from '../rounds.ts';
import type { StressRecord } from '../schema.ts';
import type { Arm, Samples } from '../window.ts';
import type { Comparison } from './comparison.ts';

/**
 * Both distributions on a quantile axis, and below them their difference at each quantile: where
 * along the distribution a change sits. Records without samples say so.
 */
export function renderQuantileDifferences(comparison: Comparison): Markup {
  const { base } = comparison;
  const fresh = comparison.new;
  if (base.kind !== 'stress' || fresh.kind !== 'stress') {
    return html`<p>These records hold one figure a round and no single samples: their distributions are those of the rounds, below.</p>`;
  }
  const parts = [
    ['path:hit', 'baseline', 'Hit path without the spike'],
    ['path:hit', 'spike', 'Hit path under the spike'],
    ['path:miss', 'baseline', 'Miss path without the spike'],
    ['path:miss', 'spike', 'Miss path under the spike'],
  ] as const;
  return html`${parts.map(([group, arm, title]) => drawBoth({ base, fresh, group, arm, title }))}`;
}

interface Part {
  readonly base: StressRecord;
  readonly fresh: StressRecord;
  readonly group: Group;
  readonly arm: Arm;
  readonly title: string;
}

function drawBoth({ base, fresh, group, arm, title }: Part): Markup {
  const from = curveOf(base, group, arm);
  const to = curveOf(fresh, group, arm);
  const both = from.flatMap(({ x, y }) => {
    const other = to.find((point) => point.x === x);
    return other ? [{ x, y: Math.log(other.y / y) }] : [];
  });
  if (both.length === 0) return html`<p>${title}: too few samples.</p>`;
  const last = Math.max(...both.map(({ x }) => x));
  const x = {
    label: 'quantile',
    ticks: quantileTicks.map(toNines).filter((tick) => tick <= last),
    format: fromNines,
  };
  const id = `${group.replace(':', '-')}-${arm}`;
  const at = (nines: number) => both.find((point) => point.x === nines)?.y;
  const axis = riseAxis(
    'new against base, %',
    both.map(({ y }) => y),
  );
  const said = [0.5, 0.95, 0.99]
    .map((quantile) => ({ quantile, y: at(toNines(quantile)) }))
    .flatMap(({ quantile, y }) =>
      y === undefined ? [] : [`P${100 * quantile} ${axis.format?.(y) ?? ''}`],
    );
  return html`${lineChart({
    id,
    title,
    summary: 'Response times of all measured rounds together.',
    x,
    y: durationAxis,
    series: [
      { name: 'base', style: 'grey', points: from },
      { name: 'new', style: 'red', points: to },
    ],
    heightPx: 240,
  })}
${lineChart({
  id: `${id}-difference`,
  title: `${title}: difference at each quantile`,
  summary: `${said.join(', ')}. Above zero the new record is slower.`,
  x,
  y: axis,
  series: [{ name: 'new against base', style: 'violet', points: both }],
  rules: [{ at: 0, label: 'no change', axis: 'y' }],
  heightPx: 180,
})}`;
}

function curveOf(record: StressRecord, group: Group, arm: Arm) {
  const { rounds, options } = judgeInputOf(record);
  const windows = selectRounds(rounds).measured.flatMap((round) => round[arm] ?? []);
  const samples: Samples = mergeSamples(windows.map((window) => samplesOf(window, group)));
  return quantiles.flatMap((quantile) => {
    const found = percentileOf(samples, quantile, options.capUs);
    if (!found || found.beyondCount < beyondMin) return [];
    const value = found.capped ? 'failed' : formatDuration(found.valueUs);
    return [
      { x: toNines(quantile), y: found.valueUs, note: `${fromNines(toNines(quantile))}: ${value}` },
    ];
  });
}
