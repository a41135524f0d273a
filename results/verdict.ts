import { counted } from './counted.ts';
import { lagOneAutocorrelation } from './estimates.ts';
import { judgeGates } from './gates.ts';
import { rejectedByHolm } from './holm.ts';
import { marginOf, roundsForPassMin } from './judge-options.ts';
import type { Cell, Evidence, JudgeInput, Judgement, Verdict } from './judgement.ts';
import { judgeLatency } from './latency-cell.ts';
import { observe } from './observations.ts';
import { judgePoints } from './points-cell.ts';
import { countReads } from './reads.ts';
import { reasonsFor } from './reasons.ts';
import { selectRounds } from './rounds.ts';
import { alpha, isLastLook, isLook, type Look, lookAfter } from './sequential.ts';

/** Judges a run from its windows: after every round for the estimates, at a look for the verdict. */
export function judge({ rounds, calibration, options, ended }: JudgeInput): Judgement {
  const selected = selectRounds(rounds);
  const gates = judgeGates(selected, calibration, options);
  const reads = countReads(rounds);
  return decide({ ...observe(selected, options), gates, reads, options, ended });
}

/**
 * The ladder of a run: FAIL where a neighbour was handed somebody else's value, whatever the load did;
 * INVALID; FAIL after Holm; PASS where every gated cell passes; else open.
 */
export function decide(evidence: Evidence): Judgement {
  const { options, measuredRounds, ended, gates, reads, unanswered } = evidence;
  const look = lookAfter(measuredRounds, options.rounds);
  const last = isLastLook(measuredRounds, options.rounds) || ended !== undefined;
  const deciding = isLook(measuredRounds, options.rounds) || (last && ended !== 'interrupted');
  const leaks = reads !== null && reads.foreignCount > 0;
  const invalid = gates.some((gate) => gate.state === 'red');
  const judged = correctForMany(judgeCells(evidence, look));
  const cells = invalid ? judged.map(withoutVerdict) : judged;
  const verdict = leaks
    ? 'FAIL'
    : invalid
      ? 'INVALID'
      : deciding
        ? verdictOf(cells, unanswered)
        : 'INCONCLUSIVE';
  const findings = {
    verdict,
    unadjusted: !evidence.hasPlacebo,
    provisional: !deciding && !leaks,
    decision: verdict !== 'INCONCLUSIVE' || last ? ('stop' as const) : ('continue' as const),
    look,
    measuredRounds,
    reads,
    cells,
    gates,
    missedRoundRatio: measuredRounds === 0 ? 1 : Math.min(1, 3 / measuredRounds),
  };
  return { ...findings, reasons: reasonsFor({ ...findings, unanswered, options, ended }) };
}

function judgeCells(evidence: Evidence, look: Look): Cell[] {
  const againstPass = [...tooFewRounds(evidence), ...dependentRounds(evidence)];
  const context = { margin: marginOf(evidence.options), look, againstPass };
  return [
    ...evidence.latency.map((series) => judgeLatency(series, context)),
    ...evidence.points.map((series) => judgePoints(series, context)),
  ];
}

/** A cell that fails alone but not among all gated cells is open. Shown cells take no part. */
function correctForMany(cells: readonly Cell[]): Cell[] {
  const gated = cells.filter((cell) => cell.gated);
  const rejected = rejectedByHolm(
    gated.map((cell) => cell.pValue),
    alpha.fail,
  );
  const failing = new Set(gated.filter((_, index) => rejected[index]));
  return cells.map((cell) =>
    cell.gated && cell.verdict === 'FAIL' && !failing.has(cell)
      ? { ...cell, verdict: 'INCONCLUSIVE', reason: 'above the bound alone, not among all cells' }
      : cell,
  );
}

/** The figures of an invalid run stay visible; none of its cells may be quoted as passed. */
function withoutVerdict(cell: Cell): Cell {
  return { ...cell, verdict: 'INCONCLUSIVE', reason: 'the run is invalid' };
}

function verdictOf(cells: readonly Cell[], unanswered: readonly string[]): Verdict {
  const gated = cells.filter((cell) => cell.gated);
  if (gated.some((cell) => cell.verdict === 'FAIL')) return 'FAIL';
  const open = gated.some((cell) => cell.verdict === 'INCONCLUSIVE');
  if (open || unanswered.length > 0 || gated.length === 0) return 'INCONCLUSIVE';
  return gated.some((cell) => cell.verdict === 'PASS (adjusted)') ? 'PASS (adjusted)' : 'PASS';
}

function tooFewRounds({ measuredRounds }: Evidence): string[] {
  return measuredRounds < roundsForPassMin
    ? [`${counted(measuredRounds, 'round')}: fewer than ${roundsForPassMin} prove nothing`]
    : [];
}

/** Rounds that follow each other too alike make every interval too narrow. */
function dependentRounds({ latency, measuredRounds }: Evidence): string[] {
  const limit = 2 / Math.sqrt(measuredRounds);
  return latency
    .filter(({ question }) => question.group === 'all' && question.gated)
    .map(({ question, rounds }) => ({
      name: question.name,
      r: lagOneAutocorrelation(
        rounds.map((one) => Math.log(one.spike.valueUs / one.baseline.valueUs)),
      ),
    }))
    .filter(({ r }) => r > limit)
    .map(({ name, r }) => `rounds depend on each other (${name}: autocorrelation ${r.toFixed(2)})`);
}
