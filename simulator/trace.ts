import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { BadInputError } from '../results/output/operating-errors.ts';

/** Largest trace that is read, and most different keys in it. */
export const TRACE_BYTES_MAX = 4 * 1024 ** 3;
const TRACE_KEYS_MAX = 50_000_000;

/**
 * One request of a trace. Keys are numbered from 0 in the order in which they first come; those of
 * two tenants are two keys.
 */
export interface TraceRequest {
  /** As written. */
  time: number;
  key: number;
  size: number;
  /** The fourth field; empty where there is none. */
  tenant: string;
}

/** What a whole trace came to. */
export interface TraceFacts {
  readonly requestCount: number;
  readonly keyCount: number;
}

/**
 * Reads a trace line by line: a heading `time,key,size` or `time,key,size,tenant`
 * or none, then a request a line; `.gz` is
 * unpacked. Memory grows with the number of keys, not of requests. The request handed to `use` is
 * the same object each time.
 *
 * @throws BadInputError naming the line where the trace is not one
 */
export async function readTrace(
  file: string,
  use: (request: TraceRequest, keyText: string) => void,
): Promise<TraceFacts> {
  await checkFile(file);
  const raw = createReadStream(file, { highWaterMark: 1 << 20 });
  const bytes = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  const fail = new Promise<never>((_, reject) => {
    const report = (error: Error) => reject(badFile(file, error.message));
    raw.on('error', report);
    bytes.on('error', report);
  });
  // Handled where it is raced below; a late error must not end the process.
  fail.catch(() => {});
  const reading = readLines(file, bytes, use);
  try {
    return await Promise.race([reading, fail]);
  } finally {
    raw.destroy();
    bytes.destroy();
  }
}

async function readLines(
  file: string,
  bytes: NodeJS.ReadableStream,
  use: (request: TraceRequest, keyText: string) => void,
): Promise<TraceFacts> {
  const numbers = new Map<string, number>();
  const request: TraceRequest = { time: 0, key: 0, size: 0, tenant: '' };
  let line = 0;
  let requestCount = 0;
  for await (const text of createInterface({ input: bytes, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text === '' || (line === 1 && /^\s*[a-z#]/i.test(text))) continue;
    const first = text.indexOf(',');
    const second = text.indexOf(',', first + 1);
    const time = Number(text.slice(0, first));
    const third = second < 0 ? -1 : text.indexOf(',', second + 1);
    const keyText = text.slice(first + 1, second);
    const size = Number(third < 0 ? text.slice(second + 1) : text.slice(second + 1, third));
    const tenant = third < 0 ? '' : text.slice(third + 1).trim();
    const identity = third < 0 ? keyText : `${tenant},${keyText}`;
    const isRequest = first > 0 && second > first + 1 && time >= 0 && size >= 1;
    if (!isRequest || !Number.isFinite(time) || !Number.isSafeInteger(size)) {
      throw badLine(file, line, text);
    }
    let key = numbers.get(identity);
    if (key === undefined) {
      if (numbers.size === TRACE_KEYS_MAX) {
        throw badFile(file, `more than ${TRACE_KEYS_MAX} different keys`);
      }
      key = numbers.size;
      numbers.set(identity, key);
    }
    request.time = time;
    request.key = key;
    request.size = size;
    request.tenant = tenant;
    requestCount += 1;
    use(request, keyText);
  }
  if (requestCount === 0) throw badFile(file, 'no request in it');
  return { requestCount, keyCount: numbers.size };
}

async function checkFile(file: string): Promise<void> {
  const found = await stat(file).catch((error: Error) => {
    throw badFile(file, error.message);
  });
  if (!found.isFile()) throw badFile(file, 'not a file');
  if (found.size > TRACE_BYTES_MAX) {
    throw badFile(file, `${found.size} bytes are more than ${TRACE_BYTES_MAX}: split it`);
  }
}

function badFile(file: string, why: string): BadInputError {
  return new BadInputError([{ field: '--trace', value: file, expected: `a trace (${why})` }]);
}

function badLine(file: string, line: number, text: string): BadInputError {
  const value = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  const expected = 'time,key,size with a time from 0 and a whole size from 1';
  return new BadInputError([{ field: `--trace ${file}, line ${line}`, value, expected }]);
}
