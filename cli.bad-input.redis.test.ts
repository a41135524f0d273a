import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from './cli.ts';
import { catchOutput } from './results/output/catch-output.fixture.ts';

/*
 * What a user can get wrong: one clear message for each problem, the right exit code, no stack trace,
 * nothing left running, and nothing of the user's changed.
 */
const BAD_INPUT = 64;
/** A name of 255 bytes is the longest that file systems take. */
const TOO_LONG = 'x'.repeat(256);
const MISSING = 69;

let folder: string;
const started: ChildProcess[] = [];
const listening: Server[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-bad-input-'));
  writeFileSync(join(folder, 'file'), 'not a folder');
  writeFileSync(join(folder, 'not-k6'), '#!/bin/sh\necho this is no k6\n', { mode: 0o755 });
  writeFileSync(join(folder, 'text.json'), 'not JSON');
  writeFileSync(join(folder, 'other.json'), '{"kind":"something else"}');
});
beforeEach(() => {
  vi.stubEnv('REDIS_URL', '');
  vi.stubEnv('K6_BIN', '');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  for (const server of listening) server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command line in this process, and catches what it writes. */
async function run(args: readonly string[]) {
  const caught = catchOutput();
  const exitCode = await runCommandLine(args);
  vi.restoreAllMocks();
  return { exitCode, ...caught };
}

/** Messages behind what says how far a run is, and what may be done about it. */
function problemsIn(stderr: string): string[] {
  return stderr.split('\n').filter((line) => /^(partywall|error): /.test(line));
}

function listChildren(): string[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', `${process.pid}`], {
    encoding: 'utf8',
  });
  const ours = new Set(started.map(({ pid }) => pid));
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '' && !ours.has(Number.parseInt(line, 10)))
    .filter((line) => !/ ps |esbuild/.test(line));
}

