import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { ConnectionPlan, Fault, FaultPlan, Step, StruckStream } from './fault-plan.ts';
import { FaultedStream } from './faulted-stream.ts';

/** Bytes that wait in one direction before its source is told to pause. */
const WAITING_BYTES_MAX = 1024 * 1024;
const NO_FAULTS: ConnectionPlan = { toServer: [], toClient: [] };

/** A TCP proxy on loopback before a real Redis, that does to the streams what its plan says. */
export class FaultProxy {
  readonly port: number;
  private readonly server: Server;
  private readonly targetPort: number;
  private readonly sockets = new Set<Socket>();
  private plan: FaultPlan = { connections: [] };
  private streams: { readonly stream: StruckStream['stream']; readonly faulted: FaultedStream }[] =
    [];
  private accepted = 0;

  private constructor(server: Server, port: number, targetPort: number) {
    this.server = server;
    this.port = port;
    this.targetPort = targetPort;
    server.on('connection', (client) => this.accept(client));
  }

  static async start(targetPort: number): Promise<FaultProxy> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port to listen on');
    return new FaultProxy(server, address.port, targetPort);
  }

  /** Ends what is left of the plan before; connections count from 0 again. */
  arm(plan: FaultPlan): void {
    this.disconnect();
    this.plan = plan;
    this.streams = [];
    this.accepted = 0;
  }

  /** Connections accepted under the present plan. */
  get connectionCount(): number {
    return this.accepted;
  }

  /** The faults that took place under the present plan. */
  get struck(): readonly StruckStream[] {
    return this.streams.flatMap(({ stream, faulted }) =>
      faulted.struck.map((one) => ({ ...one, stream })),
    );
  }

  async close(): Promise<void> {
    this.disconnect();
    this.server.close();
    await once(this.server, 'close');
  }

  private disconnect(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  private accept(client: Socket): void {
    const plan = this.plan.connections[this.accepted] ?? NO_FAULTS;
    this.accepted += 1;
    const server = connect({ host: '127.0.0.1', port: this.targetPort, noDelay: true });
    const pair = [client, server];
    const cut = () => {
      for (const socket of pair) {
        this.sockets.delete(socket);
        socket.resetAndDestroy();
      }
    };
    for (const socket of pair) {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', cut);
    }
    const commands = this.follow('commands', plan.toServer);
    const toServer = new Lane(client, server, cut);
    client.on('data', (bytes) => toServer.add(commands.push(bytes)));
    const replies = this.follow('replies', plan.toClient);
    const toClient = new Lane(server, client, cut);
    server.on('data', (bytes) => toClient.add(replies.push(bytes)));
  }

  private follow(stream: StruckStream['stream'], faults: readonly Fault[]): FaultedStream {
    const faulted = new FaultedStream(faults);
    this.streams.push({ stream, faulted });
    return faulted;
  }
}

/** Does the steps of one direction, one after the other. */
class Lane {
  private readonly from: Socket;
  private readonly to: Socket;
  private readonly cut: () => void;
  private readonly waiting: Step[] = [];
  private waitingBytes = 0;
  private isBusy = false;

  constructor(from: Socket, to: Socket, cut: () => void) {
    this.from = from;
    this.to = to;
    this.cut = cut;
  }

  add(steps: readonly Step[]): void {
    for (const step of steps) {
      this.waiting.push(step);
      this.waitingBytes += sizeOf(step);
    }
    if (this.waitingBytes > WAITING_BYTES_MAX) this.from.pause();
    if (!this.isBusy) this.work();
  }

  private work(): void {
    this.isBusy = false;
    for (let step = this.waiting.shift(); step !== undefined; step = this.waiting.shift()) {
      this.waitingBytes -= sizeOf(step);
      if (step.kind === 'pass') {
        this.to.write(step.bytes);
        continue;
      }
      this.isBusy = true;
      if (step.kind === 'cut') this.cut();
      // What follows a stall waits until the connection ends, or the source is paused.
      if (step.kind === 'wait') this.resumeLater(step.delayMs);
      return;
    }
    this.from.resume();
  }

  private resumeLater(delayMs: number): void {
    if (delayMs === 0) setImmediate(() => this.work());
    else setTimeout(() => this.work(), delayMs);
  }
}

function sizeOf(step: Step): number {
  return step.kind === 'pass' ? step.bytes.length : 0;
}
