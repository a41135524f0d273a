import type { BenchRecord } from '../../results/bench-schema.ts';
import type { RunSurroundings } from '../../results/output/watched.ts';
import { readGitRevision, readHost } from '../provision/host.ts';
import { provisionK6 } from '../provision/k6.ts';
import { type RedisServer, startRedis } from '../provision/redis.ts';
import { hidePassword } from '../provision/unsuitable-redis-error.ts';
import { BrokenRunError } from '../spike/broken-run-error.ts';
import type { BenchOptions } from './bench-options.ts';
import { makeBenchRecord } from './bench-record.ts';
import { openBenchRedis } from './bench-redis.ts';
import type { Measured, Suite } from './benchmark.ts';
import { coreSuite } from './core-suite.ts';
import { measureInterleaved } from './interleave.ts';
import { policySuite } from './policy-suite.ts';
import { type SimulatorSpeeds, simulatorSuite } from './simulator-suite.ts';

const NAMESPACE = 'partywall-bench';

export interface BenchResult {
  readonly measured: readonly Measured[];
  readonly record: BenchRecord;
}

type SuiteName = Exclude<BenchOptions['suite'], 'all'>;
const ALL: readonly SuiteName[] = ['policy', 'core', 'simulator', 'harness'];

/**
 * Starts a suite after the other, measures it and takes back what it started and wrote.
 * @throws BrokenRunError where a suite fails, with what was measured by then; its error as it is
 * where that is nothing
 */
export async function runBench(
  options: BenchOptions,
  around: RunSurroundings,
  loadSimulator: () => Promise<SimulatorSpeeds>,
): Promise<BenchResult> {
  const { suite, rounds, seed, tenants } = options;
  const startedAt = new Date();
  const { measured, tools, failure } = await measureSuites(options, around, loadSimulator);
  if (failure !== undefined && !hasFigures(measured)) throw failure;
  const record = makeBenchRecord({
    suite,
    startedAt,
    seed,
    options: {
      rounds,
      tenants,
      redis: options.redisUrl === undefined ? 'embedded' : hidePassword(options.redisUrl),
    },
    host: readHost(tools),
    gitRevision: await readGitRevision(),
    measured,
    interrupted: around.signal.aborted || failure !== undefined,
  });
  const result = { measured, record };
  if (failure !== undefined) throw new BrokenRunError<BenchResult>(failure, result);
  return result;
}

function hasFigures(measured: readonly Measured[]): boolean {
  return measured.some(({ figures }) => [...figures.values()].some(({ length }) => length > 0));
}

interface Findings {
  readonly measured: readonly Measured[];
  /** Versions of what was measured. */
  readonly tools: Readonly<Record<string, string>>;
  /** Why not everything was measured, unless it was interrupted. */
  readonly failure?: Error;
}

async function measureSuites(
  options: BenchOptions,
  around: RunSurroundings,
  loadSimulator: () => Promise<SimulatorSpeeds>,
): Promise<Findings> {
  const measured: Measured[] = [];
  const tools: Record<string, string> = {};
  try {
    if (options.suite === 'all') await tryNeeds(options, around);
    for (const name of options.suite === 'all' ? ALL : [options.suite]) {
      if (around.signal.aborted) break;
      const opened = await openSuite(name, options, around, loadSimulator);
      Object.assign(tools, opened.tools);
      await measureSuite(opened, options, around, measured);
    }
    return { measured, tools };
  } catch (error) {
    if (around.signal.aborted) return { measured, tools };
    const failure = error instanceof Error ? error : new Error(String(error));
    return { measured, tools, failure };
  }
}

/** What the suites need, before the first of them: an hour of measuring must not end at the last. */
async function tryNeeds(options: BenchOptions, around: RunSurroundings): Promise<void> {
  const server = await startServer(options, around);
  await server.stop();
  const { env, progress, signal } = around;
  await provisionK6({ onProgress: progress.say, env, signal });
}

/** Adds to `measured` what there is, also where the suite breaks off. */
async function measureSuite(
  { benchmarks, close }: Suite,
  { rounds, seed }: BenchOptions,
  { progress, signal }: RunSurroundings,
  measured: Measured[],
): Promise<void> {
  try {
    measured.push(...(await measureInterleaved(benchmarks, { rounds, seed, progress, signal })));
  } catch (error) {
    // What broke it off may keep it from cleaning up as well, and says more.
    await close().catch(() => {});
    if (!(error instanceof BrokenRunError)) throw error;
    measured.push(...(error.record as Measured[]));
    throw error.cause;
  }
  await close();
}

async function openSuite(
  name: SuiteName,
  options: BenchOptions,
  around: RunSurroundings,
  loadSimulator: () => Promise<SimulatorSpeeds>,
): Promise<Suite> {
  if (name === 'policy') return policySuite(around, options);
  if (name === 'simulator') return simulatorSuite(await loadSimulator());
  if (name === 'harness') {
    const { harnessSuite } = await import('./harness-suite.ts');
    return harnessSuite(around, options.seed);
  }
  const server = await startServer(options, around);
  const redis = await openBenchRedis(server, options.namespace ?? NAMESPACE).catch(
    async (error) => {
      await server.stop();
      throw error;
    },
  );
  try {
    return await coreSuite(redis, options.tenants);
  } catch (error) {
    await redis.close();
    throw error;
  }
}

function startServer(
  { redisUrl, namespace, allowRemote }: BenchOptions,
  { env, progress }: RunSurroundings,
): Promise<RedisServer> {
  return startRedis({
    name: 'measured',
    allowNonEmpty: namespace !== undefined,
    ...(redisUrl === undefined ? {} : { url: redisUrl }),
    ...(allowRemote === undefined ? {} : { allowRemote: allowRemote.split(',') }),
    env,
    onProgress: progress.say,
  });
}
