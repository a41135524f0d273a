import { printable } from './output/printable.ts';
import type { OutputFiles } from './output/record-file.ts';
import { writeToStdout } from './output/write-json.ts';
import { colorsFor } from './report.ts';
import type { Colors } from './table.ts';

/** Whether an output of a command goes to standard output, which then holds nothing else. */
function isStdoutTaken({ json, html, junit, markdown }: OutputFiles): boolean {
  return [json, html, junit, markdown].includes('-');
}

/** Writes text to standard output, or to standard error where an output of the command is there. */
export async function writeBeside(text: string, outputs: OutputFiles): Promise<void> {
  if (isStdoutTaken(outputs)) process.stderr.write(printable(text));
  else await writeToStdout(text);
}

/**
 * Shows the report of a command beside its outputs. Quiet, standard error stays empty: the report is
 * then shown where standard output is free for it, and else not at all.
 */
export async function showReport(
  render: (colors: Colors) => string,
  outputs: OutputFiles,
  isQuiet = false,
): Promise<void> {
  const isTaken = isStdoutTaken(outputs);
  if (isTaken && isQuiet) return;
  const colors = colorsFor(isTaken ? process.stderr : process.stdout, process.env);
  await writeBeside(`${render(colors)}\n`, outputs);
}
