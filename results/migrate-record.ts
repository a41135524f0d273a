import { digestOf } from './record-digest.ts';

/** The version that records are written in. */
export const recordVersion = 2;

type Json = Readonly<Record<string, unknown>>;

/** From each earlier version to the next one: what it added, in a value that says "not known". */
const migrations: Readonly<Record<number, (record: Json) => Json>> = {
  // Version 2 added the digest.
  1: (record) => ({ ...record, version: 2, digest: null }),
};

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
