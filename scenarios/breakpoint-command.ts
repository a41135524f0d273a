import { randomInt } from 'node:crypto';
import type { BreakpointRecord } from '../results/breakpoint/breakpoint-schema.ts';
import { renderBreakpoint } from '../results/breakpoint/render-breakpoint.ts';
import { EXIT_INTERRUPTED } from '../results/output/exit-codes.ts';
import { defaultRecordFile, prepareRecordFile } from '../results/output/record-file.ts';
import { type RunSurroundings, watched } from '../results/output/watched.ts';
import { writeToStdout } from '../results/output/write-json.ts';
import { prepareReports } from '../results/publish-reports.ts';
import { publishBreakpoint } from '../results/report-command.ts';
import { type BreakpointRunOptions, parseBreakpointOptions } from './breakpoint/options.ts';
import { describeBreakpoint } from './describe-breakpoint.ts';
import { publishRecord } from './publish-record.ts';
import { BrokenRunError } from './spike/broken-run-error.ts';
import { splitSpikeFlags } from './spike-flags.ts';

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
  if (file !== '-') await prepareRecordFile(file);
  await prepareReports(output.reports);
  const publish = (record: BreakpointRecord) =>
    publishRecord(record, (colors) => renderBreakpoint(record, colors), file, output.quiet);
  try {
    const record = await watched(output.quiet, (around) => runBreakpoint(options, around));
    await publish(record);
    const exitCode = await publishBreakpoint(record, file, output.reports);
    return record.interrupted ? EXIT_INTERRUPTED : exitCode;
  } catch (error) {
    if (!(error instanceof BrokenRunError)) throw error;
    await publish(error.record as BreakpointRecord);
    throw error.cause;
  }
}
