import { type Colors, renderTable } from '../../table.ts';
import { wrap } from '../../wrap.ts';
import { type OutcomeComparison, summariseOutcomes } from './compare-outcomes.ts';

/** A comparison of outcomes as text of 80 columns: what changed, and how much did not. */
export function renderOutcomes(comparison: OutcomeComparison, colors: Colors): string {
  const { word, sentence, notes } = summariseOutcomes(comparison);
  const paint = {
    worse: colors.red,
    better: colors.green,
    same: colors.dim,
    "can't tell": colors.yellow,
  };
  const short = (text: string) => (text.length > 28 ? `${text.slice(0, 27)}…` : text);
  const rows = comparison.changes
    .filter(({ change }) => change !== 'same')
    .map(({ name, change, base, new: after }) => [
      short(name),
      short(base),
      short(after),
      paint[change](change),
    ]);
  return [
    wrap(`${word}: ${sentence}.`),
    ...(rows.length > 0 ? ['', renderTable(['', 'base', 'new', 'verdict'], rows)] : []),
    ...notes.map((note) => wrap(note)),
  ].join('\n');
}
