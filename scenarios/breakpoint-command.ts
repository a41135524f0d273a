import { randomInt } from 'node:crypto';
import type { BreakpointRecord } from '../results/breakpoint/breakpoint-schema.ts';
import { renderBreakpoint } from '../results/breakpoint/render-breakpoint.ts';
import { EXIT_INTERRUPTED } from '../results/output/exit-codes.ts';
import { defaultRecordFile, prepareOutputs } from '../results/output/record-file.ts';
import { tryAll } from '../results/output/try-all.ts';
import { type RunSurroundings, watched } from '../results/output/watched.ts';
import { writeToStdout } from '../results/output/write-json.ts';
import { exitCodeOfBreakpoint, publishBreakpoint } from '../results/report-command.ts';
import { type BreakpointRunOptions, parseBreakpointOptions } from './breakpoint/options.ts';
import { describeBreakpoint } from './describe-breakpoint.ts';
import { publishRecord } from './publish-record.ts';
import { BrokenRunError } from './spike/broken-run-error.ts';
import { type SpikeOutput, splitSpikeFlags } from './spike-flags.ts';

/** Runs a breakpoint search and hands back its record; `runBreakpoint` in production. */
export type RunBreakpoint = (
  options: BreakpointRunOptions,
  around: RunSurroundings,
) => Promise<BreakpointRecord>;

/** `partywall run breakpoint`: checks the flags, runs, keeps the record, shows it; the exit code. */
export async function breakpointCommand(
  flags: Record<string, unknown>,
  runBreakpoint: RunBreakpoint,
): Promise<number> {
  const { raw, output } = splitSpikeFlags(flags, process.env);
  const options = parseBreakpointOptions(raw, () => randomInt(2 ** 32));
  if (output.plan) {
    await writeToStdout(`${describeBreakpoint(options)}\n`);
    return 0;
  }
  const file = output.json ?? defaultRecordFile('breakpoint', new Date());
  await prepareOutputs({ ...output.reports, json: file }, { isJsonReplaced: true });
  try {
    const record = await watched(output.quiet, (around) => runBreakpoint(options, around));
    await publishAll(record, file, output);
    return record.interrupted ? EXIT_INTERRUPTED : exitCodeOfBreakpoint(record, output.reports);
  } catch (error) {
    if (!(error instanceof BrokenRunError)) throw error;
    await publishAll(error.record as BreakpointRecord, file, output);
    throw error.cause;
  }
}

/**
 * Record, text and reports, each written where it can be.
 * @throws BadInputError naming everything that could not be written
 */
async function publishAll(
  record: BreakpointRecord,
  file: string,
  { quiet, reports }: SpikeOutput,
): Promise<void> {
  const outputs = { ...reports, json: file };
  await tryAll([
    () => publishRecord(record, (colors) => renderBreakpoint(record, colors), outputs, quiet),
    () => publishBreakpoint(record, file, outputs),
  ]);
}
