import type { Mutant } from './cell-mutants.fixture.ts';
import { edit } from './mutant-build.fixture.ts';

/** Faults in gates, the choice of rounds and cells, looks and the verdict on a run. */
export const runMutants: readonly Mutant[] = [
  [
    'foreign reads ignored',
    'fails a run in which one read was another tenant’s, however fast and at any time',
    edit('verdict.ts', 'reads.foreignCount > 0', 'false'),
  ],
  [
    'foreign reads counted in measured rounds only',
    'fails a run in which one read was another tenant’s, however fast and at any time',
    edit('verdict.ts', 'countReads(rounds)', 'countReads(rounds.filter((one) => !one.discarded))'),
  ],
  [
    'a red gate before a leak',
    'fails a leak although the instrument was at fault',
    edit('verdict.ts', "leaks\n    ? 'FAIL'", "leaks && !invalid\n    ? 'FAIL'"),
  ],
  [
    'gates ignored',
    'is INVALID where the neighbours’ rate is not reached, placebo',
    edit('verdict.ts', "gate.state === 'red'", 'false'),
  ],
  [
    'placebo not gated',
    'is INVALID where the neighbours’ rate is not reached, placebo',
    edit(
      'window-gates.ts',
      "withoutSpike: readonly Arm[] = ['baseline', 'placebo']",
      "withoutSpike: readonly Arm[] = ['baseline']",
    ),
  ],
  [
    'hot rate not gated under the spike',
    'is INVALID where the hot tenant’s rate is not reached, spike',
    edit(
      'window-gates.ts',
      "everyArm: readonly Arm[] = ['baseline', 'placebo', 'spike']",
      "everyArm: readonly Arm[] = ['baseline', 'placebo']",
    ),
  ],
  [
    'the effect taken for the instrument',
    'takes drops under the spike as the effect',
    edit(
      'window-gates.ts',
      "withoutSpike: readonly Arm[] = ['baseline', 'placebo']",
      "withoutSpike: readonly Arm[] = ['baseline', 'placebo', 'spike']",
    ),
  ],
  [
    'a gate without measurement is green',
    'is INVALID where a gate finds nothing measured',
    edit('gates.ts', "state: missing ? 'red' : 'unchecked'", "state: 'unchecked'"),
  ],
  [
    'ceiling ignored',
    'is INVALID above 80 % of the ceiling',
    edit('gates.ts', 'ratio <= ceilingRatioMax ?', 'true ?'),
  ],
  [
    'placebo and baseline not compared',
    'is INVALID where placebo and baseline differ in failures',
    edit('gates.ts', 'Math.abs(mean) <= pointsMargin', 'true'),
  ],
  [
    'Holm dropped',
    'does not fail one weak cell among sixteen',
    edit('holm.ts', 'level / (pValues.length - step)', 'level'),
  ],
  [
    'shown cells decide',
    'lets cells that are only shown decide nothing',
    edit(
      'verdict.ts',
      `function verdictOf(cells: readonly Cell[], unanswered: readonly string[]): Verdict {
  const gated = cells.filter((cell) => cell.gated);`,
      `function verdictOf(cells: readonly Cell[], unanswered: readonly string[]): Verdict {
  const gated = cells;`,
    ),
  ],
  [
    'unanswered cells forgotten',
    'passes nothing that no sample answers',
    edit('verdict.ts', ' || unanswered.length > 0', ''),
  ],
  [
    'single neighbours never gated',
    'gates every neighbour by request',
    edit('cells.ts', "options.gate.includes('worst')", 'false'),
  ],
  [
    'one passing cell is enough',
    'passes nothing with too few samples in one tier',
    edit(
      'verdict.ts',
      "gated.some((cell) => cell.verdict === 'INCONCLUSIVE')",
      "gated.every((cell) => cell.verdict === 'INCONCLUSIVE')",
    ),
  ],
  [
    'few samples accepted',
    'passes nothing with too few samples in one tier',
    edit('histogram.ts', 'samplesBeyondMin = 100', 'samplesBeyondMin = 50'),
  ],
  [
    'few rounds accepted',
    'passes nothing with five rounds',
    edit('judge-options.ts', 'roundsForPassMin = 6', 'roundsForPassMin = 2'),
  ],
  [
    'uneven rounds accepted',
    'passes no uneven rounds',
    edit('latency-cell.ts', 'Math.abs(mergedTotal - mean) > margin', 'false'),
  ],
  [
    'percentiles merged instead of samples',
    'passes no uneven rounds',
    edit(
      'observations.ts',
      'mergedTotal: Math.log(spike.valueUs / baseline.valueUs)',
      'mergedTotal: rounds.reduce((sum, one) => sum + Math.log(one.spike.valueUs / one.baseline.valueUs) / rounds.length, 0)',
    ),
  ],
  [
    'dependent rounds accepted',
    'passes no rounds that depend on each other',
    edit('verdict.ts', 'r > limit', 'false'),
  ],
  [
    'discarded rounds counted',
    'leaves the discarded round out',
    edit('rounds.ts', 'rounds.filter((round) => !round.discarded)', 'rounds'),
  ],
  [
    'first attempt counted',
    'counts the last attempt of a window',
    edit('rounds.ts', 'best.attempt >= window.attempt', 'best.attempt <= window.attempt'),
  ],
  [
    'a missing placebo read as an undefined A',
    'decides without a placebo by the total',
    edit('latency-statistics.ts', "hasPlacebo ? 'undefined' : 'none'", "'undefined'"),
  ],
  [
    'a verdict at every round',
    'says nothing between looks',
    edit('sequential.ts', 'lookRounds.includes(measuredRounds) :', 'true :'),
  ],
  [
    'stops at the first look',
    'goes on after an open look, and not after the last',
    edit('verdict.ts', "verdict !== 'INCONCLUSIVE' || last", 'true'),
  ],
  [
    'never stops',
    'goes on after an open look, and not after the last',
    edit('sequential.ts', 'return measuredRounds >=', 'return measuredRounds > 1 +'),
  ],
  [
    'an interruption decides',
    'decides nothing when interrupted',
    edit('verdict.ts', "(last && ended !== 'interrupted')", 'last'),
  ],
  [
    'all of alpha at each look, PASS',
    'passes a true 10 % in at most 2.5 % of runs over all looks',
    edit('sequential.ts', 'passShare: shares.pass[at] ?? 0', 'passShare: 1'),
  ],
  [
    'all of alpha at each look, FAIL',
    'fails a true 10 % in at most 5 % of runs over all looks',
    edit('sequential.ts', 'failShare: shares.fail[at] ?? 0', 'failShare: 1'),
  ],
  [
    'p-values of FAIL not corrected for looks',
    'fails a true 10 % in at most 5 % of runs over all looks',
    edit(
      'latency-cell.ts',
      'Math.max(ofTotal, ofSharing) / failShare',
      'Math.max(ofTotal, ofSharing)',
    ),
    edit(
      'ladder.ts',
      'total.lower > margin && sharingFails',
      'total.mean > margin && sharing !== "none" && sharing.mean > margin',
    ),
  ],
  [
    'INVALID ends with 0',
    'maps INVALID and INCONCLUSIVE to 2',
    edit('exit-code.ts', "case 'PASS (adjusted)':", "case 'PASS (adjusted)':\n    case 'INVALID':"),
    edit('exit-code.ts', "case 'INCONCLUSIVE':\n    case 'INVALID':", "case 'INCONCLUSIVE':"),
  ],
];
