import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { readGivenJson } from '../../results/any-record.ts';
import { BadInputError } from '../../results/output/operating-errors.ts';
import { prepareRecordFile } from '../../results/output/record-file.ts';
import { describeHost } from '../record.ts';
import { type LiveRuns, liveRunsSchema, liveRunsVersion } from './validation-schema.ts';

/** The runs in a file, or none where there is no file yet. @throws BadInputError */
export async function readLiveRuns(field: string, file: string | undefined): Promise<LiveRuns> {
  if (file === undefined || !existsSync(file)) return noRuns();
  const parsed = liveRunsSchema.safeParse(await readGivenJson(field, file));
  if (parsed.success) return parsed.data;
  throw new BadInputError(
    parsed.error.issues.slice(0, PROBLEMS_MAX).map(({ path, message }) => ({
      field: `${field} ${file}`,
      value: path.join('.'),
      expected: `live runs as validate writes them (${message})`,
    })),
  );
}

const PROBLEMS_MAX = 10;

function noRuns(): LiveRuns {
  return {
    kind: 'live-runs',
    version: liveRunsVersion,
    host: describeHost(),
    runs: [],
    spikes: [],
  };
}

/** Whole or not at all, so that a crash leaves what was measured before. */
export async function writeLiveRuns(file: string, runs: LiveRuns): Promise<void> {
  await prepareRecordFile(file, '--runs');
  await writeFile(`${file}.part`, `${JSON.stringify(runs, null, 1)}\n`);
  await rename(`${file}.part`, file);
}
