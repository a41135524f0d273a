import { join } from 'node:path';
import { Redis } from 'ioredis';
import { MissingToolError } from '../../results/output/operating-errors.ts';
import { findCacheFolder } from './cache-folder.ts';
import { findOnPath } from './find-on-path.ts';
import {
  isNewEnough,
  REDIS_VERSION_LEAST,
  type RedisFacts,
  readRedisFacts,
} from './redis-facts.ts';
import type { RedisOptions, RedisServer } from './redis-server.ts';
import { runCommand } from './run-command.ts';
import { watchOver } from './watchdog.ts';

const REMEDIES = [
  'install Redis 7 or later: apt install redis-server, brew install redis, or your own way',
  'or name a running one: --redis redis://127.0.0.1:6379 (or REDIS_URL)',
];
const VERSION_TIMEOUT_MS = 5_000;
/** Where Redis must be compiled first: a slow machine and a slow network. */
const START_TIMEOUT_MS = 10 * 60_000;

type MemoryServer = import('redis-memory-server').RedisMemoryServer;

/**
 * Starts a Redis of our own through redis-memory-server. It ends with this process, even where that
 * is killed. No persistence, no eviction, loopback only.
 */
export async function embedRedis(options: RedisOptions): Promise<RedisServer> {
  const env = options.env ?? process.env;
  const onProgress = options.onProgress ?? (() => {});
  const makeServer = await importMemoryServer();
  const systemBinary = await findSystemRedis(env, onProgress);
  if (systemBinary === undefined) {
    onProgress(`${options.name} redis: compiling one, once: usually a few minutes`);
  }

  const server = makeServer({
    autoStart: false,
    instance: { ip: '127.0.0.1', args: ['--maxmemory-policy', 'noeviction'] },
    binary: {
      downloadDir: join(findCacheFolder(env), 'redis'),
      ...(systemBinary === undefined ? {} : { systemBinary }),
    },
    // Ctrl-C reaches the whole process group; the runner decides when its server ends.
    spawn: { detached: process.platform !== 'win32' },
  });
  const pid = await startServer(server);
  const forgetExitHook = killAtExit(server, pid);
  const forgetWatch = watchOver(pid);
  const stop = async () => {
    forgetExitHook();
    await server.stop();
    forgetWatch();
  };

  try {
    const url = `redis://127.0.0.1:${await server.getPort()}`;
    const facts = await checkStarted(url, pid);
    onProgress(`${options.name} redis: ${facts.version} on port ${new URL(url).port}`);
    return { url, version: facts.version, facts, source: 'embedded', pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type MakeServer = (
  options: ConstructorParameters<typeof import('redis-memory-server').RedisMemoryServer>[0],
) => MemoryServer;

async function importMemoryServer(): Promise<MakeServer> {
  try {
    const { RedisMemoryServer } = await import('redis-memory-server');
    return (options) => new RedisMemoryServer(options);
  } catch (error) {
    throw new MissingToolError({
      tool: 'redis',
      // What Node says of it goes on with the path of this file.
      message: `redis-memory-server, which starts a Redis here, is not installed (${describe(error).split(' imported from')[0]})`,
      remedies: [
        'REDISMS_DISABLE_POSTINSTALL=1 npm install redis-memory-server',
        ...REMEDIES.slice(1),
      ],
    });
  }
}

/** The absolute path of a `redis-server` on PATH that is new enough, or undefined. */
export async function findSystemRedis(
  env: NodeJS.ProcessEnv,
  onProgress: (line: string) => void = () => {},
): Promise<string | undefined> {
  const path = findOnPath('redis-server', env);
  if (path === undefined) return undefined;

  const version = await readBinaryVersion(path, env);
  if (version !== undefined && isNewEnough(version)) return path;
  const found = version ?? 'of an unknown version';
  onProgress(`${path} is ${found}: passed over, ${REDIS_VERSION_LEAST} or later is needed`);
  return undefined;
}

/** The version of a `redis-server` binary, or undefined where it does not say. */
export async function readBinaryVersion(
  path: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const asked = await runCommand(path, ['--version'], { timeoutMs: VERSION_TIMEOUT_MS, env });
  return /v=(\d+\.\d+\.\d+)/.exec(asked.stdout)?.[1];
}

async function startServer(server: MemoryServer): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, START_TIMEOUT_MS, new Error('it took too long'));
  });
  try {
    await Promise.race([server.start(), timeout]);
    const info = server.getInstanceInfo();
    const pid = info ? info.instance.getPid() : undefined;
    if (pid === undefined) throw new Error('it has no process id');
    return pid;
  } catch (error) {
    throw new MissingToolError({
      tool: 'redis',
      message: `an embedded Redis could not be started: ${describe(error)}`,
      remedies: REMEDIES,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the server also where this process exits without stopping it; returns how to forget it. */
function killAtExit(server: MemoryServer, pid: number): () => void {
  const info = server.getInstanceInfo();
  const child = info ? info.instance.childProcess : undefined;
  const kill = () => {
    // A process that already ended may have passed its id on to another.
    if (child?.exitCode === null && child.signalCode === null) process.kill(pid, 'SIGTERM');
  };
  process.once('exit', kill);
  return () => process.removeListener('exit', kill);
}

/** Asks the server itself: another process may have taken the port in between. */
async function checkStarted(url: string, pid: number): Promise<RedisFacts> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null });
  client.on('error', () => {});
  try {
    await client.connect();
    const facts = await readRedisFacts(client);
    if (facts.pid === pid && isNewEnough(facts.version)) return facts;
    throw new Error(`found Redis ${facts.version} with process id ${facts.pid}, not ${pid}`);
  } catch (error) {
    throw new MissingToolError({
      tool: 'redis',
      message: `the embedded Redis at ${url} is not usable: ${describe(error)}`,
      remedies: REMEDIES,
    });
  } finally {
    client.disconnect();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
