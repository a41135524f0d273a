import type { CheckState, Summary } from '../../summary.ts';
import type { CellChange } from '../compare-cell.ts';
import type { ComparisonVerdict } from '../comparison.ts';
import type { OutcomeRecord, OutcomeState } from './outcome-record.ts';

/** One thing that either record tried. */
export interface OutcomeChange {
  readonly name: string;
  readonly change: CellChange;
  readonly base: string;
  readonly new: string;
}

export interface OutcomeComparison {
  readonly verdict: ComparisonVerdict;
  readonly reasons: readonly string[];
  readonly changes: readonly OutcomeChange[];
  readonly base: OutcomeRecord;
  readonly new: OutcomeRecord;
}

/**
 * Compares what became of each thing. No statistics are needed: what held and is broken is worse,
 * what is no longer tried cannot be told.
 */
export function compareOutcomes(base: OutcomeRecord, fresh: OutcomeRecord): OutcomeComparison {
  const [from, to] = [base, fresh].map(
    ({ outcomes }) => new Map(outcomes.map((one) => [one.name, one])),
  );
  const names = [...new Set([...(from?.keys() ?? []), ...(to?.keys() ?? [])])];
  const changes = names.map((name) => {
    const [before, after] = [from?.get(name), to?.get(name)];
    return {
      name,
      change: changeOf(before?.state, after?.state),
      base: before?.said ?? 'not tried',
      new: after?.said ?? 'not tried',
    };
  });
  return { ...decide(changes, base, fresh), changes, base, new: fresh };
}

function changeOf(before: OutcomeState | undefined, after: OutcomeState | undefined): CellChange {
  const [from, to] = [before ?? 'open', after ?? 'open'];
  if (from === to) return 'same';
  if (to === 'open') return "can't tell";
  // What was not tried before and is broken may have been broken all along: it is broken now.
  return to === 'broken' ? 'worse' : 'better';
}

function decide(
  changes: readonly OutcomeChange[],
  base: OutcomeRecord,
  fresh: OutcomeRecord,
): Pick<OutcomeComparison, 'verdict' | 'reasons'> {
  const stopped = [
    ...(base.interrupted ? ['the base was interrupted'] : []),
    ...(fresh.interrupted ? ['the new record was interrupted'] : []),
  ];
  const named = (change: CellChange) => changes.filter((one) => one.change === change);
  const saying = (some: readonly OutcomeChange[]) =>
    some.map((one) => `${one.name}: ${one.base} -> ${one.new}`);
  const [worse, open, better] = [named('worse'), named("can't tell"), named('better')];
  if (worse.length > 0) return { verdict: 'WORSE', reasons: saying(worse) };
  if (stopped.length > 0) return { verdict: "CAN'T TELL", reasons: stopped };
  if (changes.length === 0) return { verdict: "CAN'T TELL", reasons: ['nothing was tried'] };
  if (open.length > 0) return { verdict: "CAN'T TELL", reasons: saying(open) };
  if (better.length > 0) return { verdict: 'BETTER', reasons: saying(better) };
  return { verdict: 'SAME', reasons: [] };
}

const states: Record<ComparisonVerdict, CheckState> = {
  WORSE: 'fail',
  BETTER: 'pass',
  SAME: 'pass',
  "CAN'T TELL": 'open',
};
const changeStates: Record<CellChange, CheckState> = {
  worse: 'fail',
  better: 'pass',
  same: 'pass',
  "can't tell": 'open',
};

/** The comparison in the form that reports are made of. */
export function summariseOutcomes(comparison: OutcomeComparison): Summary {
  const { verdict, reasons, changes, base } = comparison;
  const fresh = comparison.new;
  const changed = changes.filter(({ change }) => change !== 'same').length;
  const revisionOf = ({ startedAt, gitRevision }: OutcomeRecord) =>
    `${startedAt}, ${gitRevision ?? 'no revision'}`;
  return {
    title: `partywall compare ${fresh.kind} of ${fresh.subject}`,
    word: verdict,
    state: states[verdict],
    sentence: `${changed} of ${changes.length} outcomes changed`,
    reasons,
    checks: changes.map(({ name, change, base: before, new: after }) => ({
      group: fresh.kind,
      name,
      state: changeStates[change],
      reason: `${change}: ${before} -> ${after}`,
    })),
    notes: [`Base: ${revisionOf(base)}; new: ${revisionOf(fresh)}.`],
    startedAt: fresh.startedAt,
  };
}
