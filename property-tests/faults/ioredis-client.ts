import { Redis } from 'ioredis';
import {
  type ClientUnderFaults,
  COMMAND_TIMEOUT_MS,
  type OpenClient,
  RECONNECT_MS,
  SILENCE_MS,
} from './client-under-faults.ts';

/** As a service would set it up: time-outs on commands and silence, reconnects, few retries. */
export const IOREDIS_OPTIONS = {
  commandTimeout: COMMAND_TIMEOUT_MS,
  socketTimeout: SILENCE_MS,
  retryStrategy: () => RECONNECT_MS,
  maxRetriesPerRequest: 2,
  enableReadyCheck: true,
} as const;

/** ioredis, one connection for everybody. It has no way to cancel a command. */
export const IOREDIS: ClientUnderFaults = {
  name: 'ioredis',
  laneCount: 4,
  open: (port) => wrap(openIoredis(port)),
};

export function openIoredis(port: number): Redis {
  const client = new Redis({ port, ...IOREDIS_OPTIONS });
  // Lost connections are part of the plan; commands say so themselves.
  client.on('error', () => {});
  return client;
}

function wrap(client: Redis): OpenClient {
  return {
    echo: (text) => client.echo(text),
    get: (key) => client.get(key),
    pipeline: async (texts) => {
      const pipeline = client.pipeline();
      for (const text of texts) pipeline.echo(text);
      return unpack(await pipeline.exec());
    },
    transaction: async (texts) => {
      const transaction = client.multi();
      for (const text of texts) transaction.echo(text);
      return unpack(await transaction.exec());
    },
    close: () => client.disconnect(),
  };
}

function unpack(replies: [error: Error | null, result: unknown][] | null): unknown[] {
  if (replies === null) throw new Error('the transaction was discarded');
  return replies.map(([error, result]) => error ?? result);
}
