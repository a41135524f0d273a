import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';

/** A redis-server of the test's own, on a free port, that keeps nothing on disk. */
export interface TestServer {
  readonly port: number;
  readonly client: () => Redis;
  readonly stop: () => Promise<void>;
}

export async function startTestServer(...options: string[]): Promise<TestServer> {
  const port = await freePort();
  const words = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    ...options,
  ];
  const server = spawn('redis-server', words, { stdio: 'ignore' });
  const clients: Redis[] = [];
  const client = (): Redis => {
    const made = new Redis({ port, maxRetriesPerRequest: 20, retryStrategy: () => 50 });
    // Refused until the server listens, and again when it stops; commands say so themselves.
    made.on('error', () => {});
    clients.push(made);
    return made;
  };
  await client().ping();
  return { port, client, stop: () => stop(server, clients) };
}

async function stop(server: ChildProcess, clients: readonly Redis[]): Promise<void> {
  for (const client of clients) client.disconnect();
  if (server.exitCode !== null) return;
  server.kill();
  await once(server, 'exit');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
