import {
  type ClientUnderFaults,
  COMMAND_TIMEOUT_MS,
  type OpenClient,
} from './client-under-faults.ts';
import { RawConnection } from './raw-connection.ts';
import { type Reply, ReplyError } from './resp.ts';

const CONNECTIONS_MAX = 2;

/**
 * What is done with a connection whose caller gave up before its reply was read. `returned`: it goes
 * back into the pool as it is, and the next caller reads the reply that was left: the fault behind
 * the leak of ChatGPT's chat titles in March 2023 (redis-py #2624, #2665). `closed`: it goes.
 */
type OfCancelled = 'returned' | 'closed';

/** A pool of forty lines, right or deliberately wrong, to try the laws themselves. */
export function makeToyPool(ofCancelled: OfCancelled): ClientUnderFaults {
  return {
    name: `toy pool, cancelled connections ${ofCancelled}`,
    laneCount: 4,
    open: (port) => wrap(new ToyPool(port, ofCancelled)),
  };
}

class ToyPool {
  private readonly port: number;
  private readonly ofCancelled: OfCancelled;
  private readonly idle: RawConnection[] = [];
  private readonly open = new Set<RawConnection>();
  private isClosed = false;

  constructor(port: number, ofCancelled: OfCancelled) {
    this.port = port;
    this.ofCancelled = ofCancelled;
  }

  /** Sends all commands at once and waits for all replies, until `giveUp` or the time-out. */
  async call(commands: readonly string[][], giveUp: AbortSignal): Promise<unknown[]> {
    const connection = await this.take();
    const replies = Promise.all(commands.map((words) => connection.call(words)));
    replies.catch(() => {});
    try {
      const timeout = AbortSignal.timeout(COMMAND_TIMEOUT_MS);
      const isOver = rejectOn(AbortSignal.any([giveUp, timeout]));
      const settled = (await Promise.race([replies, isOver])) as Reply[];
      this.giveBack(connection);
      return settled.map((reply) =>
        reply instanceof ReplyError ? new Error(reply.message) : reply,
      );
    } catch (error) {
      this.giveBackCancelled(connection);
      throw error;
    }
  }

  close(): void {
    this.isClosed = true;
    for (const connection of this.open) connection.close();
  }

  private async take(): Promise<RawConnection> {
    for (let found = this.idle.pop(); found !== undefined; found = this.idle.pop()) {
      if (found.isOpen) return found;
      this.open.delete(found);
    }
    if (this.open.size >= CONNECTIONS_MAX) throw new Error('no connection is free');
    const made = await RawConnection.open(this.port);
    this.open.add(made);
    if (this.isClosed) made.close();
    return made;
  }

  private giveBack(connection: RawConnection): void {
    if (connection.isOpen) this.idle.push(connection);
    else this.open.delete(connection);
  }

  private giveBackCancelled(connection: RawConnection): void {
    if (this.ofCancelled === 'closed') connection.close();
    else connection.forgetOwed();
    this.giveBack(connection);
  }
}

function rejectOn(giveUp: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new Error('the caller gave up'));
    if (giveUp.aborted) fail();
    else giveUp.addEventListener('abort', fail, { once: true });
  });
}

function wrap(pool: ToyPool): OpenClient {
  const one = async (words: string[], giveUp: AbortSignal) => {
    const [reply] = await pool.call([words], giveUp);
    if (reply instanceof Error) throw reply;
    return reply;
  };
  return {
    echo: (text, giveUp) => one(['ECHO', text], giveUp),
    get: (key, giveUp) => one(['GET', key], giveUp),
    pipeline: (texts, giveUp) =>
      pool.call(
        texts.map((text) => ['ECHO', text]),
        giveUp,
      ),
    transaction: async (texts, giveUp) => {
      const echoes = texts.map((text) => ['ECHO', text]);
      const replies = await pool.call([['MULTI'], ...echoes, ['EXEC']], giveUp);
      const last = replies.at(-1);
      if (!Array.isArray(last)) throw new Error('the transaction was discarded');
      return last as unknown[];
    },
    close: () => pool.close(),
  };
}
