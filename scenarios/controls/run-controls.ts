import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { BadInputError } from '../../results/output/operating-errors.ts';
import { prepareRecordFile, unwritable } from '../../results/output/record-file.ts';
import { replaceFile } from '../../results/output/replace-file.ts';
import type { RunSurroundings } from '../../results/output/watched.ts';
import { spellJson } from '../../results/output/write-json.ts';
import { writeRecord } from '../../results/record.ts';
import { parseSpikeOptions } from '../spike/options.ts';
import type { RunSpike } from '../spike-command.ts';
import type { Control } from './control.ts';
import { readRuns } from './read-runs.ts';
import { type ControlRun, describeRun } from './summary.ts';

export interface ControlsPlan {
  readonly controls: readonly Control[];
  /** How often each is run. */
  readonly repeat: number;
  /** Where the records and `summary.json` go. */
  readonly folder: string;
}

/**
 * Runs every control in turn, so that a host that changes with time favours none, and keeps each
 * record as soon as it is there: what was measured is not lost when the next run breaks off. Runs
 * that the folder's summary already holds are not made again.
 * @returns every run of the folder, those of earlier commands first
 * @throws BadInputError where the folder holds a summary that is none, or has no room
 */
export async function runControls(
  plan: ControlsPlan,
  runSpike: RunSpike,
  around: RunSurroundings,
): Promise<ControlRun[]> {
  const summary = join(plan.folder, 'summary.json');
  const runs = await readRuns(summary);
  const isMade = (name: string, run: number) =>
    runs.some((one) => one.control === name && one.run === run);
  for (let run = 1; run <= plan.repeat; run++) {
    for (const control of plan.controls) {
      if (isMade(control.name, run)) continue;
      around.progress.say(`${control.name}, run ${run} of ${plan.repeat}`);
      const startedMs = performance.now();
      const options = parseSpikeOptions(control.options, () => randomInt(2 ** 32));
      const record = await runSpike(options, around).catch((error: unknown) => {
        if (!around.signal.aborted) throw error;
      });
      if (!record || record.interrupted) return runs;
      const file = join(plan.folder, `${control.name}-${run}.json`);
      await prepareRecordFile(file, '--folder');
      await keep(file, () => writeRecord(file, record));
      runs.push(describeRun(control, run, record, (performance.now() - startedMs) / 1000));
      // Whole or not at all: it says which runs need not be made again.
      await keep(summary, () => replaceFile(summary, `${spellJson(runs, 2)}\n`));
    }
  }
  return runs;
}

async function keep(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new BadInputError([unwritable('--folder', file, error)]);
  }
}
