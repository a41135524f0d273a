import type { Cluster, Redis } from 'ioredis';
import { messageOf, RedisStore, type RedisStoreOptions, type ScriptRunner } from './redis-store.ts';
import { explainErrorReply } from './server-trouble.ts';
import type { Value } from './store.ts';
import { StoreError } from './store-error.ts';
import {
  decodeText,
  HEADER_LENGTH,
  malformed,
  type StoredEntry,
  unescapeLines,
} from './stored-entry.ts';

/**
 * A store over ioredis, single, Sentinel or Cluster. The client is the caller's: give it
 * `commandTimeout` and `maxRetriesPerRequest`, or a lost server keeps requests waiting. Closing the
 * store quits the client.
 */
export function makeIoredisStore(
  client: Redis | Cluster,
  options: RedisStoreOptions,
): RedisStore<Buffer | string> {
  const runner: ScriptRunner<Buffer | string> = {
    send: ([command, ...words]) => client.callBuffer(`${command}`, ...words),
    encode: joinBytes,
    decode: decodeBytes,
    explain,
    close: async () => {
      await client.quit();
    },
  };
  return new RedisStore(runner, options);
}

/** Text stays text: with one word of bytes the client copies every word of the command. */
function joinBytes(attributes: string, value: Value): Buffer | string {
  if (typeof value === 'string') return attributes + value;
  return Buffer.concat([Buffer.from(attributes), value]);
}

const LINE_BREAK = 10;
const LETTER_B = 'b'.charCodeAt(0);

function decodeBytes(body: unknown): StoredEntry {
  if (!Buffer.isBuffer(body)) throw malformed();
  if (body[HEADER_LENGTH] !== LETTER_B) return decodeText(body.toString());
  const sealFrom = body.indexOf(LINE_BREAK, HEADER_LENGTH) + 1;
  const valueFrom = sealFrom === 0 ? 0 : body.indexOf(LINE_BREAK, sealFrom) + 1;
  if (valueFrom === 0) throw malformed();
  return {
    value: new Uint8Array(body.subarray(valueFrom)),
    seal: unescapeLines(body.toString('utf8', sealFrom, valueFrom - 1)),
    loadMs: Number(body.toString('latin1', HEADER_LENGTH + 1, sealFrom - 1)),
  };
}

function explain(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = messageOf(error);
  if (message === 'Command timed out') {
    return new StoreError('time-out', 'no reply in time', false, error);
  }
  return (
    explainErrorReply(message, error) ??
    new StoreError('connection', 'the connection failed', false, error)
  );
}
