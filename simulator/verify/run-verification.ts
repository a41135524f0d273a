import type { Progress } from '../../results/output/progress.ts';
import { writeJson, writeToStdout } from '../../results/output/write-json.ts';
import { colorsFor } from '../../results/report.ts';
import { renderTable } from '../../results/table.ts';
import { wrap } from '../../results/wrap.ts';
import type { SimulateFlags } from '../simulate-flags.ts';
import {
  type Comparison,
  compareChe,
  compareQueues,
  compareWholeSimulator,
} from './closed-forms.ts';
import { compareWithRedis, type StartRedis } from './live-eviction.ts';

/** Requests of each queue: at 90 % the mean wait of so many is known to about a quarter percent. */
const QUEUE_REQUESTS = 60_000_000;

/** Everything that can be checked against mathematics and against a real Redis; the exit code. */
export async function runVerification(
  { json, quiet }: SimulateFlags,
  progress: Progress,
  startRedis: StartRedis | undefined,
): Promise<number> {
  const steps: (() => Comparison[] | Promise<Comparison[]>)[] = [
    () => compareQueues([0.5, 0.7, 0.9], QUEUE_REQUESTS),
    () => [compareWholeSimulator(0.7, 'exponential', 2000)],
    () => [compareWholeSimulator(0.7, 'constant', 2000)],
    () => [0.6, 0.99, 1.2].flatMap((alpha) => [compareChe(alpha, 0.1, 10_000_000)]),
    async () => (startRedis === undefined ? [] : compareWithRedis(startRedis, quiet)),
  ];
  const rows: Comparison[] = [];
  for (const [done, step] of steps.entries()) {
    progress.advance(done, steps.length, 'checks');
    rows.push(...(await step()));
  }
  progress.finish();
  if (json !== undefined) await writeJson(json, { kind: 'verification', rows });
  if (json !== '-') await writeToStdout(`${renderComparisons(rows)}\n`);
  return rows.every(({ isMet }) => isMet) ? 0 : 1;
}

/** What the figures leave of a terminal's width. */
const NAME_WIDTH = 36;

function renderComparisons(rows: readonly Comparison[]): string {
  const colors = colorsFor(process.stdout, process.env);
  const body = rows.map((row) => {
    const error = (row.simulated - row.expected) / (row.isRelative ? row.expected : 1);
    const percent = row.isRelative ? ' %' : ' points';
    return [
      wrap(row.name, '', NAME_WIDTH),
      row.expected.toFixed(4),
      row.simulated.toFixed(4),
      `${(100 * error).toFixed(2)}${percent}`,
      row.isMet ? colors.green('met') : colors.red('NOT MET'),
    ];
  });
  return renderTable(['check', 'expected', 'simulated', 'error', ''], body);
}
