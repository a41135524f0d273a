import type { Command } from 'commander';
import type { LiveServers } from './validation/run-validate.ts';

const EXAMPLES = `
Six loads are played by k6 against a real Redis and a back-end stand-in, two to
learn from and four to be judged by; then a spike with its protection on and
off. Nine minutes, on a quiet machine.

Examples:
  $ partywall validate                             measure, compare, show
  $ partywall validate --runs live.json            keep the live runs
  $ partywall validate --runs live.json --no-live  compare only, in seconds
  $ partywall validate --no-spike --spikes on.json,off.json
                                                   spikes that were run before`;

/** `partywall validate`: how far the simulator is off, against live runs it has not seen. */
export function addValidateCommand(
  program: Command,
  exitWith: (code: number) => void,
  makeServers: () => Promise<LiveServers>,
): void {
  program
    .command('validate')
    .description('holds the simulator against live runs that it was not calibrated on')
    .option('--runs <file>', 'live runs: those in it count, those missing are measured and added')
    .option('--no-live', 'measure nothing: the runs in the file are all there is')
    .option('--no-spike', 'run no spikes')
    .option('--spikes <files>', 'records of partywall run spike, to hold against instead')
    .option('--json <file>', 'where the record goes; - is standard output')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Record<string, unknown>) => {
      // Loaded where needed: other commands do not wait for it.
      const { runValidate } = await import('./validation/run-validate.ts');
      exitWith(await runValidate(flags, await makeServers()));
    });
}
