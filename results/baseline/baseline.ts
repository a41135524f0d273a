import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type AnyRecord, asInput, parseAnyRecord, readGivenJson } from '../any-record.ts';
import { compareRoundsMin } from '../compare/compare-cell.ts';
import { describeHost, fingerprintOf } from '../compare/likeness.ts';
import { counted } from '../counted.ts';
import { BadInputError, type InputProblem } from '../output/operating-errors.ts';
import { prepareFolder } from '../output/record-file.ts';
import { writeText } from '../output/write-json.ts';
import { RecordError } from '../record.ts';
import { digestOf, withDigest } from '../record-digest.ts';

/** Where accepted baselines are kept, under version control, from the place of the command. */
export const defaultBaselineFolder = join('results', 'baselines');

const baselineSchema = z.strictObject({
  kind: z.literal('baseline'),
  version: z.literal(1),
  /** Why this is what later runs are held against. */
  reason: z.string(),
  acceptedAt: z.iso.datetime(),
  /** Of the machine that the record was made on. */
  fingerprint: z.string(),
  record: z.record(z.string(), z.unknown()),
  digest: z.string(),
});

/** A record that somebody accepted as what later ones are held against. */
export interface Baseline {
  readonly reason: string;
  readonly acceptedAt: string;
  readonly fingerprint: string;
  readonly record: AnyRecord;
}

/** One baseline a kind, scenario and machine: accepting another one replaces it. */
export function baselineFile(folder: string, record: AnyRecord): string {
  return join(folder, `${record.kind}-${record.scenario}-${fingerprintOf(record.host)}.json`);
}

export interface Acceptance {
  readonly reason: string;
  readonly folder: string;
  readonly now: Date;
}

/**
 * Keeps a record as the baseline of its machine.
 * @throws BadInputError where it cannot be one, or cannot be kept there
 */
export async function acceptBaseline(
  record: AnyRecord,
  { reason, folder, now }: Acceptance,
): Promise<string> {
  const problems = [...problemsOfReason(reason), ...problemsOfRecord(record)];
  if (problems.length > 0) throw new BadInputError(problems);
  const file = baselineFile(folder, record);
  const baseline = withDigest({
    kind: 'baseline',
    version: 1,
    reason: reason.trim(),
    acceptedAt: now.toISOString(),
    fingerprint: fingerprintOf(record.host),
    record: record.digest === null ? withDigest(record) : record,
  });
  await prepareFolder(folder, '--folder');
  await writeText(file, `${JSON.stringify(baseline)}\n`, '--folder');
  return file;
}

/** A word is no reason. */
const reasonLengthMin = 10;

function problemsOfReason(reason: string) {
  return reason.trim().length >= reasonLengthMin
    ? []
    : [
        {
          field: '--reason',
          value: reason,
          expected: `why later runs are held against this one, at least ${reasonLengthMin} characters`,
        },
      ];
}

/** What a scenario may be called: it is part of the name of a file. */
const SCENARIO = /^[\w-]{1,64}$/;

function problemsOfRecord(record: AnyRecord): InputProblem[] {
  const bad = (value: string, expected: string) => [{ field: 'RECORD', value, expected }];
  if (!SCENARIO.test(record.scenario)) {
    return bad(record.scenario, 'a scenario of 1 to 64 of A-Z a-z 0-9 _ -');
  }
  if (record.interrupted) return bad('interrupted', 'a run that came to its end');
  const roundCount = roundsOf(record);
  if (roundCount < compareRoundsMin) {
    const rounds = counted(roundCount, 'round');
    return bad(rounds, `at least ${compareRoundsMin} measured rounds: no run compares with fewer`);
  }
  if (record.kind !== 'stress') return [];
  const { verdict } = record.judgement;
  if (verdict === 'INVALID') return bad(verdict, 'a run whose instrument was sound');
  return verdict === 'FAIL' ? bad(verdict, 'a run that does not fail: fix it, or run again') : [];
}

/** Measured rounds; of a bench record, of the benchmark that has most. */
function roundsOf(record: AnyRecord): number {
  if (record.kind === 'stress') return record.judgement.measuredRounds;
  const counts = record.benchmarks.flatMap(({ contenders }) =>
    contenders.map(({ rounds }) => rounds.length),
  );
  return Math.max(0, ...counts);
}

/** Reads a baseline that the user named. Throws a BadInputError with everything wrong with it. */
export async function readBaseline(field: string, file: string): Promise<Baseline> {
  const json = await readGivenJson(field, file);
  return asInput(field, file, () => parseBaseline(json));
}

function parseBaseline(json: unknown): Baseline {
  const parsed = baselineSchema.safeParse(json);
  if (!parsed.success) {
    throw new RecordError(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'baseline'}: ${message}`),
    );
  }
  if (parsed.data.digest !== digestOf(parsed.data)) {
    throw new RecordError(['digest: does not match the content: the baseline was edited']);
  }
  return { ...parsed.data, record: parseAnyRecord(parsed.data.record) };
}

/** Every baseline of a folder, in the order of their names; none where there is no folder. */
export async function listBaselines(folder: string): Promise<Baseline[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json')).sort();
  return Promise.all(files.map((name) => readBaseline('baseline', join(folder, name))));
}

/** The baseline of a record's kind, scenario and machine. Throws where there is none. */
export async function baselineFor(record: AnyRecord, folder: string): Promise<AnyRecord> {
  const suiting = (await listBaselines(folder)).filter(
    (one) => one.record.kind === record.kind && one.record.scenario === record.scenario,
  );
  const own = suiting.find((one) => one.fingerprint === fingerprintOf(record.host));
  if (own) return own.record;
  const others = suiting.map((one) => describeHost(one.record.host));
  const expected =
    others.length > 0
      ? `a baseline of this machine (${describeHost(record.host)}); there are those of ${others.join(' and ')}`
      : `a baseline of ${record.kind} ${record.scenario}: partywall baseline accept RECORD --reason TEXT`;
  throw new BadInputError([{ field: '--baselines', value: folder, expected }]);
}
