import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { EXIT_INTERRUPTED } from '../results/output/exit-codes.ts';
import { BadInputError } from '../results/output/operating-errors.ts';
import { defaultRecordFile, prepareRecordFile } from '../results/output/record-file.ts';
import { watched } from '../results/output/watched.ts';
import { writeToStdout } from '../results/output/write-json.ts';
import { CONTROLS, type Control } from './controls/control.ts';
import { runControls } from './controls/run-controls.ts';
import { holds, renderSummary } from './controls/summary.ts';
import type { RunSpike } from './spike-command.ts';

const EXAMPLES = `
Every control is a spike run whose right answer is known: with all protections
it must pass, without the limiter it must FAIL, and a spike that is none must
never FAIL. Exit 0 if all of that holds.

Examples:
  $ partywall run controls                    each five times, an hour in all
  $ partywall run controls --only null --repeat 1
  $ partywall run controls --folder controls  where the records go; with the
                                              same one it goes on`;

interface ControlsFlags {
  readonly repeat: number;
  readonly only?: string;
  readonly folder?: string;
  readonly quiet?: boolean;
}

/** `partywall run controls`: shows that the instrument gives the right answers on this host. */
export function addControlsCommand(
  run: Command,
  exitWith: (code: number) => void,
  loadRunSpike: () => Promise<RunSpike>,
): void {
  run
    .command('controls')
    .description('runs spikes whose right verdict is known, to show that the instrument finds it')
    .option('--repeat <n>', 'how often each control is run (1..20)', parseRepeat, 5)
    .option('--only <list>', `controls to run: ${CONTROLS.map(({ name }) => name).join(', ')}`)
    .option('--folder <path>', 'where the records go (.partywall/controls-<time>)')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ControlsFlags) => {
      exitWith(await controlsCommand(flags, await loadRunSpike()));
    });
}

async function controlsCommand(flags: ControlsFlags, runSpike: RunSpike): Promise<number> {
  const controls = chooseControls(flags.only);
  const folder = flags.folder ?? defaultRecordFile('controls', new Date()).replace(/\.json$/, '');
  const plan = { controls, repeat: flags.repeat, folder };
  await prepareRecordFile(folder === '' ? '' : join(folder, 'summary.json'), '--folder');
  const runs = await watched(flags.quiet ?? false, (around) => runControls(plan, runSpike, around));
  await writeToStdout(`${renderSummary(runs)}\n\nRecords: ${folder}\n`);
  const isMissing = ({ name }: Control) => {
    const made = new Set(runs.filter(({ control }) => control === name).map(({ run }) => run));
    return Array.from({ length: flags.repeat }, (_, at) => at + 1).some((run) => !made.has(run));
  };
  if (controls.some(isMissing)) return EXIT_INTERRUPTED;
  // Also those of earlier commands that the summary shows.
  return CONTROLS.some((control) => holds(control, runs) === false) ? 1 : 0;
}

function chooseControls(list: string | undefined): Control[] {
  if (list === undefined) return [...CONTROLS];
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !CONTROLS.some((control) => control.name === name));
  if (unknown.length > 0) {
    const expected = `some of ${CONTROLS.map(({ name }) => name).join(', ')}`;
    throw new BadInputError([{ field: '--only', value: unknown.join(', '), expected }]);
  }
  return CONTROLS.filter(({ name }) => names.includes(name));
}

function parseRepeat(text: string): number {
  const repeat = Number(text);
  if (Number.isInteger(repeat) && repeat >= 1 && repeat <= 20) return repeat;
  throw new InvalidArgumentError('expected an integer 1..20');
}
