import {
  type ChangePoint,
  type ChangePointOptions,
  defaultChangePointOptions,
  findChangePoints,
  seriesMax,
} from './change-points.ts';
import type { HistoryLine } from './history.ts';

/** One measure of one scenario on one machine, over runs. */
export interface Trend {
  readonly kind: string;
  readonly scenario: string;
  readonly machine: string;
  readonly measure: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly scale: 'ratio' | 'logarithm' | 'points';
  readonly runs: readonly { readonly line: HistoryLine; readonly value: number }[];
  readonly changes: readonly (ChangePoint & {
    readonly isWorse: boolean;
    readonly line: HistoryLine;
  })[];
}

/** Every series of a history with the places where its level changed. */
export function trendsOf(
  lines: readonly HistoryLine[],
  options: ChangePointOptions = defaultChangePointOptions,
): Trend[] {
  const series = new Map<string, { line: HistoryLine; value: number; measure: string }[]>();
  for (const line of lines) {
    for (const [measure, { mean }] of Object.entries(line.measures)) {
      const key = JSON.stringify([line.kind, line.scenario, line.machine, measure]);
      series.set(key, [...(series.get(key) ?? []), { line, value: mean, measure }]);
    }
  }
  return [...series.values()].flatMap((all) => {
    const runs = all.slice(-seriesMax);
    const [first] = runs;
    const about = first?.line.measures[first.measure];
    if (!first || !about) return [];
    const { kind, scenario, machine } = first.line;
    // Points near zero have no relative change that means anything: they are moved up by one.
    const offset = about.scale === 'points' ? 1 : 0;
    const found = findChangePoints(
      runs.map(({ value }) => value + offset),
      options,
    );
    const changes = found.flatMap((point) => {
      const run = runs[point.at];
      if (!run) return [];
      const isWorse = point.after > point.before === (about.better === 'lower');
      const [before, after] = [point.before - offset, point.after - offset];
      return [{ ...point, before, after, isWorse, line: run.line }];
    });
    const { unit, better, scale } = about;
    return [
      { kind, scenario, machine, measure: first.measure, unit, better, scale, runs, changes },
    ];
  });
}

/** A level of a trend with its unit; rises as per cent. */
export function formatTrend({ scale, unit }: Pick<Trend, 'scale' | 'unit'>, value: number): string {
  if (scale === 'logarithm') return `${(100 * (value - 1)).toFixed(1)} %`;
  return `${Number(value.toPrecision(4))} ${unit}`;
}

/** Three digits, and none that would read as impossible. */
export function formatPValue(pValue: number): string {
  return pValue < 0.001 ? '<.001' : pValue.toFixed(3);
}
