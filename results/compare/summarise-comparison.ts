import type { CheckState, Summary } from '../summary.ts';
import { type Comparison, type ComparisonVerdict, formatChange } from './comparison.ts';
import { describeHost } from './likeness.ts';

/** A comparison in short: its gated cells. */
export function summariseComparison(comparison: Comparison): Summary {
  const { verdict, reasons, cells, unlike, software, base } = comparison;
  const fresh = comparison.new;
  return {
    title: `partywall compare ${fresh.scenario}`,
    word: unlike.length > 0 ? `${verdict} (unlike records)` : verdict,
    state: stateOf[verdict],
    sentence: sentenceOf(comparison),
    reasons: [...unlike.map((one) => `unlike: ${one}`), ...reasons],
    checks: cells
      .filter((cell) => cell.gated)
      .map((cell) => ({
        group: cell.unit || 'figure',
        name: cell.name,
        state: changeStates[cell.change],
        reason: `${cell.change}: ${formatChange(cell)}; ${cell.reason}`,
      })),
    notes: [
      `Base: ${base.startedAt}, ${base.gitRevision ?? 'no revision'}; new: ${fresh.startedAt}, ${fresh.gitRevision ?? 'no revision'}.`,
      `Host: ${describeHost(fresh.host)}.`,
      ...(software.length > 0 ? [`Differs: ${software.join('; ')}.`] : []),
    ],
    startedAt: fresh.startedAt,
  };
}

/** What the verdict says, as one clause. */
export function sentenceOf({ verdict, cells, rule }: Comparison): string {
  const gated = cells.filter((cell) => cell.gated);
  const percent = Math.round(1_000 * (Math.exp(rule.margin.logarithm) - 1)) / 10;
  const count = (change: string) => gated.filter((cell) => cell.change === change).length;
  switch (verdict) {
    case 'WORSE':
      return count('worse') === 0
        ? 'a value was handed to another tenant than its own'
        : `${count('worse')} of ${gated.length} gated measures got worse`;
    case 'BETTER':
      return `${count('better')} of ${gated.length} gated measures got better, none got worse`;
    case 'SAME':
      return `all ${gated.length} gated measures stay within ${percent} % of the base`;
    case "CAN'T TELL":
      return 'whether it got worse is neither shown nor excluded';
  }
}

const stateOf: Record<ComparisonVerdict, CheckState> = {
  WORSE: 'fail',
  BETTER: 'pass',
  SAME: 'pass',
  "CAN'T TELL": 'open',
};

const changeStates = {
  worse: 'fail',
  better: 'pass',
  same: 'pass',
  "can't tell": 'open',
} as const;
