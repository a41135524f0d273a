import { CONFUSION_FAMILIES, CONFUSIONS, type Confusion } from '../arbitraries/confusions.ts';
import type { Vocabulary } from '../arbitraries/vocabulary.ts';

/** One confusion to be tried, with ordinary names only or with odd ones mixed in. */
export interface ScheduledConfusion {
  readonly confusion: Confusion;
  readonly ordinary: boolean;
  /** What names are built from, where that is not everything known. */
  readonly vocabulary: Vocabulary;
}

/** What was learnt of a layout stands first in a vocabulary; so many are tried each by itself. */
const LEARNT_TRIED = 4;

/**
 * All confusions in the order in which they are tried: ordinary names first, then what was learnt
 * of the layout, then one of each family in turn, so that however early the time is over, every
 * family that can be has been tried.
 */
export function scheduleConfusions(vocabulary: Vocabulary): readonly ScheduledConfusion[] {
  const ordinary = CONFUSIONS.filter((confusion) => confusion.ordinary);
  return [
    ...ordinary.map((confusion) => ({ confusion, ordinary: true, vocabulary })),
    ...learntFirst(vocabulary),
    ...inTurns().map((confusion) => ({ confusion, ordinary: false, vocabulary })),
  ];
}

function learntFirst({ separators, words }: Vocabulary): ScheduledConfusion[] {
  const withSeparator = CONFUSIONS.filter(
    ({ family, ordinary }) => !ordinary && (family === 'split' || family === 'separator'),
  );
  // Nothing at all is among the ordinary names; with it alone no two tenants would differ.
  const marks = separators.filter((separator) => separator !== '');
  return marks.slice(0, LEARNT_TRIED).flatMap((separator) =>
    withSeparator.map((confusion) => ({
      confusion,
      ordinary: false,
      vocabulary: { separators: [separator], words },
    })),
  );
}

/** The first of each family, then the second of each, and so on. */
function inTurns(): Confusion[] {
  const families = CONFUSION_FAMILIES.map((family) =>
    CONFUSIONS.filter((confusion) => confusion.family === family),
  );
  const longest = Math.max(...families.map(({ length }) => length));
  const turns: Confusion[] = [];
  for (let turn = 0; turn < longest; turn += 1) {
    for (const family of families) {
      const confusion = family[turn];
      if (confusion !== undefined) turns.push(confusion);
    }
  }
  return turns;
}

/** A seed of its own for each draw, the same for the same check: an integer mix of both. */
export function mixSeed(seed: number, index: number): number {
  let mixed = Math.imul(seed ^ (index + 0x9e3779b9), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}
