import type { BenchRecord } from '../../results/bench-schema.ts';
import type { RunSurroundings } from '../../results/output/watched.ts';
import { readGitRevision, readHost } from '../provision/host.ts';
import { startRedis } from '../provision/redis.ts';
import { hidePassword } from '../provision/unsuitable-redis-error.ts';
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

/** Starts a suite after the other, measures it and takes back what it started and wrote. */
export async function runBench(
  options: BenchOptions,
  around: RunSurroundings,
  loadSimulator: () => Promise<SimulatorSpeeds>,
): Promise<BenchResult> {
  const { suite, rounds, seed, tenants } = options;
  const startedAt = new Date();
  const measured: Measured[] = [];
  const tools: Record<string, string> = {};
  for (const name of suite === 'all'
    ? (['policy', 'core', 'simulator', 'harness'] as const)
    : [suite]) {
    if (around.signal.aborted) break;
    const opened = await openSuite(name, options, around, loadSimulator);
    try {
      Object.assign(tools, opened.tools);
      const { progress, signal } = around;
      measured.push(
        ...(await measureInterleaved(opened.benchmarks, { rounds, seed, progress, signal })),
      );
    } finally {
      await opened.close();
    }
  }
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
    interrupted: around.signal.aborted,
  });
  return { measured, record };
}

async function openSuite(
  name: Exclude<BenchOptions['suite'], 'all'>,
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
  const { redisUrl, namespace, allowRemote, tenants } = options;
  const server = await startRedis({
    name: 'measured',
    allowNonEmpty: namespace !== undefined,
    ...(redisUrl === undefined ? {} : { url: redisUrl }),
    ...(allowRemote === undefined ? {} : { allowRemote: allowRemote.split(',') }),
    env: around.env,
    onProgress: around.progress.say,
  });
  const redis = await openBenchRedis(server, namespace ?? NAMESPACE).catch(async (error) => {
    await server.stop();
    throw error;
  });
  try {
    return await coreSuite(redis, tenants);
  } catch (error) {
    await redis.close();
    throw error;
  }
}
