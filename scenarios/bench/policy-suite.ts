import type { RunSurroundings } from '../../results/output/watched.ts';
import { findK6 } from '../provision/k6.ts';
import type { Benchmark, Suite } from './benchmark.ts';
import { findInstructionCounter, instructionsPerCall } from './instructions.ts';
import { POLICY_CALLS, YARDSTICK } from './policy-calls.ts';
import {
  bundlePolicy,
  type PolicyBundle,
  type PolicyTask,
  runInK6,
  runInNode,
} from './policy-process.ts';
import { measuredTogether } from './together.ts';

const NAMES = Object.keys(POLICY_CALLS);
const OURS = NAMES.filter((name) => name !== YARDSTICK);
/** What the hot path of a request consists of: each takes seconds to count by emulation. */
const COUNTED = ['admission, half admitted', 'fence, half outdated', 'rollout', 'lookup, hit'];
const NODE_TIMING = { batchMs: 2, batches: 25, warmUpMs: 40 };
/** Its clock has whole milliseconds, and it compiles nothing. */
const K6_TIMING = { batchMs: 40, batches: 5, warmUpMs: 40 };
const ALLOCATING_CALLS = 20_000;
/** The least that two records can be compared by: these figures repeat to a thousandth and better. */
const EXACT_ROUNDS = 4;

/** The policy's functions alone: no store, no client. Every round is a process of its own. */
export async function policySuite(
  { env, progress, signal }: RunSurroundings,
  { seed, countsInstructions }: { seed: number; countsInstructions: boolean },
): Promise<Suite> {
  const node = await bundlePolicy('node');
  const benchmarks = [timesInNode(node, seed, signal), allocation(node, signal)];
  const counter = countsInstructions ? await findInstructionCounter(env, signal) : undefined;
  if (counter !== undefined) {
    benchmarks.push({
      ...benchmarkOf('instructions of the policy in Node', 'instructions', COUNTED, () =>
        instructionsPerCall(counter, node, COUNTED, signal),
      ),
      isExact: true,
      ...(counter.name === 'valgrind' ? { roundsMax: EXACT_ROUNDS } : {}),
    });
  } else if (countsInstructions) {
    progress.say('instructions are not counted: neither perf nor valgrind does so on this host');
  }
  const k6 = await timesInK6(seed, env, signal);
  if (k6 === undefined) progress.say('k6 is not there (partywall doctor): its engine is left out');
  return {
    name: 'policy',
    benchmarks: [...benchmarks, ...(k6 === undefined ? [] : [k6.benchmark])],
    tools: { ...(counter && { instructions: counter.name }), ...k6?.tools },
    close: async () => {
      await node.remove();
      await k6?.close();
    },
  };
}

function timesInNode(bundle: PolicyBundle, seed: number, signal: AbortSignal): Benchmark {
  let round = seed;
  return {
    ...benchmarkOf('policy in Node', 'us', NAMES, () => {
      round += 1;
      return runInNode(bundle, { kind: 'time', seed: round, names: NAMES, ...NODE_TIMING }, signal);
    }),
    reference: YARDSTICK,
  };
}

function allocation(bundle: PolicyBundle, signal: AbortSignal): Benchmark {
  const calls = OURS.map((name) => ({ name, warmUp: ALLOCATING_CALLS, count: ALLOCATING_CALLS }));
  const task: PolicyTask = { kind: 'allocate', calls };
  return {
    ...benchmarkOf('allocation of the policy in Node', 'bytes', OURS, () =>
      runInNode(bundle, task, signal),
    ),
    isExact: true,
    roundsMax: EXACT_ROUNDS,
  };
}

/** Undefined where there is no k6: nothing is built for the sake of this. */
async function timesInK6(seed: number, env: NodeJS.ProcessEnv, signal: AbortSignal) {
  const search = await findK6(env);
  if (search.kind === 'not-found') return undefined;
  const { path, version } = search.k6;
  const bundle = await bundlePolicy('k6');
  let round = seed;
  const benchmark: Benchmark = {
    ...benchmarkOf("policy in k6's engine", 'us', NAMES, () => {
      round += 1;
      const task: PolicyTask = { kind: 'time', seed: round, names: NAMES, ...K6_TIMING };
      return runInK6(path, bundle, task, signal);
    }),
    reference: YARDSTICK,
  };
  return { benchmark, tools: { k6: version }, close: bundle.remove };
}

function benchmarkOf(
  name: string,
  unit: Benchmark['unit'],
  names: readonly string[],
  measureAll: () => Promise<Readonly<Record<string, number>>>,
): Benchmark {
  const contenders = measuredTogether(names, measureAll);
  return { name, unit, better: 'lower', contenders, limits: [] };
}
