import { readFile } from 'node:fs/promises';
import { type BenchRecord, benchRecordSchema } from './bench-schema.ts';
import { migrateRecord } from './migrate-record.ts';
import { BadInputError } from './output/operating-errors.ts';
import { parseRecord, RecordError } from './record.ts';
import type { StressRecord } from './schema.ts';

/** A record of a kind that can be compared, kept as a baseline and followed over time. */
export type AnyRecord = StressRecord | BenchRecord;

/** Throws a RecordError with every problem found. A baseline stands for the record in it. */
export function parseAnyRecord(json: unknown): AnyRecord {
  const kind = typeof json === 'object' && json !== null && 'kind' in json ? json.kind : undefined;
  if (kind === 'stress') return parseRecord(json);
  if (kind === 'baseline') return parseAnyRecord((json as { record?: unknown }).record);
  if (kind !== 'bench') {
    throw new RecordError([
      `kind: expected "stress", "bench" or "baseline", got ${JSON.stringify(kind) ?? 'none'}`,
    ]);
  }
  const migrated = migrateRecord(json as Record<string, unknown>);
  if ('problem' in migrated) throw new RecordError([migrated.problem]);
  const parsed = benchRecordSchema.safeParse(migrated.record);
  if (parsed.success) return parsed.data;
  throw new RecordError(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`),
  );
}

/** Reads JSON that the user named. Throws a BadInputError where it cannot be read or is cut off. */
export async function readGivenJson(field: string, file: string): Promise<unknown> {
  const bad = (expected: string) => new BadInputError([{ field, value: file, expected }]);
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw bad(`a file to read (${error.message})`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw bad(`a whole record of this program (no whole JSON (truncated?): ${why})`);
  }
}

/** Reads a record that the user named. Throws a BadInputError with everything wrong with it. */
export async function readAnyRecord(field: string, file: string): Promise<AnyRecord> {
  const json = await readGivenJson(field, file);
  return asInput(field, file, () => parseAnyRecord(json));
}

/** Turns a RecordError of `parse` into the user's problem with the file. */
export function asInput<T>(field: string, file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    throw new BadInputError(
      error.problems.map((problem) => ({
        field,
        value: file,
        expected: `a whole record of this program (${problem})`,
      })),
    );
  }
}
