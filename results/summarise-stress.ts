import type { Cell, Judgement, Verdict } from './judgement.ts';
import { formatRise, formatRiseShort, formatSigned } from './rise.ts';
import { describeContext } from './run-context.ts';
import type { StressRecord } from './schema.ts';
import type { Check, CheckState, Summary } from './summary.ts';
import { verdictNote, verdictSentence } from './verdict-sentence.ts';

/** A stress record in short: its gated cells and its gates. */
export function summariseStress(record: StressRecord): Summary {
  const { judgement, judgeOptions, scenario, startedAt } = record;
  const cells = judgement.cells.filter((cell) => cell.gated);
  return {
    title: `partywall ${scenario}`,
    word: `${judgement.verdict}${verdictNote(judgement)}`,
    state: stateOf(judgement.verdict),
    sentence: verdictSentence(judgement, judgeOptions.maxRisePercent),
    reasons: judgement.reasons,
    checks: [
      ...checksOfReads(judgement),
      ...judgement.gates.map(
        ({ gate, state, worst, limit, advice }): Check => ({
          group: 'gate',
          name: gate,
          state: state === 'green' ? 'pass' : state === 'red' ? 'broken' : 'open',
          reason: `${worst}, must be ${limit}${state === 'red' ? `; ${advice}` : ''}`,
        }),
      ),
      ...cells.map(
        (cell): Check => ({
          group: cell.kind,
          name: cell.name,
          state: stateOf(cell.verdict),
          reason: `${cell.verdict}: ${cell.reason}; ${figuresOf(cell)}`,
        }),
      ),
    ],
    notes: describeContext(record),
    startedAt,
  };
}

/** One foreign value is one too many; a run that checked none says nothing of it. */
function checksOfReads({ reads }: Judgement): Check[] {
  if (reads === null) return [];
  const { checkedCount, foreignCount } = reads;
  return [
    {
      group: 'data',
      name: 'owner of each value read',
      state: foreignCount > 0 ? 'fail' : 'pass',
      reason: `${foreignCount} of ${checkedCount} values were another tenant's`,
    },
  ];
}

export function stateOf(verdict: Verdict): CheckState {
  switch (verdict) {
    case 'PASS':
    case 'PASS (adjusted)':
      return 'pass';
    case 'FAIL':
      return 'fail';
    case 'INCONCLUSIVE':
      return 'open';
    case 'INVALID':
      return 'broken';
  }
}

function figuresOf(cell: Cell): string {
  if (cell.kind === 'points') {
    const { mean, lower, upper } = cell.difference;
    const bound = (value: number | null) => (value === null ? '?' : formatSigned(value));
    return `${formatSigned(mean)} points [${bound(lower)}, ${bound(upper)}]`;
  }
  const interval = ({ lower, upper }: { lower: number | null; upper: number | null }) =>
    `[${formatRiseShort(lower)}, ${formatRiseShort(upper)}]`;
  const sharing = cell.sharing
    ? `, by sharing ${formatRise(cell.sharing.mean)} ${interval(cell.sharing)}`
    : '';
  return `total ${formatRise(cell.total.mean)} ${interval(cell.total)}${sharing}`;
}
