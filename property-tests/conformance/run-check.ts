import { randomBytes, randomInt } from 'node:crypto';
import { Redis } from 'ioredis';
import { showReport } from '../../results/beside-outputs.ts';
import { counted } from '../../results/counted.ts';
import { EXIT_INTERRUPTED } from '../../results/output/exit-codes.ts';
import { watchInterruption } from '../../results/output/interruption.ts';
import { BadInputError, MissingToolError } from '../../results/output/operating-errors.ts';
import type { Progress } from '../../results/output/progress.ts';
import { prepareOutputs } from '../../results/output/record-file.ts';
import { showProgress } from '../../results/output/show-progress.ts';
import { tryAll } from '../../results/output/try-all.ts';
import { writeJson, writeText } from '../../results/output/write-json.ts';
import type { Host } from '../../results/schema.ts';
import type { Adapter } from './adapter.ts';
import { type CheckResult, checkAdapter } from './check-adapter.ts';
import { type CheckFlags, parseAmounts } from './check-flags.ts';
import { renderCheckPage } from './check-page.ts';
import { type CheckRecord, makeCheckRecord } from './check-record.ts';
import { exitCodeOfCheck } from './judge-check.ts';
import { loadAdapter } from './load-adapter.ts';
import { renderCheck } from './render-check.ts';
import { renderJunit } from './render-junit.ts';
import { type CheckRequest, drawsIds, spellReplay } from './spell-replay.ts';
import { catchStrayErrors } from './stray-errors.ts';
import { watchThread } from './watch-thread.ts';

/** What the command needs of the other instruments; `cli.ts` hands it over. */
export interface CheckPorts {
  /** Gives an embedded server, or the one at `url` after a look at whether it may be used. */
  readonly startRedis: (options: RedisRequest) => Promise<CheckServer>;
  readonly readHost: (tools: Readonly<Record<string, string>>) => Host;
  readonly readGitRevision: () => Promise<string | null>;
}

export interface RedisRequest {
  readonly name: string;
  readonly url?: string;
  readonly urlField?: string;
  readonly allowRemote?: readonly string[];
  readonly allowNonEmpty?: boolean;
  readonly onProgress?: (line: string) => void;
}

export interface CheckServer {
  readonly url: string;
  readonly version: string;
  readonly source: 'embedded' | 'attached';
  stop(): Promise<void>;
}

/** `partywall check`: loads the adapter, provides a server, checks, writes, shows; the exit code. */
export async function runCheck(
  file: string | undefined,
  flags: CheckFlags,
  ports: CheckPorts,
): Promise<number> {
  const amounts = parseAmounts(flags, () => randomInt(2 ** 32));
  await prepareOutputs(flags, { taken: file === undefined ? [] : [file] });
  const quiet = flags.quiet ?? false;
  const progress = showProgress({
    stream: process.stderr,
    quiet,
    nowMs: () => performance.now(),
  });
  const stray = catchStrayErrors();
  const exitNow = () => {
    stray.forget();
    process.exit(EXIT_INTERRUPTED);
  };
  const { signal, forget } = watchInterruption(progress.say, exitNow);
  const thread = watchThread();
  try {
    const adapters = file === undefined ? ownAdapters() : loadAdapter(file).then((one) => [one]);
    const redisUrl = flags.redis ?? (process.env['REDIS_URL'] || undefined);
    const run = { file, flags, amounts, redisUrl, ports, progress, signal };
    const checking = adapters.then((loaded) => checkAll(loaded, run));
    const record = await Promise.race([checking, stray.thrown, thread.blocked]);
    await publish(record, flags);
    return exitCodeOfCheck(record.verdict);
  } catch (error) {
    // Ctrl-C reaches what is only just starting, too: that is no fault of anybody.
    if (signal.aborted && error instanceof MissingToolError) return EXIT_INTERRUPTED;
    throw error;
  } finally {
    stray.forget();
    thread.forget();
    progress.finish();
    forget();
  }
}

