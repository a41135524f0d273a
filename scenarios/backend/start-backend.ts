import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { watchOver } from '../provision/watchdog.ts';
import type { BackendSettings, BackendToRunner, RunnerToBackend } from './backend-messages.ts';
import { SERVICE_TIMES, type ServiceTime } from './service-time.ts';
import type { PoolStats } from './worker-pool.ts';

export interface BackendOptions {
  /** Loads served at the same time. */
  readonly workers: number;
  /** Mean time that one load keeps a worker busy. */
  readonly serviceMs: number;
  /** Loads that may wait; one more is answered 503. */
  readonly queueMax: number;
  /** Default: constant. */
  readonly serviceTime?: ServiceTime;
  /** Seed of the service times; default 1. */
  readonly seed?: number;
}

/** A running back-end stand-in. Stop it in every path: it also ends when this process does. */
export interface Backend {
  /** `http://127.0.0.1:<port>`; ask `/load?tenant=..&key=..&bytes=..`. */
  readonly url: string;
  readonly pid: number;
  /** Counts since the start; see `busyShareBetween`. */
  readStats(): Promise<PoolStats>;
  /** Changes the mean service time of the loads that start from now on. */
  setServiceMs(serviceMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** The back-end process did not start, did not answer, or ended by itself. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}

const START_TIMEOUT_MS = 20_000;
const REPLY_TIMEOUT_MS = 5_000;
const STOP_TIMEOUT_MS = 2_000;
const STDERR_KEPT_CHARS = 2_000;

/**
 * Starts the stand-in of the shared back-end behind the cache in a process of its own.
 * @throws RangeError where an option is out of its range; BackendError where it does not start.
 */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const settings = checkOptions(options);
  const child = spawnBackend(settings);
  const readStderr = keepStderr(child);
  const port = await waitForPort(child, readStderr);
  const ask = makeAsker(child, readStderr);

  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    readStats: () => ask({ ask: 'stats' }),
    setServiceMs: async (serviceMs) => {
      checkRange('serviceMs', serviceMs, 0.1, 60_000);
      await ask({ ask: 'set-service-ms', serviceMs });
    },
    stop: () => stopChild(child),
  };
}

function checkOptions(options: BackendOptions): BackendSettings {
  const settings = { serviceTime: 'constant' as const, seed: 1, ...options };
  checkRange('workers', settings.workers, 1, 10_000, Number.isInteger);
  checkRange('serviceMs', settings.serviceMs, 0.1, 60_000);
  checkRange('queueMax', settings.queueMax, 0, 1_000_000, Number.isInteger);
  checkRange('seed', settings.seed, -(2 ** 31), 2 ** 32 - 1, Number.isInteger);
  if (!SERVICE_TIMES.includes(settings.serviceTime)) {
    throw new RangeError(
      `serviceTime: ${settings.serviceTime}, expected one of ${SERVICE_TIMES.join(', ')}`,
    );
  }
  return settings;
}

function checkRange(
  field: string,
  value: number,
  least: number,
  most: number,
  isKind: (value: number) => boolean = Number.isFinite,
): void {
  if (isKind(value) && value >= least && value <= most) return;
  const kind = isKind === Number.isInteger ? 'an integer' : 'a number';
  throw new RangeError(`${field}: ${value}, expected ${kind} ${least}..${most}`);
}

function spawnBackend(settings: BackendSettings): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const program = new URL(isSource ? 'backend-process.ts' : 'backend-process.js', import.meta.url);
  const loader = isSource ? ['--import', findTsx()] : [];
  const args = [...loader, fileURLToPath(program), JSON.stringify(settings)];

  // Ctrl-C reaches the whole process group; the runner decides when its back-end ends. It cannot
  // outlive the runner all the same: it ends when the channel between them closes.
  const detached = process.platform !== 'win32';
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached,
  });
  child.once('exit', watchOver(child.pid ?? 0));
  return child;
}

function findTsx(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}

function keepStderr(child: ChildProcess): () => string {
  let kept = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    kept = (kept + text).slice(-STDERR_KEPT_CHARS);
  });
  return () => kept.trim();
}

async function waitForPort(child: ChildProcess, readStderr: () => string): Promise<number> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), START_TIMEOUT_MS);
  child.once('exit', () => giveUp.abort());
  child.once('error', () => giveUp.abort());

  try {
    const [message] = (await once(child, 'message', { signal: giveUp.signal })) as [
      BackendToRunner,
    ];
    if (message.event === 'listening') return message.port;
    throw new BackendError(`the back-end cannot listen: ${JSON.stringify(message)}`);
  } catch (error) {
    child.kill('SIGKILL');
    if (error instanceof BackendError) throw error;
    const seconds = START_TIMEOUT_MS / 1000;
    throw new BackendError(
      `the back-end process did not start within ${seconds} s: ${readStderr() || String(error)}`,
    );
  } finally {
    clearTimeout(timer);
  }
}

type Question = { ask: 'stats' } | { ask: 'set-service-ms'; serviceMs: number };

/** Replies are matched by id; a process that ended or is silent rejects every open question. */
function makeAsker(child: ChildProcess, readStderr: () => string) {
  const open = new Map<number, (reply: PoolStats | BackendError) => void>();
  let lastId = 0;

  child.on('message', (message: BackendToRunner) => {
    if (message.event === 'reply') open.get(message.id)?.(message.stats);
  });
  child.on('exit', (code, signal) => {
    const how = `code ${code}, signal ${signal}`;
    for (const settle of open.values()) {
      settle(new BackendError(`the back-end process ended (${how}): ${readStderr()}`));
    }
  });

  return (question: Question): Promise<PoolStats> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      const timer = setTimeout(() => {
        settle(new BackendError(`the back-end did not answer within ${REPLY_TIMEOUT_MS} ms`));
      }, REPLY_TIMEOUT_MS);

      function settle(reply: PoolStats | BackendError): void {
        clearTimeout(timer);
        open.delete(id);
        if (reply instanceof BackendError) reject(reply);
        else resolve(reply);
      }

      open.set(id, settle);
      const message: RunnerToBackend = { ...question, id };
      if (child.connected) child.send(message);
      else settle(new BackendError('the back-end process has ended'));
    });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  if (child.connected) child.disconnect();
  else child.kill('SIGTERM');
  await exited;
  clearTimeout(timer);
}
