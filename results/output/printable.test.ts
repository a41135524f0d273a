import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from './printable.ts';
import { spellJson } from './write-json.ts';

describe('text for a terminal', () => {
  it('keeps colours, line breaks and tabs', () => {
    const text = '\u001b[1;31mFAIL\u001b[0m\n\tP99';

    expect(printable(text)).toBe(text);
  });

  it('moves no cursor, renames no window and rings no bell', () => {
    expect(printable('a\u001b[2Jb')).toBe('a\ufffd[2Jb');
    expect(printable('\u001b]0;owned\u0007')).toBe('\ufffd]0;owned\ufffd');
    expect(printable('PASS\rFAIL\u009b2J')).toBe('PASS\ufffdFAIL\ufffd2J');
  });

  it('neither hides nor turns round what follows', () => {
    expect(printable('\u001b[8mFAIL')).toBe('\ufffd[8mFAIL');
    expect(printable('\u202eSSAP')).toBe('\ufffdSSAP');
    expect(printable('a\u2028b\u2066c')).toBe('a\ufffdb\ufffdc');
  });

  it('is as it is where it is JSON, which spells the same value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const spelt = spellJson({ text: `${text}\u009b\u202e\u2028` }, 2);
        expect(printable(spelt)).toBe(spelt);
        expect(JSON.parse(spelt)).toEqual({ text: `${text}\u009b\u202e\u2028` });
      }),
    );
  });

  it('leaves whatever holds no control character as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const plain = text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '');
        expect(printable(plain)).toBe(plain);
      }),
    );
  });
});
