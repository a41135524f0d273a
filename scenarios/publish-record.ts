import { BadInputError } from '../results/output/operating-errors.ts';
import { printable } from '../results/output/printable.ts';
import { unwritable } from '../results/output/record-file.ts';
import { spellJson, writeToStdout } from '../results/output/write-json.ts';
import { writeRecord } from '../results/record.ts';
import { colorsFor } from '../results/report.ts';
import type { Colors } from '../results/table.ts';

/**
 * Writes a run's record and shows its report. With `-` standard output holds the record and nothing
 * else: the report goes beside it.
 */
export async function publishRecord(
  record: { readonly digest: string | null },
  render: (colors: Colors) => string,
  file: string,
  quiet: boolean,
): Promise<void> {
  if (file === '-') {
    if (!quiet)
      process.stderr.write(`${printable(render(colorsFor(process.stderr, process.env)))}\n`);
    await writeToStdout(`${spellJson(record)}\n`);
    return;
  }
  const report = render(colorsFor(process.stdout, process.env));
  try {
    await writeRecord(file, record);
  } catch (error) {
    // The disk may have filled up meanwhile: what was found out is shown all the same.
    await writeToStdout(`${report}\n`);
    throw new BadInputError([unwritable('--json', file, error)]);
  }
  await writeToStdout(`${report}\nRecord: ${file}\n`);
}
