import pc from 'picocolors';
import { type Colors, renderTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import type { CellComparison } from './compare-cell.ts';
import { type Comparison, formatDifference, formatLevel, shortName } from './comparison.ts';
import { summariseComparison } from './summarise-comparison.ts';

/** A comparison as text of 80 columns: the verdict, the reasons, every cell. */
export function renderComparison(
  comparison: Comparison,
  colors: Colors = pc.createColors(false),
): string {
  const { word, sentence, reasons, notes } = summariseComparison(comparison);
  const { cells, rule } = comparison;
  const percent = formatDifference({ scale: 'ratio' }, rule.margin.logarithm);
  return [
    wrap(`${word}: ${sentence}.`),
    ...reasons.slice(0, reasonsMax).map((reason) => wrap(reason, '  - ')),
    ...(reasons.length > reasonsMax ? [`  - and ${reasons.length - reasonsMax} more`] : []),
    '',
    renderCells(cells, colors),
    wrap(
      `base: geometric mean of the rounds. change: new against it, per cent (points for shares), with its 95 % interval${rule.paired ? ' over pairs of rounds' : ''}. found: a true change this large is found 8 times in 10, for the cell alone. Margin: ${percent} %, ${rule.margin.points} points. better and worse hold over all gated cells (Holm). Small brackets: shown, not gated.`,
    ),
    '',
    ...notes.map((note) => wrap(note)),
  ].join('\n');
}

const reasonsMax = 6;

/** A line a cell; what cells have in common stands above them. */
function renderCells(cells: readonly CellComparison[], colors: Colors): string {
  const [head, ...lines] = renderTable(
    ['measure', 'base', 'change', 'interval', 'found', 'verdict'],
    cells.map((cell) => row(cell, colors)),
  ).split('\n');
  const grouped = cells.flatMap(({ place }, at) => {
    const line = lines[at] ?? '';
    const isFirst = place !== undefined && place.group !== cells[at - 1]?.place?.group;
    return isFirst ? [place.group, line] : [line];
  });
  return [head, ...grouped].join('\n');
}

function row(cell: CellComparison, colors: Colors): string[] {
  const { name, place, gated, change, difference, lower, upper, detectable } = cell;
  const paint = {
    worse: colors.red,
    better: colors.green,
    same: colors.green,
    "can't tell": colors.yellow,
  };
  const bound = (value: number | null) => formatDifference(cell, value);
  return [
    place === undefined ? shortName(name, 28) : `  ${shortName(place.label, 26)}`,
    formatLevel(cell, cell.base).replace(' points', '').replace(' ', ''),
    bound(difference),
    `[${bound(lower)},${bound(upper)}]`,
    detectable === null ? '?' : bound(detectable).replace('+', ''),
    gated ? paint[change](change) : colors.dim(`(${change})`),
  ];
}
