import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { showReport } from '../../results/beside-outputs.ts';
import { counted } from '../../results/counted.ts';
import { EXIT_INTERRUPTED } from '../../results/output/exit-codes.ts';
import { watchInterruption } from '../../results/output/interruption.ts';
import { MissingToolError } from '../../results/output/operating-errors.ts';
import type { Progress } from '../../results/output/progress.ts';
import { prepareOutputs } from '../../results/output/record-file.ts';
import { showProgress } from '../../results/output/show-progress.ts';
import { tryAll } from '../../results/output/try-all.ts';
import { writeJson, writeText } from '../../results/output/write-json.ts';
import { quoteForShell } from '../../results/quote-for-shell.ts';
import type { Host } from '../../results/schema.ts';
import { counterexamplesFolder, keep, readKept } from '../counterexamples/kept.ts';
import { OUR_CORE } from '../laws/core-under-test.ts';
import { type Ground, MEMORY, makeRedisGround } from '../laws/ground.ts';
import { LAWS } from '../laws/laws.ts';
import { startCluster, type WatchOver } from '../laws/redis-cluster.ts';
import { parseNames, parseNumbers, SEED_MAX } from './amounts.ts';
import { renderProofPage } from './proof-page.ts';
import { exitCodeOfProof, makeProofRecord, type ProofRecord } from './proof-record.ts';
import { type ProofLine, prove } from './prove.ts';
import { renderProof } from './render-proof.ts';
import { renderProofJunit } from './render-proof-junit.ts';
import { tellSteps } from './tell-steps.ts';

/** What the command needs of the other instruments; `cli.ts` hands it over. */
export interface ProvePorts {
  /** An embedded server, for this alone. */
  readonly embedRedis: (onProgress: (line: string) => void) => Promise<EmbeddedRedis>;
  /** The system's redis-server, for a cluster; undefined where there is none. */
  readonly findRedisBinary: () => string | undefined;
  /** Ends the nodes of the cluster where this process is killed. */
  readonly watchOver?: WatchOver;
  readonly readHost: (tools: Readonly<Record<string, string>>) => Host;
  readonly readGitRevision: () => Promise<string | null>;
}