async function expectRefusal(
  args: readonly string[],
  exitCode: number,
  problems: readonly string[],
): Promise<void> {
  const ran = await run(args);

  expect(ran).toMatchObject({ exitCode, stdout: '' });
  const told = problemsIn(ran.stderr);
  expect(told).toHaveLength(problems.length);
  problems.forEach((problem, i) => {
    expect(told[i]).toContain(problem);
  });
  expect(ran.stderr).not.toMatch(/^\s+at .*:\d+|internal error|undefined|\[object|hush/m);
  await vi.waitFor(() => expect(listChildren()).toEqual([]));
}

describe('wrong flags', () => {
  it.each([
    [['--rounds', 'many'], ['--rounds: many, expected an integer 1..200, or auto']],
    [['--rounds', '0'], ['--rounds: 0, expected']],
    [['--rounds', ''], ['--rounds: (empty), expected']],
    [['--window', '0'], ['--window: 0, expected seconds 0.5..600']],
    [['--guard', 'x'], ['--guard: x, expected seconds']],
    [['--neighbours', '501'], ['--neighbours: 501, expected an integer 1..500']],
    [['--neighbour-rate', '0'], ['--neighbour-rate: 0, expected requests per second']],
    [['--hot-rate', '-5'], ['--hot-rate: -5, expected requests per second']],
    [['--hot-rate', 'Infinity'], ['--hot-rate: Infinity, expected']],
    [['--max-rise', '0'], ['--max-rise: 0, expected per cent']],
    [['--max-duration', '5'], ['--max-duration: 5, expected seconds 12..86400']],
    [['--max-duration', '60'], ['--max-duration: 60, expected at least 164 seconds']],
    [['--seed', '1.5'], ['--seed: 1.5, expected an integer']],
    [['--without', 'gravity'], ['--without: gravity, expected a comma-separated list']],
    [['--with', 'everything'], ['--with: everything, expected']],
    [['--gate', 'p95'], ['--gate: p95, expected']],
    [['--namespace', 'a b'], ['--namespace: a b, expected up to 64']],
    [['--namespace', 'cache'], ['--namespace: cache, expected']],
    [['--backend-workers', '0'], ['--backend-workers: 0, expected']],
    [['--backend-ms', '0'], ['--backend-ms: 0, expected']],
    [['--placebo-redis', 'redis://127.0.0.1:1'], ['--placebo-redis: given alone, expected']],
    [['--rediss=redis://:hush@host'], ["unknown option '--rediss=redis://***@host'"]],
    [['--neighbors', '3'], ["unknown option '--neighbors'"]],
    [['--rounds'], ["option '--rounds <n|auto>' argument missing"]],
    [
      ['--rounds', 'many', '--window', '0', '--gate', 'p1', '--max-duration', '1'],
      ['--rounds: many', '--window: 0', '--gate: p1', '--max-duration: 1'],
    ],
    [
      ['--redis', 'cache:6379', '--placebo-redis', 'redis://a.example', '--rounds', 'many'],
      ['--rounds: many', '--redis: cache:6379, expected redis://', '--placebo-redis: redis://a.e'],
    ],
  ])('%j', async (flags, problems) => {
    await expectRefusal(['run', 'spike', ...flags], BAD_INPUT, problems);
  });
});

describe('a config', () => {
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('with several problems tells all of them, beside those of the flags', async () => {
    const file = write(
      'bad.config.mjs',
      `export default { bench: {}, spike: {
        rounds: 'many', window: 0, neighbors: 3, quick: 'yes', gate: ['p95'], seed: {},
        redis: 'redis://:hush@cache.example.com', hotRate: -1,
      } };`,
    );
    const args = ['run', 'spike', '--plan', '--config', file, '--hot-rate', '0'];

    await expectRefusal(args, BAD_INPUT, [
      `${file} bench: given, expected spike only`,
      `${file} spike.neighbors: 3, expected one of html,`,
      `${file} spike.quick: yes, expected true or false`,
      `${file} spike.seed: {}, expected text, a number, or a list of them`,
      `${file} spike.rounds: many, expected an integer 1..200, or auto`,
      `${file} spike.window: 0, expected seconds`,
      '--hot-rate: 0, expected requests per second',
      `${file} spike.gate: p95, expected a comma-separated list`,
      `${file} spike.redis: redis://***@cache.example.com, expected a server on this machine`,
    ]);
  });

  it.each([
    ['none.ts', undefined, 'not a file, expected a module that exports { spike: { ... } }'],
    ['text.json', 'not JSON', '.json, expected a module: .ts'],
    ['empty.mjs', '', 'no default export, expected export default, { spike'],
    ['list.mjs', 'export default [];', '[], expected { spike: { ... } }'],
    ['flat.mjs', 'export default { spike: 3 };', '{"spike":3}, expected { spike: { ... } }'],
    ['broken.mjs', 'throw new Error("hush")', 'cannot be loaded, Error'],
    ['broken.ts', 'export default {{', 'does not compile, broken.ts:1: '],
  ])('that is none is refused: %s', async (name, text, problem) => {
    const file = text === undefined ? join(folder, name) : write(name, text.replace('hush', 'no'));

    await expectRefusal(['run', 'spike', '--config', file], BAD_INPUT, [problem]);
  });

  it('is what the command line does not say', async () => {
    const file = write(
      'good.config.ts',
      `const rate: number = 50;
      export default { spike: { neighbours: 7, neighbourRate: rate, hotRate: 900, plan: true } };`,
    );

    const { exitCode, stdout } = await run(['run', 'spike', '--config', file, '--hot-rate', '800']);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('7 neighbours, 50/s each: 350/s');
    expect(stdout).toContain('in the spike 800/s');
  });
});

describe('a URL that our clients would not all understand alike', () => {
  it.each([
    'hush@127.0.0.1:6379',
    '"redis://:hush@127.0.0.1:6379"',
    ' redis://:hush@127.0.0.1:6379',
    'redis://u:100%hush@127.0.0.1:6379',
    'redis://127.0.0.1:0',
    'redis://127.0.0.1:99999',
    'redis://127.0.0.1/main',
    'redis://127.0.0.1/0?host=cache.example.com',
    'redis://127.0.0.1:6379?password=hush',
    'redis://127.0.0.1/0#x',
    'unix:///run/%zz.sock',
    'unix:///run/redis.sock?host=cache.example.com',
    'sentinel://u:hush@127.0.0.1:99999/main',
    'sentinel://127.0.0.1/%zz',
  ])('%s', async (url) => {
    await expectRefusal(['run', 'spike', '--plan', '--redis', url], BAD_INPUT, [
      'expected redis://[user:password@]host[:port][/db], rediss:// with TLS',
    ]);
  });
});

describe('wrong commands and files', () => {
  it.each([
    [['frobnicate'], ["unknown command 'frobnicate'"]],
    [['run', 'nothing'], ["unknown command 'nothing'"]],
    [['run', 'spike', 'now'], ['too many arguments']],
    [
      ['run', 'breakpoint', '--at-least', 'ten', '--without', 'namespace', '--seed', 'x'],
      ['--at-least: ten, expected times', '--without: namespace, expected', '--seed: x, expected'],
    ],
    [
      ['run', 'breakpoint', '--neighbours', '1', '--neighbour-rate', '100'],
      ['--window: 1.2, expected at least 20 seconds for the P95 of 100 requests/s'],
    ],
    [['run', 'breakpoint', '--max-duration', '12'], ['--max-duration: 12, expected at least']],
    [
      ['run', 'breakpoint', '--at-least', '50', '--max-times', '20', '--protections', 'off'],
      [
        '--at-least: 50, expected 20 times or fewer, the most that --max-times lets it try',
        '--at-least: 50, expected --protections on or both',
      ],
    ],
    [['bench', '--namespace', ''], ['--namespace: (empty), expected 1 to 64']],
    [['release-check', '--into', ''], ['--into: (empty), expected a folder']],
    [['release-check', '--into', '<folder>/file'], ['--into: <folder>/file, expected a folder']],
    [
      ['history', 'add', 'run.json', '--file', `<folder>/${TOO_LONG}`],
      [`--file: <folder>/${TOO_LONG}, expected a file that can be written (ENAMETOOLONG`],
    ],
    [
      ['run', 'spike', '--json', '<folder>/out', '--html', '<folder>/./out'],
      ['--html: <folder>/./out, expected a file of its own'],
    ],
    [['run', 'controls', '--only', 'luck'], ['--only: luck, expected some of']],
    [['run', 'controls', '--repeat', '0'], ["option '--repeat <n>' argument '0' is invalid"]],
    [['run', 'spike', '--json', '<folder>'], ['--json: <folder>, expected a file']],
    [
      ['run', 'spike', '--json', '<folder>/file/r.json'],
      ['--json: <folder>/file/r.json, expected'],
    ],
    [['run', 'spike', '--json', '/dev/full'], ['--json: /dev/full, expected a file']],
    [
      ['run', 'spike', '--html', '<folder>/file/r.html'],
      ['--html: <folder>/file/r.html, expected'],
    ],
    [['run', 'spike', '--junit', '<folder>'], ['--junit: <folder>, expected a file']],
    [['run', 'spike', '--json', ''], ['--json: (empty), expected a file']],
    [
      ['run', 'spike', '--html', '<folder>', '--junit', '', '--markdown', '/dev/full'],
      ['--html: <folder>, expected', '--junit: (empty), expected', '--markdown: /dev/full, exp'],
    ],
    [['report', '<folder>/text.json', '--html', '-', '--junit', '-'], ['--junit: -, expected']],
    [['report', '<folder>/nothing.json'], ['nothing.json']],
    [['report', '<folder>/text.json'], ['text.json']],
    [['report', '<folder>/other.json'], ['other.json']],
    [['check', '<folder>/nothing.ts'], ['nothing.ts']],
    [['compare', '<folder>/text.json'], ['text.json']],
    [['doctor', '--json', '<folder>'], ['<folder>, expected a file']],
  ])('%j', async (args, problems) => {
    const placed = (text: string) => text.replace('<folder>', folder);

    await expectRefusal(args.map(placed), BAD_INPUT, problems.map(placed));
  });
});

describe('a server that cannot be used', () => {
  interface BadServer {
    readonly what: string;
    /** The URL, from a server that is put up for it where there is to be one. */
    readonly url: () => string | Promise<string>;
    readonly exitCode: number;
    readonly problem: string;
  }

  const local = (port: number) => `redis://127.0.0.1:${port}`;
  const servers: readonly BadServer[] = [
    {
      what: 'no URL',
      url: () => 'localhost:6379',
      exitCode: BAD_INPUT,
      problem: 'expected redis://[user:password@]host[:port]',
    },
    {
      what: 'a URL of something else',
      url: () => 'http://127.0.0.1',
      exitCode: BAD_INPUT,
      problem: 'expected redis://',
    },
    {
      what: 'a sentinel URL without a master',
      url: () => 'sentinel://127.0.0.1:26379',
      exitCode: BAD_INPUT,
      problem: 'expected redis://',
    },
    {
      what: 'on another machine',
      url: () => 'redis://cache.example.com',
      exitCode: BAD_INPUT,
      problem: 'use --allow-remote cache.example.com if you mean it',
    },
    {
      what: 'not there',
      url: async () => local(await findFreePort()),
      exitCode: MISSING,
      problem: 'expected a Redis that answers (connect ECONNREFUSED',
    },
    {
      what: 'a socket that is not there',
      url: () => `unix://${folder}/none.sock`,
      exitCode: MISSING,
      problem: 'expected a Redis that answers (connect ENOENT',
    },
    {
      what: 'no sentinel',
      url: async () => `sentinel://127.0.0.1:${await findFreePort()}/main`,
      exitCode: MISSING,
      problem: 'expected a sentinel that knows the master',
    },
    {
      what: 'no Redis',
      url: () => answerWith('HTTP/1.1 400 Bad Request\r\n\r\n'),
      exitCode: MISSING,
      problem: 'expected a Redis that answers',
    },
    {
      what: 'silent',
      url: () => answerWith(''),
      exitCode: MISSING,
      problem: 'expected a Redis that answers (Command timed out)',
    },
    {
      what: 'protected by a password',
      url: () => runServer('--requirepass', 'hush'),
      exitCode: BAD_INPUT,
      problem: 'with the right password (it said: NOAUTH',
    },
    {
      what: 'given a wrong password',
      url: async () => (await runServer('--requirepass', 'hush')).replace('//', '//default:mum@'),
      exitCode: BAD_INPUT,
      problem: 'default:***@',
    },
    {
      what: 'used by somebody who may do nothing',
      url: async () =>
        (await runServer('--user', 'weak', 'on', '>hush', '+ping')).replace('//', '//weak:hush@'),
      exitCode: BAD_INPUT,
      problem: 'a user that may run PING, INFO and DBSIZE',
    },
    {
      what: 'used by somebody who may only look',
      url: async () => {
        const rights = ['+@read', '+ping', '+info', '+dbsize', '~*'];
        const url = await runServer('--user', 'reader', 'on', '>hush', ...rights);
        return url.replace('//', '//reader:hush@');
      },
      exitCode: BAD_INPUT,
      problem: 'a user that may run PING, INFO and DBSIZE, and our scripts',
    },
    {
      what: 'a replica, which is read-only',
      url: async () => runServer('--replicaof', '127.0.0.1', `${await findFreePort()}`),
      exitCode: BAD_INPUT,
      problem: 'a master, which takes writes; it is a slave',
    },
    {
      what: 'evicting',
      url: () => runServer('--maxmemory-policy', 'allkeys-lru'),
      exitCode: BAD_INPUT,
      problem: 'expected maxmemory-policy noeviction; it has allkeys-lru',
    },
    {
      what: 'full',
      url: () => runServer('--maxmemory', '100kb'),
      exitCode: BAD_INPUT,
      problem: 'expected memory to write to; it uses',
    },
    {
      what: 'a node of a cluster',
      url: () => runServer('--cluster-enabled', 'yes', '--dir', folder),
      exitCode: BAD_INPUT,
      problem: 'expected a single server',
    },
    {
      what: 'not empty',
      url: runServerWithKey,
      exitCode: BAD_INPUT,
      problem: 'expected an empty database; it has 1 key (--namespace NAME keeps apart)',
    },
    {
      what: 'too old',
      url: () => answerAsOld(),
      exitCode: MISSING,
      problem: 'is Redis 6.2.14, expected 7.0 or later',
    },
  ];

  it.each(servers)('$what', { timeout: 60_000 }, async ({ url, exitCode, problem }) => {
    const args = ['run', 'spike', '--quick', '--quiet', '--redis', await url(), '--json', '-'];

    await expectRefusal(args, exitCode, [problem]);
  });

  it('is named as it was given: by REDIS_URL', async () => {
    const port = await findFreePort();
    vi.stubEnv('REDIS_URL', local(port));

    await expectRefusal(['run', 'spike', '--quiet', '--json', '-'], MISSING, [
      `REDIS_URL: ${local(port)}, expected a Redis that answers`,
    ]);
  });

  it('is the same one given twice: the placebo must not be shared', async () => {
    const url = await runServer();
    const both = ['--redis', url, '--placebo-redis', url];

    await expectRefusal(['run', 'spike', ...both, '--quiet', '--json', '-'], BAD_INPUT, [
      '--placebo-redis',
    ]);
    expect(await keysOf(url)).toEqual([]);
  });

  it('keeps its keys where it is refused', async () => {
    const url = await runServerWithKey();

    await run(['run', 'spike', '--quiet', '--redis', url, '--json', '-']);
    await run(['run', 'spike', '--quiet', '--redis', url, '--clean-up', '--json', '-']);

    expect(await keysOf(url)).toEqual(['theirs']);
  });
});

describe('a k6 that cannot be used', () => {
  it.each([
    ['is not there', 'none', 'K6_BIN'],
    ['is something else', 'not-k6', 'K6_BIN'],
    ['may not be executed', 'file', 'K6_BIN'],
  ])('%s', { timeout: 60_000 }, async (_what, name, problem) => {
    vi.stubEnv('K6_BIN', join(folder, name));

    await expectRefusal(['run', 'spike', '--quiet', '--json', '-'], MISSING, [problem]);
  });
});

describe('a k6 without the extension', () => {
  it('is told from one that has it, and what else was tried', { timeout: 60_000 }, async () => {
    const k6 = join(folder, 'plain-k6');
    writeFileSync(k6, '#!/bin/sh\n[ "$1" = version ] && echo k6 v1.8.1 && exit 0\nexit 107\n', {
      mode: 0o755,
    });
    vi.stubEnv('K6_BIN', k6);

    await expectRefusal(['run', 'spike', '--quiet', '--json', '-'], MISSING, ['k6/x/redis']);
  });
});

describe('a socket, with a k6 that has k6/x/redis only', () => {
  it('is refused, since that k6 reaches none', { timeout: 60_000 }, async () => {
    const socket = join(folder, 'redis.sock');
    await runServer('--unixsocket', socket);
    const k6 = join(folder, 'k6-without-module');
    writeFileSync(
      k6,
      '#!/bin/sh\n[ "$1" = version ] && echo k6 v1.8.1\ngrep -q k6/x/partywall "$2" && exit 107\nexit 0\n',
      { mode: 0o755 },
    );
    vi.stubEnv('K6_BIN', k6);

    const args = ['run', 'spike', '--quiet', '--redis', `unix://${socket}`, '--json', '-'];

    await expectRefusal(args, BAD_INPUT, [`--redis: unix://${socket}, expected redis://host:port`]);
  });
});

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function runServer(...args: string[]): Promise<string> {
  const port = await findFreePort();
  const basics = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', [...basics, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(server);
  for await (const text of server.stdout) {
    if (`${text}`.includes('Ready to accept')) return `redis://127.0.0.1:${port}`;
  }
  throw new Error(`redis-server ${args.join(' ')} did not start`);
}

async function runServerWithKey(): Promise<string> {
  const url = await runServer();
  const client = new Redis(url);
  await client.set('theirs', 'value');
  client.disconnect();
  return url;
}

async function keysOf(url: string): Promise<string[]> {
  const client = new Redis(url);
  const keys = await client.keys('*');
  client.disconnect();
  return keys;
}

/** A server that answers everything with the same text, or not at all. */
async function answerWith(reply: string): Promise<string> {
  return listen((socket) => {
    socket.on('data', () => socket.write(reply));
  });
}

/** A server that speaks just enough of the protocol to claim to be an old Redis. */
function answerAsOld(): Promise<string> {
  const info = 'redis_version:6.2.14\r\nprocess_id:1\r\nrole:master\r\n';
  const replies: Record<string, string> = {
    ping: '+PONG\r\n',
    info: `$${info.length}\r\n${info}\r\n`,
    dbsize: ':0\r\n',
  };
  return listen((socket) => {
    socket.on('data', (data) => {
      for (const [, command = ''] of `${data}`.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        socket.write(replies[command.toLowerCase()] ?? '-ERR unknown command\r\n');
      }
    });
  });
}

async function listen(serve: (socket: import('node:net').Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    serve(socket);
  }).listen(0, '127.0.0.1');
  listening.push(server);
  server.unref();
  await once(server, 'listening');
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
