import { describe, expect, it } from 'vitest';
import {
  parseBatch,
  parseCount,
  parseFlag,
  parseLookup,
  parsePut,
  parseUsage,
  words,
} from './replies.ts';
import { StoreError } from './store-error.ts';
import { decodeText } from './stored-entry.ts';

const HEADER = '0'.repeat(43);
const decode = (body: unknown): ReturnType<typeof decodeText> => decodeText(body as string);

describe('replies', () => {
  it('reads a hit, with what was added to its code', () => {
    expect(parseLookup([31, 7, 900, `${HEADER}s2.5\nse\\nal\nvalue\nmore`], decode)).toEqual({
      kind: 'hit',
      value: 'value\nmore',
      seal: 'se\nal',
      loadMs: 2.5,
      ttlRemainingMs: 900,
      fence: '7',
      nearLimit: true,
      wouldReject: true,
    });
    expect(parseLookup([20, 7], decode)).toEqual({
      kind: 'miss',
      fence: '7',
      nearLimit: false,
      wouldReject: true,
    });
    expect(parseLookup([10, 7], decode)).toEqual({ kind: 'miss', fence: '7', nearLimit: true });
  });

  it.each<[string, () => unknown]>([
    ['no row', () => parseLookup(undefined, decode)],
    ['a reply to another command', () => parseLookup('OK', decode)],
    ['an empty row', () => parseLookup([], decode)],
    ['a row of an unknown code', () => parseLookup([3, 1], decode)],
    ['a hit without a body', () => parseLookup([1, 7, 900, `${HEADER}s1\nno end`], decode)],
    [
      'bytes where text was asked for',
      () => parseLookup([1, 7, 900, `${HEADER}b1\nseal\nvalue`], decode),
    ],
    ['text for a number', () => parsePut(['0', 1, 2])],
    ['an unknown refusal', () => parsePut([9, 1, 0])],
    ['a usage cut short', () => parseUsage([0, 1, 2, 3])],
    ['half a batch', () => parseBatch('0')],
    ['no flag', () => parseFlag([], 'acquire-lease')],
    ['no words', () => words(1, 'list-keys')],
    ['half a count', () => parseCount([0, 1])],
  ])('calls %s malformed, and shows nothing of it', (_, parse) => {
    let error: unknown;
    try {
      parse();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(StoreError);
    expect((error as StoreError).code).toBe('malformed-reply');
    expect((error as StoreError).message).not.toMatch(/seal|value|OK/);
  });
});
