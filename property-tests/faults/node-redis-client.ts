import { createClient, createClientPool } from 'redis';
import {
  type ClientUnderFaults,
  COMMAND_TIMEOUT_MS,
  type OpenClient,
  RECONNECT_MS,
  SILENCE_MS,
} from './client-under-faults.ts';

/** Destroyed while it reconnects, a node-redis client goes on reconnecting, unless told not to. */
class Life {
  private isOver = false;

  readonly reconnectStrategy = (): number | false => (this.isOver ? false : RECONNECT_MS);

  end(destroy: () => void): void {
    this.isOver = true;
    destroy();
  }
}

function optionsFor(port: number, { reconnectStrategy }: Life) {
  return {
    RESP: 2 as const,
    socket: { host: '127.0.0.1', port, reconnectStrategy, socketTimeout: SILENCE_MS },
    commandOptions: { timeout: COMMAND_TIMEOUT_MS },
  };
}

/** What is used of it, the same on a client and on a pool. */
interface Commands {
  echo(text: string): Promise<unknown>;
  get(key: string): Promise<unknown>;
  multi(): { echo(text: string): unknown; exec(): Promise<unknown> };
}

/** node-redis, one connection for everybody. */
export const NODE_REDIS: ClientUnderFaults = {
  name: 'node-redis',
  laneCount: 1,
  open: (port) => {
    const life = new Life();
    const client = createClient(optionsFor(port, life));
    client.on('error', () => {});
    client.connect().catch(() => {});
    const cancellable = (giveUp: AbortSignal) => client.withAbortSignal(giveUp) as unknown;
    return wrap(cancellable as (giveUp: AbortSignal) => Commands, () =>
      life.end(() => client.destroy()),
    );
  },
};

const POOL = { minimum: 1, maximum: 3, acquireTimeout: 100 };

/** node-redis with its pool: each command takes a connection and gives it back. */
export const NODE_REDIS_POOL: ClientUnderFaults = {
  name: 'node-redis pool',
  laneCount: 1,
  open: (port) => {
    const life = new Life();
    const pool = createClientPool(optionsFor(port, life), POOL);
    pool.on('error', () => {});
    pool.connect().catch(() => {});
    const cancellable = (giveUp: AbortSignal) => pool.withAbortSignal(giveUp) as unknown;
    return wrap(cancellable as (giveUp: AbortSignal) => Commands, () =>
      life.end(() => pool.destroy()),
    );
  },
};

function wrap(commands: (giveUp: AbortSignal) => Commands, close: () => void): OpenClient {
  return {
    echo: (text, giveUp) => commands(giveUp).echo(text),
    get: (key, giveUp) => commands(giveUp).get(key),
    pipeline: async (texts, giveUp) => {
      const sent = texts.map((text) => commands(giveUp).echo(text));
      const settled = await Promise.allSettled(sent);
      return settled.map((one) => (one.status === 'fulfilled' ? one.value : new Error('failed')));
    },
    transaction: async (texts, giveUp) => {
      const transaction = commands(giveUp).multi();
      for (const text of texts) transaction.echo(text);
      return (await transaction.exec()) as unknown[];
    },
    close,
  };
}
