import type { Axis } from '../html/line-chart.ts';
import { formatRise } from '../rise.ts';

/** Ladders of ticks in per cent, finest first; each holds "no rise". */
const ladders: readonly (readonly number[])[] = [
  steps(1, 10),
  steps(2, 20),
  steps(5, 50),
  [-50, -40, -30, -20, -10, 0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
  [-75, -50, -25, 0, 25, 50, 100, 150, 200],
  [-90, -50, 0, 100, 300, 900],
  [-99, 0, 900, 9_900, 99_900, 999_900],
];

/** An axis of rises: logarithms of ratios, spelled in per cent. */
export function riseAxis(label: string, values: readonly number[]): Axis {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const inside = (ladder: readonly number[]) =>
    ladder.map(toLogarithm).filter((at) => at >= low - 1e-9 && at <= high + 1e-9);
  return {
    label,
    format: (value) => formatRise(value).replace('.0 ', ' ').replace('+0 ', '0 '),
    domain: [low, high],
    ticks: (countMax) => {
      const fitting = ladders.find(
        (ladder) => inside(ladder).length <= countMax && covers(ladder, low, high),
      );
      return inside(fitting ?? ladders.at(-1) ?? []);
    },
  };
}

/** Whether the ladder goes on to about where the values end: fine ladders stop early. */
function covers(ladder: readonly number[], low: number, high: number): boolean {
  const first = toLogarithm(ladder[0] ?? 0);
  const last = toLogarithm(ladder.at(-1) ?? 0);
  return first <= 0.5 * low && last >= 0.5 * high;
}

function steps(step: number, most: number): number[] {
  const count = (2 * most) / step + 1;
  return Array.from({ length: count }, (_, index) => index * step - most);
}

function toLogarithm(percent: number): number {
  return Math.log(1 + percent / 100);
}
