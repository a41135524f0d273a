import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { BadInputError, MissingToolError } from '../../results/output/operating-errors.ts';
import { isRunning } from './is-running.fixture.ts';
import { startRedis } from './redis.ts';

const folder = mkdtempSync(join(tmpdir(), 'partywall-redis-'));
const started: ChildProcess[] = [];
afterAll(() => {
  for (const server of started) server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A server as somebody else would run it. */
async function runServer(...args: string[]): Promise<number> {
  const port = await findFreePort();
  const server = spawn(
    'redis-server',
    ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  started.push(server);
  for await (const text of server.stdout) {
    if (`${text}`.includes('Ready to accept')) return port;
  }
  throw new Error(`redis-server ${args.join(' ')} did not start`);
}

/** A server that speaks just enough of the protocol to claim to be an old Redis. */
async function runOldServer(): Promise<number> {
  const info = 'redis_version:6.2.14\r\nprocess_id:1\r\nrole:master\r\n';
  const replies: Record<string, string> = {
    ping: '+PONG\r\n',
    info: `$${info.length}\r\n${info}\r\n`,
    dbsize: ':0\r\n',
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      for (const [, command = ''] of `${data}`.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        socket.write(replies[command.toLowerCase()] ?? '-ERR unknown command\r\n');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return (server.address() as AddressInfo).port;
}

async function runServerWithKey(): Promise<number> {
  const port = await runServer('--maxmemory-policy', 'noeviction');
  const client = new Redis(port);
  await client.set('theirs', 'value');
  client.disconnect();
  return port;
}

describe('startRedis with a URL', () => {
  it('attaches to a fit server, and leaves it running when stopped', async () => {
    const url = `redis://127.0.0.1:${await runServer()}`;

    const server = await startRedis({ name: 'shared', url });
    await server.stop();

    expect(server).toMatchObject({ url, source: 'attached', pid: null });
    const client = new Redis(url);
    expect(await client.ping()).toBe('PONG');
    client.disconnect();
  });

  it.each([
    {
      what: 'protected by a password',
      run: () => runServer('--requirepass', 'secret'),
      expected: 'with the right password',
    },
    {
      what: 'a replica',
      run: async () => runServer('--replicaof', '127.0.0.1', `${await findFreePort()}`),
      expected: 'expected a master, which takes writes; it is a slave',
    },
    {
      what: 'evicting',
      run: () => runServer('--maxmemory-policy', 'allkeys-lru'),
      expected: 'expected maxmemory-policy noeviction; it has allkeys-lru',
    },
    {
      what: 'not empty',
      run: runServerWithKey,
      expected: 'expected an empty database; it has 1 key (--namespace',
    },
    {
      what: 'a node of a cluster',
      run: () => runServer('--cluster-enabled', 'yes', '--dir', folder),
      expected: 'expected a single server',
    },
  ])('refuses a server that is $what', async ({ run, expected }) => {
    const url = `redis://127.0.0.1:${await run()}`;

    const server = startRedis({ name: 'shared', url });

    await expect(server).rejects.toThrow(BadInputError);
    await expect(server).rejects.toThrow(`--redis: ${url}, expected`);
    await expect(server).rejects.toThrow(expected);
  });

  it.each([
    { what: 'is too old', run: runOldServer, expected: 'is Redis 6.2.14, expected 7.0 or later' },
    { what: 'is not there', run: findFreePort, expected: 'expected a Redis that answers' },
  ])('says what is missing where the server $what', async ({ run, expected }) => {
    const url = `redis://127.0.0.1:${await run()}`;

    const server = startRedis({ name: 'shared', url, urlField: 'REDIS_URL' });

    await expect(server).rejects.toThrow(MissingToolError);
    await expect(server).rejects.toThrow(`REDIS_URL: ${url}`);
    await expect(server).rejects.toThrow(expected);
  });

  it('refuses a user that may not ask, and never shows the password', async () => {
    const port = await runServer('--user', 'weak', 'on', '>hush', '+ping', '~*');

    const server = startRedis({ name: 'shared', url: `redis://weak:hush@127.0.0.1:${port}` });

    await expect(server).rejects.toThrow(
      'a user that may run PING, INFO and DBSIZE, and our scripts',
    );
    await expect(server).rejects.toThrow(`redis://weak:***@127.0.0.1:${port}`);
    await expect(server).rejects.not.toThrow('hush');
  });

  it('attaches to another database of it, and looks for keys there', async () => {
    const url = `redis://127.0.0.1:${await runServerWithKey()}/1`;

    const server = await startRedis({ name: 'shared', url });

    expect(server.facts).toMatchObject({ keyCount: 0, appendOnly: false, save: '' });
  });

  it('refuses a database that the server does not have', async () => {
    const url = `redis://127.0.0.1:${await runServer('--databases', '2')}/2`;

    const server = startRedis({ name: 'shared', url });

    await expect(server).rejects.toThrow(BadInputError);
    await expect(server).rejects.toThrow(`--redis: ${url}, expected a database that the server`);
  });

  it('takes a server that keeps its configuration to itself', async () => {
    const user = ['--user', 'hosted', 'on', '>hush', '+@all', '-config', '~*'];
    const port = await runServer(...user);

    const { facts } = await startRedis({
      name: 'shared',
      url: `redis://hosted:hush@127.0.0.1:${port}`,
    });

    expect(facts.save).toBeNull();
    expect(facts.runId).toMatch(/^[0-9a-f]{40}$/);
  });

  it('tolerates keys of others where ours are kept apart', async () => {
    const url = `redis://127.0.0.1:${await runServerWithKey()}`;

    const server = await startRedis({ name: 'shared', url, allowNonEmpty: true });

    expect(server.source).toBe('attached');
  });

  it.each([
    ['127.0.0.1:6379', 'expected redis://'],
    ['http://127.0.0.1', 'expected redis://'],
    ['', '(empty), expected redis://'],
    ['redis://cache.example.com', 'expected a server on this machine; use --allow-remote cache'],
    ['redis://127.0.0.1.example.com', 'expected a server on this machine'],
  ])('refuses the URL %j before it connects', async (url, expected) => {
    const server = startRedis({ name: 'shared', url });

    await expect(server).rejects.toThrow(BadInputError);
    await expect(server).rejects.toThrow(expected);
  });
});

describe('startRedis without a URL', () => {
  it('starts two servers that keep nothing, evict nothing and end when stopped', async () => {
    const both = await Promise.all([
      startRedis({ name: 'shared' }),
      startRedis({ name: 'placebo' }),
    ]);
    const [shared, placebo] = both;
    const client = new Redis(shared.url);
    const config = await client.config('GET', 'maxmemory-policy', 'save', 'appendonly', 'bind');
    client.disconnect();
    await Promise.all(both.map((server) => server.stop()));

    expect(shared.url).not.toBe(placebo.url);
    expect(shared).toMatchObject({ source: 'embedded' });
    expect(asPairs(config)).toEqual({
      'maxmemory-policy': 'noeviction',
      save: '',
      appendonly: 'no',
      bind: '127.0.0.1',
    });
    for (const server of both) expect(isRunning(server.pid ?? 0)).toBe(false);
  });

  it.each([
    ['exits', 'process.exit(3)'],
    ['is killed', 'process.kill(process.pid, "SIGKILL")'],
    ['is killed with its group', 'process.kill(-process.pid, "SIGKILL")'],
  ])('ends its server where this process %s', async (_how, end) => {
    const program = `
      import { writeSync } from 'node:fs';
      import { startRedis } from ${JSON.stringify(new URL('redis.ts', import.meta.url).href)};
      const server = await startRedis({ name: 'shared' });
      writeSync(1, String(server.pid));
      ${end};
    `;
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const parent = spawn(
      process.execPath,
      ['--import', tsx, '--input-type=module', '--eval', program],
      { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
    );
    let said = '';
    for await (const text of parent.stdout) said += text;

    expect(Number(said)).toBeGreaterThan(1);
    await vi.waitFor(() => expect(isRunning(Number(said))).toBe(false), {
      timeout: 10_000,
      interval: 100,
    });
  });
});

function asPairs(reply: unknown): Record<string, string> {
  const words = reply as string[];
  return Object.fromEntries(
    words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1] ?? '']] : [])),
  );
}
