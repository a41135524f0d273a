import { InvalidInputError } from '../tenancy/invalid-input-error.ts';
import { messageOf, RedisStore, type RedisStoreOptions, type ScriptRunner } from './redis-store.ts';
import { explainErrorReply } from './server-trouble.ts';
import type { Value } from './store.ts';
import { StoreError } from './store-error.ts';
import { decodeText, malformed } from './stored-entry.ts';

/** The part of a `k6/x/redis` client that is used. */
export interface K6RedisClient {
  sendCommand(command: string, ...words: (string | number | boolean)[]): Promise<unknown>;
}

/**
 * A store inside k6, over `k6/x/redis`: text only, since the client takes no bytes and turns what
 * is not UTF-8 into U+FFFD. Give the client `maxRetries: -1`: retries hide errors and write twice.
 */
export function makeK6Store(client: K6RedisClient, options: RedisStoreOptions): RedisStore<string> {
  const runner: ScriptRunner<string> = {
    // Spreading an array costs k6's engine several times what `apply` does.
    send: (words) => client.sendCommand.apply(client, words as [string, ...string[]]),
    encode: joinText,
    decode: decodeBody,
    explain,
    // A k6 client has nothing to close: it ends with its virtual user.
    close: async () => {},
  };
  return new RedisStore(runner, options);
}

function joinText(attributes: string, value: Value): string {
  if (typeof value !== 'string')
    throw new InvalidInputError('value', 'bytes', 'text: k6 sends no bytes');
  return attributes + value;
}

function decodeBody(body: unknown): ReturnType<typeof decodeText> {
  if (typeof body !== 'string') throw malformed();
  return decodeText(body);
}

function explain(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = messageOf(error);
  if (/timeout/i.test(message)) return new StoreError('time-out', 'no reply in time', false, error);
  return (
    explainErrorReply(message, error) ??
    new StoreError('connection', 'the connection failed', false, error)
  );
}
