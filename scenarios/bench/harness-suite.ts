import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { parseTenantId } from '../../core/tenancy/tenant-id.ts';
import { SILENT_PROGRESS } from '../../results/output/progress.ts';
import type { RunSurroundings } from '../../results/output/watched.ts';
import { sampleHost } from '../provision/host-sample.ts';
import { type K6, provisionK6 } from '../provision/k6.ts';
import { bundleScripts } from '../spike/bundle.ts';
import { calibrate } from '../spike/calibrate.ts';
import { type Deployment, deploy } from '../spike/deployment.ts';
import type { Experiment } from '../spike/experiment.ts';
import { startK6 } from '../spike/k6-process.ts';
import { GENERATOR_PROCESSORS } from '../spike/load.ts';
import type { LoadPlan } from '../spike/load-plan.ts';
import { parseSpikeOptions } from '../spike/options.ts';
import { type PlanEnvironment, writePlan } from '../spike/plan-file.ts';
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
import { BARE_MISS_PREFIX, bareGets, bareScript } from './bare-k6.ts';
import type { Benchmark, Suite } from './benchmark.ts';

/** k6 loads its script, and its virtual users connect. */
const SETTLE_MS = 3_000;
const MEASURE_MS = 5_000;
const DURATION_MS = 30_000;
/** Beyond what is measured. */
const SLOTS = 40;
/** A round takes eight to twelve seconds a contender. */
const ROUNDS_MAX = 8;
const CEILING_ROUNDS_MAX = 6;
/** In a closed loop: from here on more of them make no more requests. */
const BARE_VUS = 50;
/** Of the planned requests. */
const LOAD_SHARE_MIN = 0.5;
/** Keys of planned misses, which the next contender must miss again. */
const MISS_PREFIXES = ['miss:', BARE_MISS_PREFIX];

/**
 * What our generators cost, and can offer, beside the scripts that a user of k6 would write: processor
 * time of the neighbours' k6 process over the script calls that the server counted meanwhile, at the
 * rates of a spike run; and the most that both offer together, in requests that the server counted.
 */
export async function harnessSuite(around: RunSurroundings, seed: number): Promise<Suite> {
  const { env, progress, signal } = around;
  const k6 = await provisionK6({ onProgress: progress.say, env, signal });
  const options = parseSpikeOptions({ seed: String(seed) }, () => 0);
  const traffic = planTraffic(options);
  const bundles = await bundleScripts(['neighbours', 'hot-tenant'], k6.hasOwnModule);
  const shared = await deploy('shared', options, progress.say).catch(async (error) => {
    await bundles.remove();
    throw error;
  });
  const close = async () => {
    await shared.stop();
    await bundles.remove();
  };
  try {
    await preload(shared, traffic, [...traffic.neighbours, traffic.hot], keysOfTenants(true));
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
    benchmarks: [compareGenerators(harness, experiment), compareCeilings(harness, experiment)],
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
    const planEnv = await writePlan(join(harness.folder, 'plan.json'), planOf(experiment));
    const script = experiment.tools.bundles.pathOf('neighbours');
    return cpuPerCallUs(harness, { script, planEnv });
  };
  const bare = async () => {
    await writeFile(bareFile, bareScript(bareLoad(planOf(experiment))));
    return cpuPerCallUs(harness, { script: bareFile, planEnv: {} });
  };
  return {
    name: "processor time of k6 a script call, neighbours' load",
    unit: 'us',
    better: 'lower',
    reference: 'bare k6 script',
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

/**
 * Our scenario counts lookups of the whole core, the bare script GETs and nothing else; neither
 * waits for anything but its answers.
 */
function compareCeilings(harness: Harness, experiment: Experiment): Benchmark {
  const bareFile = join(harness.folder, 'bare-gets.mjs');
  const bare = async () => {
    const { redisUrl } = bareLoad(planOf(experiment));
    await writeFile(bareFile, bareGets({ redisUrl, vus: BARE_VUS, durationMs: DURATION_MS }));
    return whileRunning(harness, { script: bareFile, planEnv: {} }, async (wait) => {
      const before = await readCalls(harness.shared.client, 'get');
      const startedMs = performance.now();
      await wait(MEASURE_MS);
      const count = (await readCalls(harness.shared.client, 'get')) - before;
      return (1000 * count) / (performance.now() - startedMs);
    });
  };
  return {
    name: 'most requests that k6 offers',
    unit: '/s',
    better: 'higher',
    roundsMax: CEILING_ROUNDS_MAX,
    contenders: [
      { name: 'bare k6 script, GET', measure: bare },
      {
        name: 'our scenario, lookups',
        measure: async () => (await calibrate(experiment, SILENT_PROGRESS)).ceilingPerSecond,
      },
    ],
    limits: [
      {
        what: 'ceiling of our scenario / bare k6',
        contender: 'our scenario, lookups',
        over: 'bare k6 script, GET',
        bound: 'at least',
        value: 0.7,
      },
    ],
  };
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

async function cpuPerCallUs(harness: Harness, load: K6Script): Promise<number> {
  const { shared, traffic } = harness;
  return whileRunning(harness, load, async (wait, pid) => {
    const before = await readCost(shared, pid);
    await wait(MEASURE_MS);
    const after = await readCost(shared, pid);
    const calls = after.calls - before.calls;
    // The figure is a call's, so a busy host's dropped ones do no harm; a load that fails would.
    const least = (LOAD_SHARE_MIN * neighboursRatePerSecond(traffic) * MEASURE_MS) / 1000;
    if (calls < least) throw new Error(`k6 made ${calls} calls where ${least} were due at least`);
    return (1000 * (after.cpuMs - before.cpuMs)) / calls;
  });
}

interface K6Script {
  readonly script: string;
  readonly planEnv: PlanEnvironment;
}

/** Runs k6 on a script and measures a part of it in which it is neither starting nor ending. */
async function whileRunning(
  harness: Harness,
  { script, planEnv }: K6Script,
  measure: (wait: (ms: number) => Promise<unknown>, pid: number) => Promise<number>,
): Promise<number> {
  const { k6, around } = harness;
  const { signal, env } = around;
  const load = startK6({
    k6: k6.path,
    script,
    planEnv,
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
    return await measure(wait, load.pid);
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
  return { calls: await readCalls(client, 'evalsha'), cpuMs };
}

/** How often the server has run a command. */
async function readCalls(client: Redis, command: string): Promise<number> {
  const text = await client.info('commandstats');
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(text)?.[1] ?? 0);
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
