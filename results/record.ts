import { readFile } from 'node:fs/promises';
import { decodeHistogram, encodeHistogram } from './histogram.ts';
import { isolationMetrics } from './isolation-metrics.ts';
import type { JudgeInput, Judgement } from './judgement.ts';
import { migrateRecord } from './migrate-record.ts';
import { replaceFile } from './output/replace-file.ts';
import { withDigest } from './record-digest.ts';
import { recordVersion, type StressRecord, stressRecordSchema } from './schema.ts';
import { judge } from './verdict.ts';
import type { NeighbourSamples, RoundMeasurement, Samples } from './window.ts';
import type { RecordedRound } from './window-schema.ts';

/** A file that is no record of this version; `problems` lists everything found wrong with it. */
export class RecordError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`not a record: ${problems.join('; ')}`);
    this.name = 'RecordError';
    this.problems = problems;
  }
}

/** What a run knows beside its measurements. */
export type RunFacts = Pick<
  StressRecord,
  'scenario' | 'startedAt' | 'seed' | 'options' | 'host' | 'gitRevision'
>;

/** The record of a judged run. */
export function makeRecord(facts: RunFacts, input: JudgeInput, judgement: Judgement): StressRecord {
  const { rounds, calibration, options, ended } = input;
  const record = {
    kind: 'stress',
    version: recordVersion,
    ...facts,
    judgeOptions: options,
    calibration,
    rounds: rounds.map(encodeRound),
    ended: ended ?? null,
    interrupted: ended === 'interrupted',
    judgement,
    isolation: isolationMetrics(rounds, options.capUs),
  };
  return parseRecord(withDigest(JSON.parse(JSON.stringify(record))));
}

/** What the judge saw, from a record: `judge` of it gives the record's judgement again. */
export function judgeInputOf(record: StressRecord): JudgeInput {
  return {
    rounds: record.rounds.map(decodeRound),
    calibration: record.calibration,
    options: record.judgeOptions,
    ended: record.ended ?? undefined,
  };
}

/** Judges a record's measurements again, with its own options. */
export function rejudge(record: StressRecord): Judgement {
  return judge(judgeInputOf(record));
}

/** Writes a record whole: a crash leaves the old file or the new one. */
export async function writeRecord(
  path: string,
  record: { readonly digest: string | null },
): Promise<void> {
  // A record that came from an earlier version has no digest yet.
  const whole = record.digest === null ? withDigest(record) : record;
  await replaceFile(path, `${JSON.stringify(whole)}\n`);
}

/** Throws a RecordError where the file holds no whole record; a file system error as it comes. */
export async function readRecord(path: string): Promise<StressRecord> {
  const text = await readFile(path, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new RecordError([`no whole JSON (truncated?): ${cause}`]);
  }
  return parseRecord(json);
}

/** Throws a RecordError with every problem found: kind, version, digest, shape, histograms. */
export function parseRecord(json: unknown): StressRecord {
  const foreign = foreignness(json);
  if (foreign) throw new RecordError([foreign]);
  const migrated = migrateRecord(json as Record<string, unknown>);
  if ('problem' in migrated) throw new RecordError([migrated.problem]);
  const parsed = stressRecordSchema.safeParse(migrated.record);
  if (!parsed.success) {
    throw new RecordError(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`),
    );
  }
  const broken = brokenHistograms(parsed.data.rounds);
  if (broken.length > 0) throw new RecordError(broken);
  return parsed.data;
}

function foreignness(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('kind' in json)) {
    return 'kind: expected "stress", the file has none: not written by this program';
  }
  return json.kind === 'stress'
    ? undefined
    : `kind: expected "stress", got ${JSON.stringify(json.kind)}`;
}

function brokenHistograms(rounds: readonly RecordedRound[]): string[] {
  const problems: string[] = [];
  for (const { round, windows } of rounds) {
    for (const { arm, neighbours } of windows) {
      for (const { tenant, hit, miss } of neighbours) {
        for (const [path, samples] of Object.entries({ hit, miss })) {
          try {
            decodeHistogram(samples.histogram);
          } catch {
            problems.push(`round ${round}, ${arm}, ${tenant}, ${path}: histogram is not readable`);
          }
        }
      }
    }
  }
  return problems;
}

/** As JSON: histograms in base64, everything else as it is. */
export function encodeRound(round: RoundMeasurement): unknown {
  const samples = ({ latencyUs, failedCount }: Samples) => ({
    histogram: encodeHistogram(latencyUs),
    failedCount,
  });
  const neighbour = (one: NeighbourSamples) => ({
    ...one,
    hit: samples(one.hit),
    miss: samples(one.miss),
  });
  const windows = round.windows.map((window) => ({
    ...window,
    neighbours: window.neighbours.map(neighbour),
  }));
  return { ...round, windows };
}

export function decodeRound(round: RecordedRound): RoundMeasurement {
  const samples = ({ histogram, failedCount }: { histogram: string; failedCount: number }) => ({
    latencyUs: decodeHistogram(histogram),
    failedCount,
  });
  const windows = round.windows.map((window) => ({
    ...window,
    neighbours: window.neighbours.map((one) => ({
      ...one,
      hit: samples(one.hit),
      miss: samples(one.miss),
    })),
  }));
  return { ...round, windows };
}
