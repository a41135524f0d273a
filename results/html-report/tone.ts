import type { SeriesStyle, Tone } from '../html/colours.ts';
import type { Verdict } from '../judgement.ts';
import type { Arm } from '../window.ts';

/** How a verdict is painted. */
export function toneOf(verdict: Verdict): Tone {
  switch (verdict) {
    case 'PASS':
    case 'PASS (adjusted)':
      return 'good';
    case 'FAIL':
    case 'INVALID':
      return 'bad';
    case 'INCONCLUSIVE':
      return 'open';
  }
}

export const arms: readonly Arm[] = ['baseline', 'placebo', 'spike'];

/** How an arm is drawn, in every chart alike. */
export const armStyles = {
  baseline: 'grey',
  placebo: 'blue',
  spike: 'red',
} as const satisfies Record<Arm, SeriesStyle>;
