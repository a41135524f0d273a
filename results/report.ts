import pc from 'picocolors';
import { counted } from './counted.ts';
import type { Judgement, Verdict } from './judgement.ts';
import type { LatencyCell } from './latency-cell.ts';
import { sayMissed } from './missed-events.ts';
import { formatRise } from './rise.ts';
import { describeContext } from './run-context.ts';
import type { StressRecord } from './schema.ts';
import {
  type Colors,
  renderLatencyTable,
  renderPointsTable,
  renderSpreadTable,
  renderTable,
} from './table.ts';
import { verdictNote, verdictSentence } from './verdict-sentence.ts';
import { wrap } from './wrap.ts';

/** Colours for a stream: none where NO_COLOR is set or nobody looks at a terminal. */
export function colorsFor(stream: { isTTY?: boolean }, environment: NodeJS.ProcessEnv): Colors {
  return pc.createColors(stream.isTTY === true && !environment['NO_COLOR']);
}

/** A record as text for a terminal of 80 columns: the verdict first, the evidence below. */
export function renderReport(
  record: StressRecord,
  colors: Colors = pc.createColors(false),
): string {
  const { judgement } = record;
  const latency = judgement.cells.filter((cell) => cell.kind === 'latency');
  const points = judgement.cells.filter((cell) => cell.kind === 'points');
  const inTable = latency.filter((cell) => cell.gated || !cell.group.startsWith('tenant:'));
  const evidence = isWorthReading(judgement)
    ? [
        renderLatencyTable(inTable, colors),
        wrap(legend(judgement)),
        ...neighbourRange(latency),
        '',
        renderPointsTable(points, colors),
        '',
        renderSpreadTable(latency.filter((cell) => cell.gated)),
        wrap(missedEvents(judgement)),
      ]
    : [wrap(tablesLeftOut(judgement))];
  return [
    headline(judgement, record.judgeOptions.maxRisePercent, colors),
    ...judgement.reasons.map((reason) => wrap(reason, '  - ')),
    '',
    ...evidence,
    '',
    renderGates(judgement, colors),
    '',
    wrap(describeReads(judgement)),
    ...describeContext(record).map((line) => wrap(line)),
  ].join('\n');
}

/** An invalid run of too few rounds has no interval to show: its tables would only hide the reason. */
function isWorthReading({ verdict, cells }: Judgement): boolean {
  return (
    verdict !== 'INVALID' ||
    cells.some((cell) => cell.kind === 'latency' && cell.total.lower !== null)
  );
}

function tablesLeftOut({ measuredRounds }: Judgement): string {
  return `Latencies are left out: ${counted(measuredRounds, 'valid round')} give no interval. The record has every window.`;
}

/** One line while a run is under way: where it stands, never a verdict. */
export function renderEstimate(judgement: Judgement): string {
  const cells = judgement.cells.filter((cell) => cell.kind === 'latency' && cell.group === 'all');
  const parts = cells
    .filter((cell): cell is LatencyCell => cell.kind === 'latency' && cell.gated)
    .map(({ name, total, sharing }) => {
      const bySharing = sharing ? ` (sharing ${formatRise(sharing.mean)})` : '';
      return `${name.replace('all ', '')} ${formatRise(total.mean)}${bySharing}`;
    });
  return `${counted(judgement.measuredRounds, 'round')}: ${parts.join(', ') || 'nothing measured yet'}`;
}

function headline(judgement: Judgement, maxRisePercent: number, colors: Colors): string {
  const { verdict } = judgement;
  const note = verdictNote(judgement);
  const text = wrap(`${verdict}${note}: ${verdictSentence(judgement, maxRisePercent)}.`);
  return text.replace(verdict, colors.bold(paint(verdict, colors)(verdict)));
}

function paint(verdict: Verdict, colors: Colors): (text: string) => string {
  if (verdict === 'FAIL' || verdict === 'INVALID') return colors.red;
  return verdict === 'INCONCLUSIVE' ? colors.yellow : colors.green;
}

function legend({ look }: Judgement): string {
  const looks = look.of === 1 ? 'the only look' : `look ${look.index} of ${look.of}`;
  return `Brackets: the bounds that decide at ${looks} (lower for FAIL, upper for PASS). could: a true rise this large would have failed / this small would have passed, 8 times in 10, for the cell alone. G: what generator and host did. Verdicts in small letters: shown, not gated.`;
}

/** Single neighbours are a range unless each of them is gated: none is picked by its result. */
function neighbourRange(cells: readonly LatencyCell[]): string[] {
  const totals = cells
    .filter((cell) => cell.group.startsWith('tenant:') && !cell.gated && cell.ratio === 0.5)
    .map((cell) => cell.total.mean);
  if (totals.length === 0) return [];
  const range = `${formatRise(Math.min(...totals))} to ${formatRise(Math.max(...totals))}`;
  return [wrap(`P50 of the ${totals.length} single neighbours, total: ${range} (not gated).`)];
}

function describeReads({ reads }: Judgement): string {
  if (reads === null) return 'Reads were not checked for their owner.';
  const { checkedCount, foreignCount } = reads;
  return `${checkedCount} values that neighbours read were checked for their owner: ${foreignCount} mismatches.`;
}

function missedEvents({ missedRoundRatio, measuredRounds }: Judgement): string {
  const could = sayMissed(measuredRounds, missedRoundRatio);
  return `s: spread of rounds, %. ${could} (3/n).`;
}

function renderGates({ gates }: Judgement, colors: Colors): string {
  const painted = { green: colors.green, red: colors.red, unchecked: colors.yellow };
  const rows = gates.map(({ gate, state, worst, limit }) => [
    gate,
    worst,
    limit,
    painted[state](state === 'unchecked' ? '?' : state === 'green' ? 'ok' : 'RED'),
  ]);
  return renderTable(['instrument gate', 'worst', 'must be', ''], rows);
}
