import { connect, type Socket } from 'node:net';
import RedisParser from 'redis-parser';

/** What a command's reply is told to: the reply, and when it came (`performance.now()`). */
type OnReply = (reply: unknown, atMs: number) => void;

/**
 * A connection for load, not for use: commands are spelt beforehand, many go out in one write, and
 * each costs a twentieth of what a client's command does, so that the server is full before we are.
 */
export class LoadConnection {
  private readonly socket: Socket;
  private readonly waiting: OnReply[] = [];
  private first = 0;
  private outgoing: Buffer[] = [];

  private constructor(socket: Socket, onEnd: (error: Error) => void) {
    this.socket = socket;
    let atMs = 0;
    const answer = (reply: unknown) => this.answered(reply, atMs);
    const parser = new RedisParser({
      returnReply: answer,
      returnError: answer,
      returnFatalError: onEnd,
    });
    socket.on('data', (bytes) => {
      atMs = performance.now();
      parser.execute(bytes);
    });
    socket.on('error', onEnd);
    socket.on('close', () => onEnd(new Error('the server closed a connection under load')));
  }

  /** @param onEnd called when the connection is of no use any more */
  static async open(
    server: { readonly host: string; readonly port: number },
    onEnd: (error: Error) => void,
  ): Promise<LoadConnection> {
    const socket = connect({ ...server, noDelay: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new LoadConnection(socket, onEnd);
  }

  /** Put into the next write. */
  ask(command: Buffer, onReply: OnReply): void {
    this.outgoing.push(command);
    this.waiting.push(onReply);
  }

  flush(): void {
    if (this.outgoing.length === 0) return;
    this.socket.write(Buffer.concat(this.outgoing));
    this.outgoing = [];
  }

  close(): void {
    this.socket.removeAllListeners();
    this.socket.destroy();
  }

  private answered(reply: unknown, atMs: number): void {
    const onReply = this.waiting[this.first++];
    if (this.first > 4_096) this.first -= this.waiting.splice(0, this.first).length;
    onReply?.(reply, atMs);
  }
}

/** A command as the protocol spells it (RESP2, array of bulk strings). */
export function spellCommand(words: readonly string[]): Buffer {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join('')}`);
}
