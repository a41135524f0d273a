import type { Axis } from '../html/line-chart.ts';
import { formatDuration } from '../rise.ts';

/** Microseconds on a logarithmic scale; ticks without idle zeros. */
export const durationAxis: Axis = {
  label: 'response time',
  scale: 'log',
  format: (us) =>
    formatDuration(us)
      .replace(/(\.\d*?)0+ /, '$1 ')
      .replace('. ', ' '),
};
