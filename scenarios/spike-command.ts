import { randomInt } from 'node:crypto';
import { EXIT_INTERRUPTED } from '../results/output/exit-codes.ts';
import { defaultRecordFile } from '../results/output/record-file.ts';
import { tryAll } from '../results/output/try-all.ts';
import { type RunSurroundings, watched } from '../results/output/watched.ts';
import { writeToStdout } from '../results/output/write-json.ts';
import { renderReport } from '../results/report.ts';
import {
  exitCodeOfStress,
  prepareStressReports,
  publishStress,
} from '../results/report-command.ts';
import type { StressRecord } from '../results/schema.ts';
import { describeSpike } from './describe-spike.ts';
import { publishRecord } from './publish-record.ts';
import { BrokenRunError } from './spike/broken-run-error.ts';
import { parseSpikeOptions, type SpikeOptions } from './spike/options.ts';
import { checkedWith, readSpikeConfig } from './spike-config.ts';
import { type SpikeOutput, splitSpikeFlags } from './spike-flags.ts';

/** Runs a spike and hands back its record; `runSpike` in production. */
export type RunSpike = (options: SpikeOptions, around: RunSurroundings) => Promise<StressRecord>;

/** `partywall run spike`: checks the flags, runs, keeps the record, shows it; the exit code. */
export async function spikeCommand(
  flags: Record<string, unknown>,
  runSpike: RunSpike,
): Promise<number> {
  const config = await readSpikeConfig(flags);
  const { raw, output } = splitSpikeFlags({ ...config.flags, ...flags }, process.env);
  const options = checkedWith(config, () => parseSpikeOptions(raw, () => randomInt(2 ** 32)));
  if (output.plan) {
    await writeToStdout(`${describeSpike(options)}\n`);
    return 0;
  }

  const file = output.json ?? defaultRecordFile('spike', new Date());
  await prepareStressReports({ ...output.reports, json: file }, { isJsonReplaced: true });
  try {
    const record = await runWatched(options, output.quiet, runSpike);
    if (record === undefined) return EXIT_INTERRUPTED;
    await publishAll(record, file, output);
    return record.interrupted ? EXIT_INTERRUPTED : exitCodeOfStress(record, output.reports);
  } catch (error) {
    if (!(error instanceof BrokenRunError)) throw error;
    await publishAll(error.record, file, output);
    throw error.cause;
  }
}

/**
 * Record, text and reports, each written where it can be.
 * @throws BadInputError naming everything that could not be written
 */
async function publishAll(
  record: StressRecord,
  file: string,
  { quiet, reports }: SpikeOutput,
): Promise<void> {
  const outputs = { ...reports, json: file };
  await tryAll([
    () => publishRecord(record, (colors) => renderReport(record, colors), outputs, quiet),
    () => publishStress(record, file, outputs),
  ]);
}

/** Undefined where Ctrl-C came before there was anything to record. */
function runWatched(
  options: SpikeOptions,
  quiet: boolean,
  runSpike: RunSpike,
): Promise<StressRecord | undefined> {
  return watched(quiet, async (around) => {
    try {
      return await runSpike(options, around);
    } catch (error) {
      if (!around.signal.aborted) throw error;
      const why = error instanceof Error ? error.message : String(error);
      around.progress.say(`stopped before anything was measured (${why})`);
      return undefined;
    }
  });
}
