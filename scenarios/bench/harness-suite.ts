import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import type { RunSurroundings } from '../../results/output/watched.ts';
import { sampleHost } from '../provision/host-sample.ts';
import { type K6, provisionK6 } from '../provision/k6.ts';
import { bundleScripts } from '../spike/bundle.ts';
import { type Deployment, deploy } from '../spike/deployment.ts';
import type { Experiment } from '../spike/experiment.ts';
import { startK6 } from '../spike/k6-process.ts';
import { GENERATOR_PROCESSORS } from '../spike/load.ts';
import type { LoadPlan } from '../spike/load-plan.ts';
import { parseSpikeOptions } from '../spike/options.ts';
import { planArms } from '../spike/plan-load.ts';
import { clientUrl, lineOf } from '../spike/side.k6.ts';
import {
  drawPopularKeys,
  missBytes,
  neighboursRatePerSecond,
  planTraffic,
  streamRatePerSecond,
} from '../spike/traffic.ts';
import { keysOfTenants, preload } from '../spike/warm-state.ts';
import { BARE_MISS_PREFIX, bareScript } from './bare-k6.ts';
import type { Benchmark, Suite } from './benchmark.ts';

/** k6 loads its script, and its virtual users connect. */
const SETTLE_MS = 3_000;
const MEASURE_MS = 5_000;
const DURATION_MS = 30_000;
/** Beyond what is measured. */
const SLOTS = 40;
/** A round takes eight seconds a contender. */
const ROUNDS_MAX = 8;
/** Keys of planned misses, which the next contender must miss again. */
const MISS_PREFIXES = ['miss:', BARE_MISS_PREFIX];

/**
 * What our neighbours' generator costs beside the script that a user of k6 would write for the same
 * requests, at the rates of a spike run: processor time of the k6 process over the script calls that
 * the server counted meanwhile.
 */
export async function harnessSuite(around: RunSurroundings, seed: number): Promise<Suite> {
  const { env, progress, signal } = around;
  const k6 = await provisionK6({ onProgress: progress.say, env, signal });
  const options = parseSpikeOptions({ seed: String(seed) }, () => 0);
  const traffic = planTraffic(options);
  const bundles = await bundleScripts(['neighbours'], k6.hasOwnModule);
  const shared = await deploy('shared', options, progress.say).catch(async (error) => {
    await bundles.remove();
    throw error;
  });
  const close = async () => {
    await shared.stop();
    await bundles.remove();
  };
  try {
    await preload(shared, traffic, traffic.neighbours, keysOfTenants(true));
  } catch (error) {
    await close();
    throw error;
  }
  const lowerPriority = { kind: 'none', prefix: [] } as const;
  const tools = { k6: k6.path, bundles, lowerPriority, env };
  const harness = { k6, shared, around, traffic, folder: bundles.folder };
  const experiment: Experiment = { options, traffic, tools, shared, placebo: undefined, signal };
  return {
    name: 'harness',
    benchmarks: [compareGenerators(harness, experiment)],
    tools: { k6: k6.version, redis: shared.redis.version },
    close,
  };
}

interface Harness {
  readonly k6: K6;
  readonly shared: Deployment;
  readonly around: RunSurroundings;
  readonly traffic: Experiment['traffic'];
  readonly folder: string;
}

function compareGenerators(harness: Harness, experiment: Experiment): Benchmark {
  const bareFile = join(harness.folder, 'bare.mjs');
  const ours = async () => {
    await writeFile(planFileOf(harness), JSON.stringify(planOf(experiment)));
    return cpuPerCallUs(harness, experiment.tools.bundles.pathOf('neighbours'));
  };
  const bare = async () => {
    await writeFile(bareFile, bareScript(bareLoad(planOf(experiment))));
    return cpuPerCallUs(harness, bareFile);
  };
  return {
    name: "processor time of k6 a script call, neighbours' load",
    unit: 'us',
    better: 'lower',
    roundsMax: ROUNDS_MAX,
    contenders: [
      { name: 'bare k6 script', measure: bare },
      { name: 'our neighbours', measure: ours },
    ],
    limits: [
      {
        what: 'CPU of our neighbours / bare k6',
        contender: 'our neighbours',
        over: 'bare k6 script',
        bound: 'at most',
        value: 1.4,
      },
    ],
  };
}

function planFileOf({ folder }: Harness): string {
  return join(folder, 'plan.json');
}

function planOf(experiment: Experiment): LoadPlan {
  const plan = planArms(experiment, Array(SLOTS).fill('baseline'), Date.now());
  return { ...plan, durationMs: DURATION_MS };
}

function bareLoad(plan: LoadPlan) {
  const { traffic, shared } = plan;
  const rate = neighboursRatePerSecond(traffic);
  return {
    redisUrl: clientUrl(shared),
    lines: traffic.neighbours.map((tenant) => lineOf(plan, shared, tenant)),
    hitKeys: drawPopularKeys(traffic.seed, traffic.neighbours[0]?.warmKeys ?? 1),
    hitsPerSecond: streamRatePerSecond(rate, 'hit'),
    missesPerSecond: streamRatePerSecond(rate, 'miss'),
    missBytes: missBytes(traffic.seed, 0),
    durationMs: DURATION_MS,
  };
}

/** Runs k6 on a script and looks at a part of it in which it is neither starting nor ending. */
async function cpuPerCallUs(harness: Harness, script: string): Promise<number> {
  const { k6, shared, around, traffic } = harness;
  const { signal, env } = around;
  const load = startK6({
    k6: k6.path,
    script,
    planFile: planFileOf(harness),
    prefix: [],
    env,
    processors: GENERATOR_PROCESSORS.neighbourGenerator,
    onLine: () => {},
  });
  const broken = load.ended.then(() => Promise.reject(new Error('k6 ended before its time')));
  broken.catch(() => {});
  const wait = (ms: number) => Promise.race([sleep(ms, undefined, { signal }), broken]);
  try {
    await wait(SETTLE_MS);
    const before = await readCost(shared, load.pid);
    await wait(MEASURE_MS);
    const after = await readCost(shared, load.pid);
    const calls = after.calls - before.calls;
    const least = (neighboursRatePerSecond(traffic) * MEASURE_MS) / 1000;
    if (calls < least) throw new Error(`k6 made ${calls} calls where ${least} were due at least`);
    return (1000 * (after.cpuMs - before.cpuMs)) / calls;
  } finally {
    await load.stop();
    await forgetMisses(harness);
  }
}

async function readCost(
  { client }: Deployment,
  pid: number,
): Promise<{ calls: number; cpuMs: number }> {
  const cpuMs = sampleHost({ k6: pid }).cpuTimeMs['k6'];
  if (cpuMs == null) throw new Error('this host does not tell the processor time of a process');
  const info = await client.info('commandstats');
  return { calls: Number(/cmdstat_evalsha:calls=(\d+)/.exec(info)?.[1] ?? 0), cpuMs };
}

async function forgetMisses({ shared, traffic }: Harness): Promise<void> {
  for (const { id } of traffic.neighbours) {
    for (const prefix of MISS_PREFIXES) {
      await shared.store.invalidate({
        tenant: parseTenantId(id),
        scope: { kind: 'prefix', prefix },
      });
    }
  }
}
