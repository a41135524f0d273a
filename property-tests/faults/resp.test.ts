import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCommand, type Reply, ReplyError, readReply } from './resp.ts';

const reply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    fc.integer(),
    fc.constant(null),
    fc.constantFrom('ERR no', 'NOPERM').map((text) => new ReplyError(text)),
    fc.array(tie('reply'), { maxLength: 4 }),
  ),
})).reply;

function encode(one: Reply): string {
  if (one === null) return '$-1\r\n';
  if (typeof one === 'number') return `:${one}\r\n`;
  if (typeof one === 'string') return `$${one.length}\r\n${one}\r\n`;
  if (one instanceof ReplyError) return `-${one.message}\r\n`;
  return `*${one.length}\r\n${one.map(encode).join('')}`;
}

describe('reading RESP', () => {
  it('finds every reply of a stream, and where the next begins', () => {
    fc.assert(
      fc.property(fc.array(reply, { minLength: 1, maxLength: 5 }), (replies) => {
        const bytes = Buffer.from(replies.map(encode).join(''), 'latin1');
        let at = 0;
        for (const one of replies) {
          const found = readReply(bytes, at);
          expect(found?.reply).toEqual(one);
          at = found?.end ?? -1;
        }
        expect(at).toBe(bytes.length);
      }),
    );
  });

  it('waits for the end, wherever the bytes break off', () => {
    fc.assert(
      fc.property(reply, (one) => {
        const bytes = Buffer.from(encode(one), 'latin1');
        for (let length = 0; length < bytes.length; length += 1) {
          expect(readReply(bytes.subarray(0, length))).toBeUndefined();
        }
      }),
    );
  });

  it('reads a command as an array, bytes and all', () => {
    const command = encodeCommand(['SET', 'k', Buffer.from([0, 13, 10, 255])]);
    expect(readReply(command)?.reply).toEqual(['SET', 'k', '\u0000\r\n\u00ff']);
  });

  it.each(['?x\r\n', '$x\r\n', '*-2\r\n', '$99999999999\r\n'])('refuses %j', (text) => {
    expect(() => readReply(Buffer.from(text))).toThrow(/no RESP2/);
  });
});
