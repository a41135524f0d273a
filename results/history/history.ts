import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AnyRecord } from '../any-record.ts';
import { fingerprintOf } from '../compare/likeness.ts';
import { measuresOf } from '../compare/measures.ts';
import { BadInputError } from '../output/operating-errors.ts';
import { writeText } from '../output/write-json.ts';
import { parseJson } from '../parse-json.ts';
import { digestOf } from '../record-digest.ts';

/** Where runs are remembered, a line each. */
export const defaultHistoryFile = join('results', 'history.jsonl');

const lineSchema = z.strictObject({
  version: z.literal(1),
  startedAt: z.iso.datetime(),
  kind: z.string(),
  scenario: z.string(),
  revision: z.string().nullable(),
  /** Fingerprint of the machine: figures of two machines are two series. */
  machine: z.string(),
  verdict: z.string(),
  /** Of the record, so that none is remembered twice. */
  digest: z.string(),
  measures: z.record(
    z.string(),
    z.strictObject({
      mean: z.number(),
      unit: z.string(),
      better: z.enum(['lower', 'higher']),
      scale: z.enum(['ratio', 'logarithm', 'points']),
    }),
  ),
});

/** One run in a history. */
export type HistoryLine = z.infer<typeof lineSchema>;

/** What is remembered of a record: the means of its gated measures. */
export function historyLineOf(record: AnyRecord): HistoryLine {
  const measures = measuresOf(record).filter(({ gated, rounds }) => gated && rounds.length > 0);
  return {
    version: 1,
    startedAt: record.startedAt,
    kind: record.kind,
    scenario: record.scenario,
    revision: record.gitRevision,
    machine: fingerprintOf(record.host),
    verdict: record.kind === 'stress' ? record.judgement.verdict : '-',
    digest: record.digest ?? digestOf(record),
    measures: Object.fromEntries(
      measures.map(({ name, rounds, unit, better, scale }) => [
        name,
        { mean: levelOf(rounds, scale), unit, better, scale },
      ]),
    ),
  };
}

/** The geometric mean of ratios; logarithms of ratios as their ratio, so that none is near zero. */
function levelOf(rounds: readonly number[], scale: 'ratio' | 'logarithm' | 'points'): number {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  if (scale === 'points') return mean(rounds);
  return Math.exp(mean(scale === 'ratio' ? rounds.map(Math.log) : rounds));
}

/**
 * Adds a run at the end.
 * @throws BadInputError where it is there already, says nothing, or the file cannot be written
 */
export async function addToHistory(file: string, record: AnyRecord): Promise<HistoryLine> {
  const line = historyLineOf(record);
  const refuse = (value: string, expected: string) =>
    new BadInputError([{ field: 'RECORD', value, expected }]);
  if (line.verdict === 'INVALID') throw refuse('INVALID', 'a run whose instrument was sound');
  if (record.interrupted) throw refuse('interrupted', 'a run that came to its end');
  const known = await readHistory(file);
  if (known.some(({ digest }) => digest === line.digest)) {
    throw refuse(line.startedAt, `a run that is not in ${file} yet`);
  }
  await writeText(file, `${JSON.stringify(line)}\n`, '--file', 'a');
  return line;
}

/** Every run, oldest first; none where there is no file. Throws a BadInputError naming bad lines. */
export async function readHistory(file: string): Promise<HistoryLine[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new BadInputError([
      { field: 'history', value: file, expected: `a file to read (${error.message})` },
    ]);
  });
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  const parsed = lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => ({ number, result: lineSchema.safeParse(parseJson(line)) }));
  const bad = parsed.filter(({ result }) => !result.success);
  if (bad.length > 0) {
    throw new BadInputError(
      bad.map(({ number, result }) => ({
        field: `line ${number}`,
        value: file,
        expected: `a run as \`history add\` writes it (${result.error?.issues[0]?.message ?? ''})`,
      })),
    );
  }
  return parsed
    .flatMap(({ result }) => (result.success ? [result.data] : []))
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}