async function ownAdapters(): Promise<Adapter[]> {
  // Loaded where needed: other adapters are checked also where the core was not built yet.
  const own = await Promise.all([
    import('../adapters/own-memory.ts'),
    import('../adapters/own-redis.ts'),
  ]);
  return own.map((module) => module.default);
}

interface Run extends CheckRequest {
  readonly ports: CheckPorts;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function checkAll(adapters: readonly Adapter[], run: Run): Promise<CheckRecord> {
  const { flags, amounts, ports, progress, signal } = run;
  const startedAt = new Date().toISOString();
  const server = await provideRedis(run);
  try {
    if (server.source === 'attached' && !flags.allowNonEmpty) await refuseKeys(server.url, flags);
    const results: CheckResult[] = [];
    for (const adapter of adapters) {
      progress.say(`checking ${adapter.name}, seed ${amounts.seed}`);
      results.push(
        await checkAdapter(adapter, {
          redisUrl: server.url,
          isOwnServer: server.source === 'embedded',
          seed: amounts.seed,
          tries: amounts.tries,
          durationMs: amounts.minutes * 60_000,
          showValues: flags.showValues ?? false,
          nonce: makeNonce(run),
          nowMs: () => performance.now(),
          signal,
          onProgress: tellEverySoOften(progress),
        }),
      );
    }
    const facts = {
      startedAt,
      seed: amounts.seed,
      options: { adapter: run.file ?? null, tries: amounts.tries, minutes: amounts.minutes },
      host: ports.readHost({ redis: server.version }),
      gitRevision: await ports.readGitRevision(),
      replay: spellReplay(run),
    };
    return makeCheckRecord(facts, results);
  } finally {
    await server.stop();
  }
}

function provideRedis({ flags, redisUrl, ports, progress }: Run): Promise<CheckServer> {
  return ports.startRedis({
    name: 'check',
    allowNonEmpty: true,
    onProgress: progress.say,
    ...(redisUrl === undefined ? {} : { url: redisUrl, urlField: urlFieldOf(flags) }),
    ...(flags.allowRemote === undefined ? {} : { allowRemote: flags.allowRemote.split(',') }),
  });
}

function urlFieldOf({ redis }: CheckFlags): string {
  return redis === undefined ? 'REDIS_URL' : '--redis';
}

function makeNonce(run: Run): string {
  const { seed } = run.amounts;
  const digits = drawsIds(run) ? randomBytes(4).toString('hex') : seed.toString(16);
  return `p${digits.padStart(8, '0')}w`;
}

/** A named server must be empty, unless the user says otherwise; nothing there is ever touched. */
async function refuseKeys(url: string, flags: CheckFlags): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    const keyCount = await client.dbsize();
    if (keyCount === 0) return;
    const value = `a database with ${counted(keyCount, 'key')}`;
    const expected =
      'an empty one; --allow-non-empty if the cache under test may be trusted to keep to its own';
    throw new BadInputError([{ field: urlFieldOf(flags), value, expected }]);
  } finally {
    client.disconnect();
  }
}

/** One line or one move of the bar a step of the schedule: the aspects of a step are quick. */
function tellEverySoOften(progress: Progress) {
  let toldOf = -1;
  return (done: number, total: number, doing: string) => {
    if (done === toldOf || done % 10 !== 0) return;
    toldOf = done;
    progress.advance(done, total, doing);
  };
}

async function publish(record: CheckRecord, flags: CheckFlags): Promise<void> {
  const { json, junit, html, quiet } = flags;
  await showReport((colors) => renderCheck(record, colors), flags, quiet);
  await tryAll([
    async () => {
      if (json !== undefined) await writeJson(json, record);
    },
    async () => {
      if (junit !== undefined) await writeText(junit, renderJunit(record), '--junit');
    },
    async () => {
      if (html !== undefined) await writeText(html, renderCheckPage(record), '--html');
    },
  ]);
}
