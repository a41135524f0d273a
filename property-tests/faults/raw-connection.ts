import { connect, type Socket } from 'node:net';
import { encodeCommand, type Reply, readReply } from './resp.ts';

/** A connection was lost, or closed on purpose, while replies were owed. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

type Waiter = (outcome: Reply | ConnectionLostError) => void;

/** How much of one reply is kept while its end has not arrived. */
const REPLY_BYTES_MAX = 64 * 1024 * 1024;

/**
 * A Redis connection with nothing in between: no queue but that of replies owed, no reconnect, no
 * retry. Replies are handed out in the order of the commands, which is all that RESP offers.
 */
export class RawConnection {
  private readonly socket: Socket;
  private readonly waiters: Waiter[] = [];
  private received: Buffer = Buffer.alloc(0);
  private lost: ConnectionLostError | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.take(bytes));
    socket.on('error', () => {});
    socket.on('close', () => this.lose('the connection closed'));
  }

  /** @throws ConnectionLostError if nobody listens there */
  static open(port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port });
      const fail = () => reject(new ConnectionLostError(`nobody listens on port ${port}`));
      socket.once('error', fail);
      socket.once('connect', () => {
        socket.removeListener('error', fail);
        resolve(new RawConnection(socket));
      });
    });
  }

  get isOpen(): boolean {
    return this.lost === undefined;
  }

  /** Replies that were asked for and have not arrived. */
  get owedCount(): number {
    return this.waiters.length;
  }

  /** Sends a command; an error reply is a reply. */
  async call(words: readonly (string | Buffer)[]): Promise<Reply> {
    const outcome = await new Promise<Reply | ConnectionLostError>((resolve) => {
      this.send(words, resolve);
    });
    if (outcome instanceof ConnectionLostError) throw outcome;
    return outcome;
  }

  /** Sends a command; its reply, or the loss of the connection, goes to `waiter`. */
  send(words: readonly (string | Buffer)[], waiter: Waiter): void {
    if (this.lost !== undefined) {
      waiter(this.lost);
      return;
    }
    this.waiters.push(waiter);
    this.socket.write(encodeCommand(words));
  }

  /** The next reply that arrives is for nobody who asked so far: what a careless pool does. */
  forgetOwed(): void {
    this.waiters.length = 0;
  }

  close(): void {
    this.lose('the connection was closed');
    this.socket.destroy();
  }

  private take(bytes: Buffer): void {
    if (this.received.length + bytes.length > REPLY_BYTES_MAX) {
      this.close();
      return;
    }
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
    let at = 0;
    try {
      for (let found = readReply(this.received, at); found !== undefined; ) {
        at = found.end;
        this.waiters.shift()?.(found.reply);
        found = readReply(this.received, at);
      }
    } catch {
      // Not RESP2: whatever else is under way here cannot be told apart any more.
      this.close();
      return;
    }
    this.received = this.received.subarray(at);
  }

  private lose(why: string): void {
    if (this.lost !== undefined) return;
    this.lost = new ConnectionLostError(why);
    for (const waiter of this.waiters.splice(0)) waiter(this.lost);
  }
}
