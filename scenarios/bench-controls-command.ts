import { randomInt } from 'node:crypto';
import type { Command } from 'commander';
import { showReport } from '../results/beside-outputs.ts';
import { BadInputError, type InputProblem } from '../results/output/operating-errors.ts';
import { prepareOutputs } from '../results/output/record-file.ts';
import { watched } from '../results/output/watched.ts';
import { writeJson } from '../results/output/write-json.ts';
import { renderTable } from '../results/table.ts';
import { type ControlRow, type ControlsOptions, runControls } from './bench/controls.ts';
import type { Editing } from './bench/slow-down.ts';
import { readHost } from './provision/host.ts';

const EXAMPLES = `
One function of the policy is slowed down by a known share, through the build
that mutants use, and both builds are compared as \`compare --rev\` compares
revisions; 0 compares a build with itself. Exit 0 where slow-downs are found as
often as the power table promises for the spread that was measured and false
alarms stay within 5 %, 1 where not, beyond what chance explains (1 %), 2 where
there are too few comparisons for any outcome to be beyond it.

Examples:
  $ partywall bench controls                           each size twenty times
  $ partywall bench controls --slower 0 --comparisons 50   false alarms alone`;

/** `partywall bench controls`: does a comparison find slow-downs that are there, and only those? */
export function addBenchControlsCommand(
  bench: Command,
  exitWith: (code: number) => void,
  loadEditing: () => Promise<Editing>,
): void {
  bench
    .command('controls')
    .description('seeded slow-downs: are they found, and nothing else?')
    .option('--slower <list>', 'per cent, a row each', '0,3,5,10,20')
    .option('--comparisons <n>', 'of each', '20')
    .option('--rounds <n>', 'pairs of rounds of a comparison', '12')
    .option('--margin <percent>', 'smaller changes are the same', '1')
    .option('--seed <n>', 'root of everything random')
    .option('--json <file>', 'every figure; - is standard output')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: unknown, command: Command) => {
      exitWith(await controlsCommand(command.optsWithGlobals(), loadEditing));
    });
}

async function controlsCommand(
  flags: Readonly<Record<string, unknown>>,
  loadEditing: () => Promise<Editing>,
): Promise<number> {
  const options = parseControls(flags);
  const json = flags['json'] as string | undefined;
  await prepareOutputs({ json });
  const { rows, interrupted } = await watched(flags['quiet'] === true, async (around) => ({
    rows: await runControls(options, await loadEditing(), readHost({}), around),
    interrupted: around.signal.aborted,
  }));
  const until = rows.length === 0 ? 'nothing was compared' : 'what was compared until then';
  const stopped = interrupted ? `\nstopped before the end: ${until}` : '';
  const render = () => `${renderControls(rows, options)}${stopped}`;
  await showReport(render, { json }, flags['quiet'] === true);
  if (json !== undefined) {
    await writeJson(json, { kind: 'bench-controls', version: 1, ...options, interrupted, rows });
  }
  if (rows.some(({ kept }) => !kept)) return 1;
  return interrupted || rows.some(({ isTooFew }) => isTooFew) ? 2 : 0;
}

export function renderControls(
  rows: readonly ControlRow[],
  { rounds, marginPercent, seed }: ControlsOptions,
): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const lines = rows.map((row) => [
    row.slowerPercent === 0 ? 'A/A' : `+${row.slowerPercent} %`,
    `${row.found} of ${row.comparisons}`,
    row.slowerPercent === 0 ? `at most ${percent(row.promised)}` : percent(row.promised),
    `${row.medianPercent.toFixed(2)} %`,
    percent(row.spread),
    row.isTooFew ? 'too few' : row.kept ? 'kept' : 'BROKEN',
  ]);
  const head = ['slower', 'found', 'promised', 'measured', 'spread', 'promise'];
  return `seed ${seed}, ${rounds} pairs of rounds, margin ${marginPercent} %\n${renderTable(head, lines)}`;
}

/** @throws BadInputError naming every problem at once. */
function parseControls(flags: Readonly<Record<string, unknown>>): ControlsOptions {
  const problems: InputProblem[] = [];
  const number = (field: string, given: unknown, least: number, most: number, isWhole: boolean) => {
    const text = String(given).trim();
    const value = text === '' ? Number.NaN : Number(text);
    if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
    const expected = `a ${isWhole ? 'whole ' : ''}number ${least}..${most}`;
    problems.push({ field, value: text, expected });
    return least;
  };
  const list = String(flags['slower']).split(',');
  const options = {
    slower: list.map((one) => number('--slower', one, 0, 100, false)),
    comparisons: number('--comparisons', flags['comparisons'], 1, 1_000, true),
    rounds: number('--rounds', flags['rounds'], 4, 200, true),
    marginPercent: number('--margin', flags['margin'], 0.1, 100, false),
    seed: number('--seed', flags['seed'] ?? randomInt(2 ** 31), 0, 2 ** 31, true),
  };
  if (problems.length > 0) throw new BadInputError(problems);
  return options;
}
