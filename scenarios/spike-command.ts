import { randomInt } from 'node:crypto';
import { EXIT_INTERRUPTED } from '../results/output/exit-codes.ts';
import { defaultRecordFile, prepareRecordFile } from '../results/output/record-file.ts';
import { type RunSurroundings, watched } from '../results/output/watched.ts';
import { writeToStdout } from '../results/output/write-json.ts';
import { prepareReports } from '../results/publish-reports.ts';
import { renderReport } from '../results/report.ts';
import { publishStress } from '../results/report-command.ts';
import type { StressRecord } from '../results/schema.ts';
import { describeSpike } from './describe-spike.ts';
import { publishRecord } from './publish-record.ts';
import { BrokenRunError } from './spike/broken-run-error.ts';
import { parseSpikeOptions, type SpikeOptions } from './spike/options.ts';
import { splitSpikeFlags } from './spike-flags.ts';

/** Runs a spike and hands back its record; `runSpike` in production. */
export type RunSpike = (options: SpikeOptions, around: RunSurroundings) => Promise<StressRecord>;

/** `partywall run spike`: checks the flags, runs, keeps the record, shows it; the exit code. */
export async function spikeCommand(
  flags: Record<string, unknown>,
  runSpike: RunSpike,
): Promise<number> {
  const { raw, output } = splitSpikeFlags(flags, process.env);
  const options = parseSpikeOptions(raw, () => randomInt(2 ** 32));
  if (output.plan) {
    await writeToStdout(`${describeSpike(options)}\n`);
    return 0;
  }

  const file = output.json ?? defaultRecordFile('spike', new Date());
  if (file !== '-') await prepareRecordFile(file);
  await prepareReports(output.reports);
  try {
    const record = await runWatched(options, output.quiet, runSpike);
    if (record === undefined) return EXIT_INTERRUPTED;
    await publish(record, file, output.quiet);
    return await publishStress(record, file, output.reports);
  } catch (error) {
    if (error instanceof BrokenRunError) await publish(error.record, file, output.quiet);
    throw error;
  }
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

function publish(record: StressRecord, file: string, quiet: boolean): Promise<void> {
  return publishRecord(record, (colors) => renderReport(record, colors), file, quiet);
}
