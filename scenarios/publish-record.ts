import { showReport } from '../results/beside-outputs.ts';
import { BadInputError } from '../results/output/operating-errors.ts';
import { type OutputFiles, unwritable } from '../results/output/record-file.ts';
import { spellJson, writeToStdout } from '../results/output/write-json.ts';
import { writeRecord } from '../results/record.ts';
import type { Colors } from '../results/table.ts';

/** Outputs of a run; its record is always one of them. */
export interface RunOutputs extends OutputFiles {
  readonly json: string;
}

/** Writes a run's record and shows its report, beside it where that is on standard output. */
export async function publishRecord(
  record: { readonly digest: string | null },
  render: (colors: Colors) => string,
  outputs: RunOutputs,
  quiet: boolean,
): Promise<void> {
  const { json: file } = outputs;
  if (file === '-') {
    await showReport(render, outputs, quiet);
    await writeToStdout(`${spellJson(record)}\n`);
    return;
  }
  try {
    await writeRecord(file, record);
  } catch (error) {
    // The disk may have filled up meanwhile: what was found out is shown all the same.
    await showReport(render, outputs, quiet);
    throw new BadInputError([unwritable('--json', file, error)]);
  }
  await showReport((colors) => `${render(colors)}\nRecord: ${file}`, outputs, quiet);
}
