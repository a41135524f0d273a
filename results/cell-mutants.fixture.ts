import type { ProbeName } from './judge-probes.fixture.ts';
import { type Edit, edit } from './mutant-build.fixture.ts';

/** One fault of the judge, the probe that must catch it, and the edits that make it. */
export type Mutant = [fault: string, killer: ProbeName, ...edits: Edit[]];

/** Faults in estimates, ladder and percentiles. */
export const cellMutants: readonly Mutant[] = [
  [
    'baseline and spike swapped',
    'fails a quarter lost',
    edit('estimates.ts', 'Math.log(spikeUs / baselineUs)', 'Math.log(baselineUs / spikeUs)'),
  ],
  [
    'placebo and spike windows swapped',
    'fails a quarter lost',
    edit(
      'rounds.ts',
      "placebo = lastAttempt(windows, 'placebo')",
      "placebo = lastAttempt(windows, 'spike')",
    ),
    edit(
      'rounds.ts',
      "const spike = lastAttempt(windows, 'spike')",
      "const spike = lastAttempt(windows, 'placebo')",
    ),
  ],
  [
    'baseline and placebo windows swapped',
    'calls contention adjusted',
    edit(
      'rounds.ts',
      "baseline = lastAttempt(windows, 'baseline')",
      "baseline = lastAttempt(windows, 'placebo')",
    ),
    edit(
      'rounds.ts',
      "placebo = lastAttempt(windows, 'placebo')",
      "placebo = lastAttempt(windows, 'baseline')",
    ),
  ],
  [
    'A replaced by D',
    'finds 25 % of the baseline lost under strong contention',
    edit(
      'estimates.ts',
      '? Math.log(sharingRatio) : null',
      '? Math.log(spikeUs / placeboUs) : null',
    ),
  ],
  [
    'A relative to the placebo',
    'finds 25 % of the baseline lost under strong contention',
    edit('estimates.ts', '(spikeUs - placeboUs) / baselineUs', '(spikeUs - placeboUs) / placeboUs'),
  ],
  [
    'rounds without A left out of its mean',
    'leaves an undefined A open',
    edit('estimates.ts', 'defined.length === values.length && ', ''),
  ],
  [
    'A ignored for PASS',
    'leaves a cold baseline open',
    edit('ladder.ts', 'total.upper < margin && sharing.upper < margin', 'total.upper < margin'),
  ],
  [
    'T ignored for PASS',
    'leaves strong contention open',
    edit('ladder.ts', 'total.upper < margin && sharing.upper < margin', 'sharing.upper < margin'),
  ],
  [
    'FAIL by T alone',
    'leaves strong contention open',
    edit('ladder.ts', 'total.lower > margin && sharingFails', 'total.lower > margin'),
    edit('latency-cell.ts', 'Math.max(ofTotal, ofSharing) / failShare', 'ofTotal / failShare'),
  ],
  [
    'FAIL by A alone',
    'leaves a cold baseline open',
    edit('ladder.ts', 'total.lower > margin && sharingFails', 'sharingFails'),
    edit('latency-cell.ts', 'Math.max(ofTotal, ofSharing) / failShare', 'ofSharing / failShare'),
  ],
  [
    'adjusted called plain',
    'calls contention adjusted',
    edit('ladder.ts', "verdict: 'PASS (adjusted)',", "verdict: 'PASS',"),
  ],
  [
    'adjusted whatever the generator takes',
    'adjusts only for contention below a quarter',
    edit('ladder.ts', 'generator.upper < adjustedLimits.generator &&', ''),
  ],
  [
    'adjusted where A is below zero',
    'does not adjust where sharing reads below zero',
    edit('ladder.ts', 'sharing.upper > 0 &&', ''),
  ],
  [
    'adjusted whatever the total',
    'leaves strong contention open',
    edit('ladder.ts', 'total.mean < adjustedLimits.total;', 'true;'),
  ],
  [
    'margin widened',
    'fails 15 % on a quiet host',
    edit('judge-options.ts', 'options.maxRisePercent / 100', '(2 * options.maxRisePercent) / 100'),
  ],
  [
    'requests as the unit',
    'has the t interval of its rounds',
    edit(
      'estimates.ts',
      'const error = sd / Math.sqrt(count);',
      'const error = sd / Math.sqrt(count * 12_000);',
    ),
  ],
  [
    'spread divided by n',
    'has the t interval of its rounds',
    edit('estimates.ts', 'Math.sqrt(squares / (count - 1))', 'Math.sqrt(squares / count)'),
  ],
  [
    'z instead of t',
    'has the t interval of its rounds',
    edit('estimates.ts', 'criticalT(tails.pass, count - 1)', 'criticalT(tails.pass, 1_000)'),
  ],
  [
    'bounds of PASS and FAIL swapped',
    'has the t interval of its rounds',
    edit(
      'sequential.ts',
      'pass: look.passShare * alpha.pass, fail: look.failShare * alpha.fail',
      'pass: look.failShare * alpha.fail, fail: look.passShare * alpha.pass',
    ),
  ],
  [
    'misses left out of a group',
    'sees slow misses behind fast hits',
    edit('groups.ts', '[one.hit, one.miss]', '[one.hit]'),
  ],
  [
    'tiers not looked at',
    'sees one tier suffer',
    edit('cells.ts', "['all', ...tierGroups(rounds)]", "['all']"),
  ],
  [
    'failures dropped from percentiles',
    'ranks failures last, at the cap',
    edit('histogram.ts', 'successCount + samples.failedCount;', 'successCount;'),
  ],
  [
    'failures dropped in merging',
    'ranks failures last, at the cap',
    edit('histogram.ts', 'sum + part.failedCount', 'sum'),
  ],
  [
    'failures worth a success',
    'ranks failures last, at the cap',
    edit('histogram.ts', 'if (rank > successCount) return', 'if (rank > sampleCount) return'),
  ],
  [
    'cap ignored',
    'fails a cell capped in half of the spike windows, not in fewer',
    edit(
      'ladder.ts',
      'cappedCount.reference === 0 && 2 * cappedCount.spike >= roundCount',
      'false',
    ),
  ],
  [
    'cap only where every window is capped',
    'fails a cell capped in half of the spike windows, not in fewer',
    edit('ladder.ts', '2 * cappedCount.spike >= roundCount', 'cappedCount.spike >= roundCount'),
  ],
  [
    'cap by a single window',
    'fails a cell capped in half of the spike windows, not in fewer',
    edit('ladder.ts', '2 * cappedCount.spike >= roundCount', 'cappedCount.spike > 0'),
  ],
  [
    'failures without the spike ignored',
    'never passes what fails in every arm',
    edit('ladder.ts', 'cappedCount.reference > 0', 'false'),
  ],
  [
    'failures not counted',
    'fails a rise of failures below the percentile',
    edit('groups.ts', 'failedCount += failed;', ''),
  ],
  [
    'margin of points tenfold',
    'fails a rise of failures below the percentile',
    edit('judge-options.ts', 'pointsMargin = 0.5', 'pointsMargin = 5'),
  ],
  [
    'a falling hit ratio is no harm',
    'fails a fall of the hit ratio',
    edit('points-cell.ts', '(2 * Math.min(rise, fall))', 'rise'),
  ],
];
