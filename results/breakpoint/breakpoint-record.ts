import { migrateRecord } from '../migrate-record.ts';
import { decodeRound, encodeRound, RecordError } from '../record.ts';
import { withDigest } from '../record-digest.ts';
import { recordVersion } from '../schema.ts';
import {
  type BreakpointJudgement,
  type BreakpointRecord,
  breakpointRecordSchema,
} from './breakpoint-schema.ts';
import { type BreakpointInput, judgeBreakpoint } from './judge-breakpoint.ts';

/** What a run knows beside its measurements. */
export type BreakpointFacts = Pick<
  BreakpointRecord,
  'startedAt' | 'seed' | 'options' | 'host' | 'gitRevision' | 'ceilingPerSecond'
>;

export function makeBreakpointRecord(
  facts: BreakpointFacts,
  input: BreakpointInput,
): BreakpointRecord {
  const { rounds, options, ended } = input;
  const record = {
    kind: 'breakpoint',
    version: recordVersion,
    ...facts,
    scenario: 'breakpoint',
    judgeOptions: options,
    rounds: rounds.map(encodeRound),
    ended,
    interrupted: ended === 'interrupted',
    judgement: judgeBreakpoint(input),
  };
  return parseBreakpointRecord(withDigest(JSON.parse(JSON.stringify(record)) as object));
}

/** Throws a RecordError with every problem found. */
export function parseBreakpointRecord(json: unknown): BreakpointRecord {
  const migrated = migrateRecord(json as Record<string, unknown>);
  if ('problem' in migrated) throw new RecordError([migrated.problem]);
  const parsed = breakpointRecordSchema.safeParse(migrated.record);
  if (parsed.success) return parsed.data;
  throw new RecordError(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`),
  );
}

/** What the judge saw, from a record. */
export function breakpointInputOf(record: BreakpointRecord): BreakpointInput {
  const { rounds, judgeOptions: options, ended } = record;
  return { rounds: rounds.map((round) => ({ ...round, ...decodeRound(round) })), options, ended };
}

/** Judges a record's measurements again, with its own options. */
export function rejudgeBreakpoint(record: BreakpointRecord): BreakpointJudgement {
  return judgeBreakpoint(breakpointInputOf(record));
}
