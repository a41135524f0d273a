import { counted } from './counted.ts';
import type { GateResult } from './gates.ts';
import { type JudgeOptions, roundsForPassMin } from './judge-options.ts';
import type { Cell, Judgement } from './judgement.ts';
import type { LatencyCell } from './latency-cell.ts';
import { formatRise, formatRiseShort, formatSigned } from './rise.ts';
import { isLook, lookRounds } from './sequential.ts';

/** Above this spread a cell needs longer windows or more rounds, not luck. */
const spreadMax = 0.08;

/** What the reasons are made of: a judgement without them, and how the run went. */
export interface Findings extends Omit<Judgement, 'reasons'> {
  readonly unanswered: readonly string[];
  readonly options: JudgeOptions;
  readonly ended: 'time' | 'interrupted' | undefined;
}

/** Why the verdict is what it is, in words, the deciding reasons first. */
export function reasonsFor(findings: Findings): string[] {
  const gated = findings.cells.filter((cell) => cell.gated);
  switch (findings.verdict) {
    case 'INVALID':
      return findings.gates.filter((gate) => gate.state === 'red').map(redGate);
    case 'FAIL':
      return [...leaks(findings), ...describeSome(gated.filter((cell) => cell.verdict === 'FAIL'))];
    case 'PASS':
      return [`${gated.length} gated cells all pass${findings.unadjusted ? ', unadjusted' : ''}`];
    case 'PASS (adjusted)':
      return describeSome(gated.filter((cell) => cell.verdict === 'PASS (adjusted)'));
    case 'INCONCLUSIVE':
      return [
        ...progress(findings),
        ...findings.unanswered.map((name) => `${name}: a window holds no sample`),
        ...describeSome(gated.filter((cell) => !cell.verdict.startsWith('PASS'))),
      ];
  }
}

function leaks({ reads }: Findings): string[] {
  if (reads === null || reads.foreignCount === 0) return [];
  const { foreignCount, checkedCount } = reads;
  return [
    `${foreignCount} of ${checkedCount} reads handed a neighbour a value that is not its own: the wall does not hold`,
  ];
}

function redGate({ gate, worst, where, limit, advice }: GateResult): string {
  return `${gate}: ${worst}${where ? ` (${where})` : ''}, must be ${limit}; ${advice}`;
}

function progress({ provisional, ended, measuredRounds, options }: Findings): string[] {
  if (ended === 'interrupted')
    return ['interrupted: a run that did not come to its end decides nothing'];
  if (ended === 'time')
    return [`the time limit ended the run after ${counted(measuredRounds, 'round')}`];
  if (!provisional || isLook(measuredRounds, options.rounds)) return [];
  const next =
    options.rounds === 'auto'
      ? lookRounds.find((rounds) => rounds > measuredRounds)
      : options.rounds;
  return [`${counted(measuredRounds, 'round')} so far, the next look is after ${next}`];
}

/** Beyond these many cells the table says the rest. */
const describedMax = 4;

function describeSome(cells: readonly Cell[]): string[] {
  const rest = cells.length - describedMax;
  const described = cells.slice(0, describedMax).map(describeCell);
  return rest > 0 ? [...described, `and ${counted(rest, 'more cell')}`] : described;
}

function describeCell(cell: Cell): string {
  if (cell.kind === 'latency') return describeLatency(cell);
  const { mean, lower, upper } = cell.difference;
  const points = (value: number | null) => (value === null ? '?' : formatSigned(value));
  return `${cell.name}: ${cell.reason}: ${points(mean)} points [${points(lower)}, ${points(upper)}]`;
}

function describeLatency(cell: LatencyCell): string {
  const bounds = (one: { lower: number | null; upper: number | null }) =>
    `[${formatRiseShort(one.lower)}, ${formatRiseShort(one.upper)}]`;
  const total = `total ${formatRise(cell.total.mean)} ${bounds(cell.total)}`;
  const sharing = cell.sharing
    ? `, by sharing ${formatRise(cell.sharing.mean)} ${bounds(cell.sharing)}`
    : '';
  return `${cell.name}: ${cell.reason}; ${total}${sharing}${advice(cell)}`;
}

function advice(cell: LatencyCell): string {
  if (cell.verdict !== 'INCONCLUSIVE') return '';
  // Fewer than those prove nothing, however little they spread.
  const rounds = cell.roundsNeeded && Math.max(cell.roundsNeeded, roundsForPassMin);
  const more = (rounds ?? 0) > cell.rounds.length;
  const needed = more ? `; about ${counted(rounds ?? 0, 'round')} would decide` : '';
  const spread = Math.max(cell.total.sd ?? 0, cell.sharing?.sd ?? 0);
  const noisy =
    spread > spreadMax
      ? `; rounds spread by ${(100 * spread).toFixed(0)} %: longer windows or more rounds, not luck`
      : '';
  return `${needed}${noisy}`;
}
