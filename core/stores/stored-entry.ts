import type { Value } from './store.ts';
import { StoreError } from './store-error.ts';

/**
 * How an entry's value is stored: one letter ('s' text, 'b' bytes), how long its load took, a line
 * break, its seal, a line break, the value. All stores write the same bytes, so all count the same.
 */
export interface StoredEntry {
  readonly value: Value;
  readonly seal: string;
  readonly loadMs: number;
}

/** Everything of a stored value but the value. */
export function spellAttributes(isText: boolean, loadMs: number, seal: string): string {
  return `${isText ? 's' : 'b'}${loadMs}\n${escapeLines(seal)}\n`;
}

/** Bytes that Redis keeps before what was stored: see `core/stores/lua/redis-space.ts`. */
export const HEADER_LENGTH = 43;

/** Takes apart what a script handed back, as text. */
export function decodeText(stored: string): StoredEntry {
  const sealFrom = stored.indexOf('\n', HEADER_LENGTH) + 1;
  const valueFrom = sealFrom === 0 ? 0 : stored.indexOf('\n', sealFrom) + 1;
  if (valueFrom === 0 || stored.charCodeAt(HEADER_LENGTH) !== LETTER_S) throw malformed();
  return {
    value: stored.slice(valueFrom),
    seal: unescapeLines(stored.slice(sealFrom, valueFrom - 1)),
    loadMs: Number(stored.slice(HEADER_LENGTH + 1, sealFrom - 1)),
  };
}

const LETTER_S = 's'.charCodeAt(0);

export function malformed(): StoreError {
  return new StoreError(
    'malformed-reply',
    'a stored entry is not in the form that was written',
    true,
  );
}

/** Seals may hold line breaks (they may spell a key); stored, a seal is one line. */
function escapeLines(seal: string): string {
  if (!/[\n\\]/.test(seal)) return seal;
  return seal.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
}

export function unescapeLines(line: string): string {
  if (!line.includes('\\')) return line;
  return line.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}
