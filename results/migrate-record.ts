import { digestOf, withDigest } from './record-digest.ts';

/** The version that records are written in. */
export const recordVersion = 3;

type Json = Readonly<Record<string, unknown>>;

/** From each earlier version to the next one: what it added, in a value that says "not known". */
const migrations: Readonly<Record<number, (record: Json) => Json>> = {
  // Version 2 added the digest, and the count of reads that were checked.
  1: (record) => ({ ...withoutReads(record), version: 2, digest: null }),
  // Version 3 added the reference of a benchmark.
  2: (record) => {
    const migrated = { ...withoutReference(record), version: 3 };
    return record['digest'] === null ? migrated : withDigest(migrated);
  },
};

/** What has the wrong shape is left as it is: the schema says what is wrong with it. */
function withoutReads(record: Json): Json {
  const { rounds, judgement } = record;
  return {
    ...record,
    ...(isObject(judgement) ? { judgement: { ...judgement, reads: null } } : {}),
    ...(Array.isArray(rounds) ? { rounds: rounds.map(roundWithoutReads) } : {}),
  };
}

function roundWithoutReads(round: unknown): unknown {
  if (!isObject(round) || !Array.isArray(round['windows'])) return round;
  const windows = round['windows'].map((window: unknown) =>
    isObject(window) ? { ...window, reads: null } : window,
  );
  return { ...round, windows };
}

function withoutReference(record: Json): Json {
  const { benchmarks } = record;
  if (!Array.isArray(benchmarks)) return record;
  const withNone = (one: unknown) => (isObject(one) ? { reference: null, ...one } : one);
  return { ...record, benchmarks: benchmarks.map(withNone) };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A record of the current version, or why it cannot be one. */
export type Migrated =
  | { readonly record: Json; readonly from: number }
  | { readonly problem: string };

/**
 * Brings a record of any earlier version to the current one. A version that this program does not
 * know yet, and a record whose digest does not match its content, are refused.
 */
export function migrateRecord(given: Json): Migrated {
  const { version, digest } = given;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return { problem: `version: expected 1 to ${recordVersion}, got ${JSON.stringify(version)}` };
  }
  if (version > recordVersion) {
    return {
      problem: `version: ${version} is from a later partywall, this one reads up to ${recordVersion}: update it`,
    };
  }
  if (version >= 2 && digest !== digestOf(given)) {
    return {
      problem: 'digest: does not match the content: the file was edited or damaged after the run',
    };
  }
  let record = given;
  for (let at = version; at < recordVersion; at++) record = migrations[at]?.(record) ?? record;
  return { record, from: version };
}
