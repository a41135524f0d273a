import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/**
 * A redis-server of the test's own, on a free port. What a command under test makes it keep on disk
 * goes with it.
 */
export interface TestServer {
  readonly port: number;
  readonly client: () => Redis;
  readonly stop: () => Promise<void>;
}

export async function startTestServer(...options: string[]): Promise<TestServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'partywall-redis-'));
  const words = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
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
  return { port, client, stop: () => stop(server, clients, folder) };
}

async function stop(
  server: ChildProcess,
  clients: readonly Redis[],
  folder: string,
): Promise<void> {
  for (const client of clients) client.disconnect();
  if (server.exitCode === null) {
    server.kill();
    await once(server, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
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
