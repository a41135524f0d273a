import { createHash } from 'node:crypto';

/**
 * A digest over everything in a record but the digest itself, whatever the order of its keys. It
 * finds files that were edited by hand or damaged on their way; it is no signature, since whoever
 * edits a record on purpose can compute it again.
 */
export function digestOf(record: object): string {
  const { digest: _, ...rest } = record as Record<string, unknown>;
  return `sha256:${createHash('sha256').update(canonicalJson(rest)).digest('hex')}`;
}

/** The record with its digest as the last field. */
export function withDigest<T extends object>(record: T): Omit<T, 'digest'> & { digest: string } {
  const { digest: _, ...rest } = record as T & { digest?: unknown };
  return { ...rest, digest: digestOf(record) };
}

/** JSON with the keys of every object in order, so that equal values have equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
