import { type Colors, renderTable } from '../../results/table.ts';
import { wrap } from '../../results/wrap.ts';
import type { Calibration } from './calibration.ts';
import type { ComparedFigure } from './compare.ts';
import type { ValidatedSpike, Validation } from './validate.ts';

/** What no run of the simulator may be believed about; printed with every validation. */
export const NOT_PREDICTED: readonly string[] = [
  'the tail of hits: a live hit waits for processor time and for the generator, of which the simulator knows the mean only (shown, never judged)',
  'P99 where the back-end is busy for 80 % of its time or more: there a small error of the load is a large one of the queue',
  'what the load generator takes from a host of few cores; the calibration holds for the host and the client it was made with',
  'how evictions and expirations share what leaves a cache where both are frequent: either was off by 3 %',
  "memory beside the entries' charges: fragmentation, buffers, replication",
  'faults: slow or lost servers, retries and circuit breakers are checked by mathematics and checkers, not against live runs',
];

/** The errors as a table: live, and how far off the prediction was. */
export function renderValidation(validation: Validation, colors: Colors): string {
  const { calibration, runs, spikes, verdict, reasons } = validation;
  const head = ['held out', 'tenants', 'mean', 'P99', 'misses', 'throttled', 'evicted', 'busy'];
  const rows = runs.flatMap(({ workload, groups, backendBusyShare, isOnTime }) =>
    groups.map(({ group, figures }, place) => [
      place === 0 ? workload : '',
      group,
      cell(figures.mean, ms, '%', colors),
      cell(figures.p99, ms, '%', colors),
      cell(figures.misses, percent, '', colors),
      cell(figures.throttled, String, '%', colors),
      cell(figures.evicted, String, '%', colors),
      place > 0 ? '' : `${percent(backendBusyShare.live)}${isOnTime ? '' : ' LATE'}`,
    ]),
  );
  const hits = runs.flatMap(({ workload, groups }) =>
    groups
      .slice(0, 1)
      .map(({ shown }) => [
        workload,
        cell(shown.hitMean, ms, '%', colors),
        cell(shown.hitP99, ms, '%', colors),
        cell(shown.loadedMean, ms, '%', colors),
      ]),
  );
  const paint = { PASS: colors.green, FAIL: colors.red, INCONCLUSIVE: colors.yellow }[verdict];
  return [
    renderTable(head, rows),
    wrap(
      'Live figure, then the error of the prediction. Promised: mean within 10 %, P99 within 20 % (busy below 80 %), misses of the worst tenant within 0.5 points, throttled and evicted within 1 %.',
    ),
    '',
    renderTable(['not judged', 'hits, mean', 'hits, P99', 'loads, mean'], hits),
    '',
    renderTable(
      ['spike', 'live', 'simulated', ''],
      spikes.map((spike) => spikeRow(spike, colors)),
    ),
    '',
    wrap(describeCalibration(calibration)),
    'Not predicted:',
    ...NOT_PREDICTED.map((one) => wrap(one, '  - ')),
    `${paint(verdict)}${reasons.length === 0 ? '' : ':'}`,
    ...reasons.map((reason) => wrap(reason, '  - ')),
  ].join('\n');
}

function describeCalibration(learnt: Calibration | undefined): string {
  if (learnt === undefined) return 'Nothing is compared before both runs to learn from are there.';
  const { networkUs, backendNetworkUs, backendJitterUs, lookupUs, putUs } = learnt;
  const ways = `${us(networkUs)} one way to Redis; to the back-end ${us(backendNetworkUs)}, and ${us(backendJitterUs)} more, spread exponentially`;
  return `Learnt from the other runs: ${ways}; ${us(lookupUs)} a lookup, ${us(putUs)} a put.`;
}

function spikeRow({ without, live, predicted, isSame }: ValidatedSpike, colors: Colors): string[] {
  const name = without.length === 0 ? 'protected' : `without ${without.join(', ')}`;
  const word = isSame === undefined ? 'undecided' : isSame ? 'same' : 'DIFFERENT';
  const paint = isSame === undefined ? colors.yellow : isSame ? colors.green : colors.red;
  return [name, live, predicted, paint(word)];
}

function cell(
  { live, errorPercent, isMet, boundPercent }: ComparedFigure,
  spell: (value: number) => string,
  unit: string,
  colors: Colors,
): string {
  const digits = boundPercent !== null && boundPercent <= 1 ? 2 : 1;
  const sign = errorPercent >= 0 ? '+' : '';
  const error = `${sign}${errorPercent.toFixed(digits)}${unit}`;
  const marked = isMet ? error : colors.red(`${error}!`);
  return `${spell(live)} ${boundPercent === null ? colors.dim(marked) : marked}`;
}

function ms(valueUs: number): string {
  const inMs = valueUs / 1000;
  return inMs < 10 ? inMs.toFixed(2) : inMs.toFixed(1);
}

function us(value: number): string {
  return `${value.toFixed(0)} us`;
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)}%`;
}
