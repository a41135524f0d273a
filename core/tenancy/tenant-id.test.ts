import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from './invalid-input-error.ts';
import { parseTenantId, TENANT_ID_BYTES_MAX } from './tenant-id.ts';
import { compareUtf8, isEncodable, isWellFormed, utf8Bytes } from './utf8.ts';

describe('tenant id', () => {
  it.each(['a', ' ', 'ж', '*', '__proto__', '\u{1f600}', 'x'.repeat(TENANT_ID_BYTES_MAX)])(
    'accepts %j as it is',
    (id) => {
      expect(parseTenantId(id)).toBe(id);
    },
  );

  it.each([
    ['', /not empty/],
    ['a\ud800', /lone surrogates/],
    ['\udc00', /lone surrogates/],
    ['x'.repeat(TENANT_ID_BYTES_MAX + 1), /at most 256 bytes/],
    ['ж'.repeat(129), /at most 256 bytes/],
    [7 as unknown as string, /tenant is 7/],
  ])('refuses %j', (id, message) => {
    expect(() => parseTenantId(id)).toThrow(InvalidInputError);
    expect(() => parseTenantId(id)).toThrow(message);
  });
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', '\ud83d', '\ude00', '\uffff', '\u00e9', '\u{1f600}') }),
);

describe('UTF-8 facts', () => {
  it('finds lone surrogates with and without the engine', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const roundTrips = Buffer.from(text).toString() === text;
        expect(isWellFormed(text)).toBe(roundTrips);
        expect(isEncodable(text)).toBe(roundTrips);
      }),
    );
  });

  it('counts bytes and orders as the encoded bytes do', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        fc.pre(isWellFormed(one) && isWellFormed(other));
        expect(utf8Bytes(one)).toBe(Buffer.byteLength(one));
        expect(Math.sign(compareUtf8(one, other))).toBe(
          Buffer.compare(Buffer.from(one), Buffer.from(other)),
        );
      }),
    );
  });
});
