import type { Reads, RoundMeasurement } from './window.ts';

/**
 * All reads of a run, those of discarded and repeated windows included: one foreign value is one too
 * many, whenever it came. Null where no window has any count.
 */
export function countReads(rounds: readonly RoundMeasurement[]): Reads | null {
  const reads = rounds
    .flatMap(({ windows }) => windows)
    .flatMap((window) => (window.reads === null ? [] : [window.reads]));
  if (reads.length === 0) return null;
  return {
    checkedCount: reads.reduce((sum, { checkedCount }) => sum + checkedCount, 0),
    foreignCount: reads.reduce((sum, { foreignCount }) => sum + foreignCount, 0),
  };
}
