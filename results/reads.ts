import type { RoundMeasurement } from './window.ts';

/** Neighbours' reads that brought a value, and how many of them brought somebody else's. */
export interface Reads {
  /** Values whose seal was compared with the reader's tenant and key. */
  readonly checkedCount: number;
  /** Values under another tenant's or key's seal: the wall does not hold. */
  readonly foreignCount: number;
}

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
