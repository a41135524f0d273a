/**
 * The part of RESP2 that a fault proxy and a client of forty lines need: where one reply ends, and
 * what it says. Pure; bytes are kept as latin1 text, one character a byte.
 */

export type Reply = string | number | null | ReplyError | readonly Reply[];

/** An error as the server spelt it, beginning with its code: `NOPERM`, `ERR`, `NOSCRIPT`. */
export class ReplyError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** A command as clients send it: an array of bulk strings. */
export function encodeCommand(words: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = typeof word === 'string' ? Buffer.from(word) : word;
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, LINE_END);
  }
  return Buffer.concat(parts);
}

const LINE_END = Buffer.from('\r\n');

export interface FoundReply {
  readonly reply: Reply;
  /** Where the next reply begins. */
  readonly end: number;
}

/**
 * The reply that begins at `from`; undefined if its end has not arrived.
 * @throws Error where the bytes are no RESP2
 */
export function readReply(bytes: Buffer, from = 0): FoundReply | undefined {
  const lineEnd = bytes.indexOf(LINE_END, from);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('latin1', from + 1, lineEnd);
  const next = lineEnd + LINE_END.length;
  const mark = String.fromCharCode(bytes[from] ?? 0);
  switch (mark) {
    case '+':
      return { reply: line, end: next };
    case '-':
      return { reply: new ReplyError(line), end: next };
    case ':':
      return { reply: Number(line), end: next };
    case '$':
      return readBulk(bytes, next, lengthOf(line));
    case '*':
      return readArray(bytes, next, lengthOf(line));
    default:
      throw new Error(`no RESP2 at byte ${from}: ${JSON.stringify(mark + line.slice(0, 40))}`);
  }
}

function lengthOf(line: string): number {
  if (/^(?:-1|\d{1,9})$/.test(line)) return Number(line);
  throw new Error(`no RESP2 length: ${JSON.stringify(line.slice(0, 40))}`);
}

function readBulk(bytes: Buffer, from: number, length: number): FoundReply | undefined {
  if (length < 0) return { reply: null, end: from };
  const end = from + length + LINE_END.length;
  if (bytes.length < end) return undefined;
  return { reply: bytes.toString('latin1', from, from + length), end };
}

function readArray(bytes: Buffer, from: number, length: number): FoundReply | undefined {
  if (length < 0) return { reply: null, end: from };
  const members: Reply[] = [];
  let at = from;
  for (let count = 0; count < length; count += 1) {
    const found = readReply(bytes, at);
    if (found === undefined) return undefined;
    members.push(found.reply);
    at = found.end;
  }
  return { reply: members, end: at };
}
