import type { Command } from 'commander';
import { readAnyRecord } from '../any-record.ts';
import { describeHost } from '../compare/likeness.ts';
import { writeToStdout } from '../output/write-json.ts';
import { renderTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import { acceptBaseline, defaultBaselineFolder, listBaselines } from './baseline.ts';

const EXAMPLES = `
Examples:
  $ partywall baseline accept run.json --reason "release 1.2, new limiter"
  $ partywall baseline list
  $ partywall compare new.json  against the baseline of this machine`;

/** `partywall baseline accept` and `list`. */
export function addBaselineCommand(program: Command, exitWith: (code: number) => void): void {
  const baseline = program
    .command('baseline')
    .description('what later runs are held against, one a machine')
    .addHelpText('after', EXAMPLES);
  baseline
    .command('accept <record>')
    .description('keeps a record as the baseline of the machine it was made on')
    .requiredOption('--reason <text>', 'why: it is kept with the baseline')
    .option('--folder <folder>', 'where baselines are kept', defaultBaselineFolder)
    .action(async (file: string, { reason, folder }: { reason: string; folder: string }) => {
      const record = await readAnyRecord('RECORD', file);
      const written = await acceptBaseline(record, { reason, folder, now: new Date() });
      await writeToStdout(`accepted ${written}\nfor ${describeHost(record.host)}\n`);
      exitWith(0);
    });
  baseline
    .command('list')
    .description('shows the accepted baselines')
    .option('--folder <folder>', 'where baselines are kept', defaultBaselineFolder)
    .action(async ({ folder }: { folder: string }) => {
      await writeToStdout(`${await renderBaselines(folder)}\n`);
      exitWith(0);
    });
}

async function renderBaselines(folder: string): Promise<string> {
  const baselines = await listBaselines(folder);
  if (baselines.length === 0) return `no baseline in ${folder}`;
  const rows = baselines.map(({ record, acceptedAt, fingerprint }) => [
    `${record.kind} ${record.scenario}`,
    acceptedAt.slice(0, 10),
    record.gitRevision?.slice(0, 12) ?? '-',
    fingerprint,
  ]);
  const details = baselines.map(({ record, reason, fingerprint }) =>
    wrap(`${fingerprint}: ${describeHost(record.host)}. ${reason}`),
  );
  return [renderTable(['baseline', 'accepted', 'revision', 'machine'], rows), ...details].join(
    '\n',
  );
}
