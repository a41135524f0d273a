import { samplesOf } from './groups.ts';
import { percentileOf } from './histogram.ts';
import { judgeInputOf } from './record.ts';
import { formatDuration } from './rise.ts';
import type { StressRecord } from './schema.ts';
import { renderTable } from './table.ts';
import type { WindowMeasurement } from './window.ts';

/** Every window in the order it ran, discarded and repeated ones included. */
export function renderTimeline(record: StressRecord): string {
  const { rounds, options } = judgeInputOf(record);
  const value = (window: WindowMeasurement, ratio: number) => {
    const percentile = percentileOf(samplesOf(window, 'all'), ratio, options.capUs);
    if (!percentile) return '-';
    return percentile.capped ? 'failed' : formatDuration(percentile.valueUs);
  };
  const rows = rounds.flatMap((round) =>
    round.windows.map((window) => [
      `${(window.startedAtMs / 1_000).toFixed(0)} s`,
      `${round.round}${round.discarded ? ' (discarded)' : ''}`,
      `${window.arm}${window.attempt > 0 ? ` (attempt ${window.attempt + 1})` : ''}`,
      value(window, 0.5),
      value(window, 0.95),
      String(
        window.neighbours.reduce((sum, one) => sum + one.hit.failedCount + one.miss.failedCount, 0),
      ),
      `${((1_000 * window.offeredHot.servedCount) / window.durationMs).toFixed(0)}/s`,
    ]),
  );
  return renderTable(['at', 'round', 'arm', 'P50', 'P95', 'failed', 'hot tenant'], rows);
}