interface EmbeddedRedis {
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** What the command line says, as text. */
export interface ProveFlags {
  readonly minutes?: string;
  readonly seed?: string;
  readonly on?: string;
  readonly law?: string;
  readonly counterexamples?: string;
  readonly json?: string;
  readonly junit?: string;
  readonly html?: string;
  readonly quiet?: boolean;
}

export const MINUTES_USUAL = 15;
const MINUTES_MAX = 24 * 60;
const GROUNDS = ['memory', 'redis', 'cluster'] as const;

/** `partywall prove`: tries the laws until the time is up, writes, shows; the exit code. */
export async function runProve(flags: ProveFlags, ports: ProvePorts): Promise<number> {
  const options = parseFlags(flags);
  await prepareOutputs(flags);
  const quiet = flags.quiet ?? false;
  const progress = showProgress({ stream: process.stderr, quiet, nowMs: () => performance.now() });
  const exitNow = () => process.exit(EXIT_INTERRUPTED);
  const { signal, forget } = watchInterruption(progress.say, exitNow);
  try {
    const record = await proveOn(options, ports, progress, signal);
    progress.finish();
    await publish(record, flags);
    return record.interrupted && record.verdict !== 'FAIL'
      ? EXIT_INTERRUPTED
      : exitCodeOfProof(record);
  } finally {
    progress.finish();
    forget();
  }
}

type Options = ReturnType<typeof parseFlags>;

function parseFlags(flags: ProveFlags) {
  const [minutes = MINUTES_USUAL, seed = 0] = parseNumbers([
    {
      field: '--minutes',
      text: flags.minutes,
      usual: MINUTES_USUAL,
      least: 0.01,
      most: MINUTES_MAX,
      isWhole: false,
    },
    {
      field: '--seed',
      text: flags.seed,
      usual: randomInt(SEED_MAX),
      least: 0,
      most: SEED_MAX,
      isWhole: true,
    },
  ]);
  const names = parseNames(
    '--law',
    flags.law,
    LAWS.map(({ name }) => name),
  );
  return {
    minutes,
    seed,
    grounds: parseNames('--on', flags.on, GROUNDS),
    /** Where the cluster was asked for by name, going without it is no way out. */
    isClusterNamed: flags.on !== undefined,
    laws: LAWS.filter(({ name }) => names.includes(name)),
    folder: flags.counterexamples ?? usualFolder(),
  };
}

function usualFolder(): string {
  const ours = counterexamplesFolder();
  return existsSync(ours) ? ours : join('.partywall', 'counterexamples');
}

async function proveOn(
  options: Options,
  ports: ProvePorts,
  progress: Progress,
  signal: AbortSignal,
): Promise<ProofRecord> {
  const startedAt = new Date().toISOString();
  const { grounds, named, versions, stop } = await openGrounds(options, ports, progress, signal);
  try {
    const kept = await readKept(options.folder);
    progress.say(`seed ${options.seed}, ${counted(kept.length, 'counterexample')} of old first`);
    const durationMs = options.minutes * 60_000;
    const startedAtMs = performance.now();
    const lines = await prove({
      core: OUR_CORE,
      laws: options.laws,
      grounds,
      seed: options.seed,
      durationMs,
      kept,
      signal,
      onStep: tellSteps(progress, { durationMs, isTerminal: process.stderr.isTTY }),
    });
    // What was found is told also where it cannot be kept.
    const found = await keepAll(lines, options.folder).catch((error: Error) => {
      progress.say(`counterexamples could not be kept in ${options.folder}: ${error.message}`);
      return [];
    });
    const facts = {
      startedAt,
      seed: options.seed,
      options: {
        minutes: options.minutes,
        on: named.join(','),
        law:
          options.laws.length < LAWS.length ? options.laws.map(({ name }) => name).join(',') : null,
      },
      host: ports.readHost(versions),
      gitRevision: await ports.readGitRevision(),
      keptCount: kept.length,
      found,
      replay: spellReplay(options, named),
      interrupted: signal.aborted,
    };
    return makeProofRecord(facts, lines, performance.now() - startedAtMs);
  } finally {
    await stop();
  }
}

interface Opened {
  readonly grounds: Ground[];
  /** Those that open again: one left out for want of a tool is left out again. */
  readonly named: readonly string[];
  readonly versions: Record<string, string>;
  readonly stop: () => Promise<void>;
}

async function openGrounds(
  options: Options,
  ports: ProvePorts,
  progress: Progress,
  signal: AbortSignal,
): Promise<Opened> {
  const grounds: Ground[] = [];
  const versions: Record<string, string> = {};
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.reverse()) await one();
  };
  try {
    if (options.grounds.includes('memory')) grounds.push(MEMORY);
    if (options.grounds.includes('redis')) {
      const server = await ports.embedRedis(progress.say);
      stops.push(() => server.stop());
      versions['redis'] = server.version;
      const client = new Redis(server.url, { maxRetriesPerRequest: 20 });
      client.on('error', () => {});
      stops.push(async () => client.disconnect());
      grounds.push(makeRedisGround('redis', client, async () => void (await client.flushall())));
    }
    const binary = options.grounds.includes('cluster') ? ports.findRedisBinary() : undefined;
    if (binary !== undefined) {
      const cluster = await startCluster(binary, ports.watchOver);
      stops.push(() => cluster.stop());
      grounds.push(makeRedisGround('cluster', cluster.client, cluster.empty));
    } else if (options.grounds.includes('cluster')) {
      if (options.isClusterNamed) throw clusterMissing();
      progress.say('cluster: left out, as there is no redis-server on PATH');
    }
    return { grounds, named: grounds.map(({ name }) => name), versions, stop };
  } catch (error) {
    // Ctrl-C reaches what is only just starting, too: that is no fault of anybody.
    if (signal.aborted) return { grounds, named: options.grounds, versions, stop };
    await stop();
    throw error;
  }
}

function clusterMissing(): MissingToolError {
  return new MissingToolError({
    tool: 'redis',
    message: 'a Redis Cluster needs redis-server on PATH',
    remedies: ['install redis-server 7 or later', 'or leave it out: --on memory,redis'],
  });
}

async function keepAll(lines: readonly ProofLine[], folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const { law, counterexample } of lines) {
    if (counterexample !== undefined) files.push(await keep(law, counterexample, folder));
  }
  return files;
}

function spellReplay({ seed, minutes, laws, folder }: Options, named: readonly string[]): string {
  const words = [
    `partywall prove --seed ${seed} --minutes ${minutes}`,
    `--on ${named.join(',')}`,
    ...(laws.length < LAWS.length ? [`--law ${laws.map(({ name }) => name).join(',')}`] : []),
    ...(folder === usualFolder() ? [] : [`--counterexamples ${quoteForShell(folder)}`]),
  ];
  return words.join(' ');
}

async function publish(record: ProofRecord, flags: ProveFlags): Promise<void> {
  const { json, junit, html, quiet } = flags;
  await showReport((colors) => renderProof(record, colors), flags, quiet);
  await tryAll([
    async () => {
      if (json !== undefined) await writeJson(json, record);
    },
    async () => {
      if (junit !== undefined) await writeText(junit, renderProofJunit(record), '--junit');
    },
    async () => {
      if (html !== undefined) await writeText(html, renderProofPage(record), '--html');
    },
  ]);
}
