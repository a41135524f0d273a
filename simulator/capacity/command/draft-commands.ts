import { basename } from 'node:path';
import { BadInputError } from '../../../results/output/operating-errors.ts';
import { showProgress } from '../../../results/output/show-progress.ts';
import { writeToStdout } from '../../../results/output/write-json.ts';
import { RecordError, readRecord } from '../../../results/record.ts';
import { writeDraft } from '../live/draft-spec.ts';
import { readRedis } from '../live/read-redis.ts';
import { specFromReading } from '../live/spec-from-reading.ts';
import { specFromRecord } from '../live/spec-from-record.ts';
import { planSpecJsonSchema } from '../spec/schema.ts';
import { SPEC_TEMPLATE } from '../spec/template.ts';

/** `plan init`: a commented spec, or the JSON Schema of specs. */
export async function runInit(isSchemaWanted: boolean): Promise<number> {
  const schema = `${JSON.stringify(planSpecJsonSchema(), null, 2)}\n`;
  await writeToStdout(isSchemaWanted ? schema : SPEC_TEMPLATE);
  return 0;
}

/** `plan from-redis URL`: a draft spec of what runs there. */
export async function runFromRedis(url: string, raw: Record<string, unknown>): Promise<number> {
  const options = parseReadOptions(url, raw);
  const progress = showProgress({
    stream: process.stderr,
    quiet: raw['quiet'] === true,
    nowMs: () => performance.now(),
  });
  try {
    const reading = await readRedis({ url, ...options, say: progress.say });
    for (const { command, why } of reading.refused) progress.say(`${command} was refused: ${why}`);
    if (reading.tenants.length === 0) {
      const refused = reading.refused.map(({ command }) => command).join(', ');
      const why = refused === '' ? 'it holds no keys of tenants' : `refused: ${refused}`;
      throw new BadInputError([
        {
          field: 'URL',
          value: new URL(url).host,
          expected: `a Redis whose keys can be read (${why})`,
        },
      ]);
    }
    await writeToStdout(
      writeDraft(specFromReading(reading, new URL(url).host.replace(/\W+/g, '-'))),
    );
    return 0;
  } finally {
    progress.finish();
  }
}

function parseReadOptions(
  url: string,
  raw: Record<string, unknown>,
): { sampleKeys: number; watchSeconds: number } {
  const problems = [];
  if (!/^rediss?:\/\/.+/.test(url) || !URL.canParse(url)) {
    const expected = 'redis://[user:password@]host:port';
    problems.push({ field: 'URL', value: url.replace(/\/\/[^@/]*@/, '//***@'), expected });
  }
  const number = (field: string, given: unknown, least: number, most: number): number => {
    const value = Number(given);
    if (String(given).trim() !== '' && value >= least && value <= most) return value;
    problems.push({ field, value: String(given), expected: `a number ${least}..${most}` });
    return least;
  };
  const options = {
    sampleKeys: number('--sample', raw['sample'], 1, 1_000_000),
    watchSeconds: number('--watch', raw['watch'], 0.1, 3_600),
  };
  if (problems.length > 0) throw new BadInputError(problems);
  return options;
}

/** `plan from-record FILE`: a draft spec of a live run. */
export async function runFromRecord(file: string): Promise<number> {
  try {
    const record = await readRecord(file);
    await writeToStdout(writeDraft(specFromRecord(record, basename(file).replace(/\W+/g, '-'))));
    return 0;
  } catch (error) {
    const isFileTrouble = error instanceof Error && 'code' in error;
    if (!(error instanceof RecordError) && !isFileTrouble) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const expected = `a record of partywall run (${why})`;
    throw new BadInputError([{ field: 'FILE', value: file, expected }]);
  }
}
