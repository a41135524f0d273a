import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { BadInputError } from '../../../results/output/operating-errors.ts';
import { TraceStudier, type TraceStudy } from './trace-study.ts';

/**
 * Studies a trace of `time,key,size` lines, plain or gzip, as a stream: nothing of it is kept that
 * grows with its length beyond {@link TraceStudier}'s bounds. A first line without a digit is a head.
 * @throws BadInputError where it cannot be read or holds no requests
 */
export async function readTrace(file: string, field: string): Promise<TraceStudy> {
  const hash = createHash('sha256');
  const studier = new TraceStudier();
  const parser = new LineParser((key) => studier.push(key));
  try {
    const raw = createReadStream(file, { highWaterMark: 1 << 20 });
    const bytes = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
    raw.on('error', (error) => bytes.destroy(error));
    for await (const chunk of bytes) {
      hash.update(chunk);
      parser.push(chunk);
    }
    parser.end();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadInputError([
      { field, value: file, expected: `a trace that can be read (${why})` },
    ]);
  }
  if (studier.requestCount === 0) {
    throw new BadInputError([{ field, value: file, expected: 'lines of time,key,size' }]);
  }
  return studier.finish(hash.digest('hex'));
}

const COMMA = 44;
const LINE_BREAK = 10;
const ZERO = 48;
const NINE = 57;
/** FNV-1a, 32 bits: the key as bytes, whatever it is made of. */
const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Finds the second field of each line, byte by byte: no strings are made. */
class LineParser {
  readonly #onKey: (key: number) => void;
  #column = 0;
  #hash = FNV_START;
  #hasKey = false;
  #isHead = true;

  constructor(onKey: (key: number) => void) {
    this.#onKey = onKey;
  }

  push(chunk: Uint8Array): void {
    let column = this.#column;
    let hash = this.#hash;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (byte === LINE_BREAK) {
        this.#hash = hash;
        this.#line(column);
        column = 0;
        hash = FNV_START;
      } else if (byte === COMMA) {
        column += 1;
      } else if (column === 1) {
        hash = Math.imul(hash ^ byte, FNV_PRIME);
        this.#hasKey = true;
      } else if (column === 0 && byte >= ZERO && byte <= NINE) {
        this.#isHead = false;
      }
    }
    this.#column = column;
    this.#hash = hash;
  }

  end(): void {
    this.#line(this.#column);
  }

  #line(column: number): void {
    if (column >= 1 && this.#hasKey && !this.#isHead) this.#onKey(this.#hash >>> 0);
    this.#hasKey = false;
    this.#hash = FNV_START;
  }
}
