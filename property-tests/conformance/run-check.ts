import { randomBytes, randomInt } from 'node:crypto';
import { Redis } from 'ioredis';
import { counted } from '../../results/counted.ts';
import { EXIT_INTERRUPTED } from '../../results/output/exit-codes.ts';
import { watchInterruption } from '../../results/output/interruption.ts';
import { BadInputError } from '../../results/output/operating-errors.ts';
import type { Progress } from '../../results/output/progress.ts';
import { prepareOutputs } from '../../results/output/record-file.ts';
import { showProgress } from '../../results/output/show-progress.ts';
import { writeJson, writeText, writeToStdout } from '../../results/output/write-json.ts';
import { colorsFor } from '../../results/report.ts';
import type { Host } from '../../results/schema.ts';
import type { Adapter } from './adapter.ts';
import { type CheckResult, checkAdapter } from './check-adapter.ts';
import { type CheckAmounts, type CheckFlags, parseAmounts } from './check-flags.ts';
import { renderCheckPage } from './check-page.ts';
import { type CheckRecord, makeCheckRecord } from './check-record.ts';
import { exitCodeOfCheck } from './judge-check.ts';
import { loadAdapter } from './load-adapter.ts';
import { renderCheck } from './render-check.ts';
import { renderJunit } from './render-junit.ts';
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
  await prepareOutputs(flags);
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
    const run = { file, flags, amounts, ports, progress, signal };
    const checking = adapters.then((loaded) => checkAll(loaded, run));
    const record = await Promise.race([checking, stray.thrown, thread.blocked]);
    await publish(record, flags);
    return exitCodeOfCheck(record.verdict);
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

interface Run {
  readonly file: string | undefined;
  readonly flags: CheckFlags;
  readonly amounts: CheckAmounts;
  readonly ports: CheckPorts;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function checkAll(adapters: readonly Adapter[], run: Run): Promise<CheckRecord> {
  const { flags, amounts, ports, progress, signal } = run;
  const startedAt = new Date().toISOString();
  const server = await provideRedis(run);
  try {
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
          nonce: `p${randomBytes(4).toString('hex')}w`,
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

/** A named server must be empty, unless the user says otherwise; nothing there is ever touched. */
async function provideRedis({ flags, ports, progress }: Run): Promise<CheckServer> {
  const fromEnvironment = process.env['REDIS_URL'] || undefined;
  const url = flags.redis ?? fromEnvironment;
  const urlField = flags.redis === undefined ? 'REDIS_URL' : '--redis';
  const server = await ports.startRedis({
    name: 'check',
    allowNonEmpty: true,
    onProgress: progress.say,
    ...(url === undefined ? {} : { url, urlField }),
    ...(flags.allowRemote === undefined ? {} : { allowRemote: flags.allowRemote.split(',') }),
  });
  if (server.source === 'attached' && !flags.allowNonEmpty) await refuseKeys(server.url, urlField);
  return server;
}

async function refuseKeys(url: string, field: string): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    const keyCount = await client.dbsize();
    if (keyCount === 0) return;
    const value = `a database with ${counted(keyCount, 'key')}`;
    const expected =
      'an empty one; --allow-non-empty if the cache under test may be trusted to keep to its own';
    throw new BadInputError([{ field, value, expected }]);
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

function spellReplay({ file, flags, amounts }: Run): string {
  const words = [
    'partywall check',
    ...(file === undefined ? [] : [quoteForShell(file)]),
    `--seed ${amounts.seed} --tries ${amounts.tries} --minutes ${amounts.minutes}`,
    ...(flags.showValues ? ['--show-values'] : []),
  ];
  return words.join(' ');
}

function quoteForShell(word: string): string {
  return /^[\w./@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

async function publish(record: CheckRecord, flags: CheckFlags): Promise<void> {
  const { json, junit, html } = flags;
  if (json !== undefined) await writeJson(json, record);
  if (junit !== undefined) await writeText(junit, renderJunit(record));
  if (html !== undefined) await writeText(html, renderCheckPage(record));
  if ([json, junit, html].includes('-')) return;
  const colors = colorsFor(process.stdout, process.env);
  await writeToStdout(`${renderCheck(record, colors)}\n`);
}
