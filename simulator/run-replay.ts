import { BadInputError } from '../results/output/operating-errors.ts';
import type { Progress } from '../results/output/progress.ts';
import { writeJson, writeToStdout } from '../results/output/write-json.ts';
import { quoteForShell } from '../results/quote-for-shell.ts';
import { checkOptions } from './check-options.ts';
import { makeCheckers } from './checkers/make-checkers.ts';
import { concludeRun } from './conclude-run.ts';
import { type ReplayPolicy, replayTrace } from './replay-trace.ts';
import { withoutProtections } from './scenarios.ts';
import type { SimulateFlags, Task } from './simulate-flags.ts';
import { Simulation } from './simulation.ts';
import { readTrace } from './trace.ts';
import { REPLAY, readTenants, traceDeployment } from './trace-deployment.ts';

type ReplayTask = Task & { readonly kind: 'replay' };

/** A trace against one cache of another policy: hits and misses, to compare with other simulators. */
export async function runCacheReplay(
  { seed, json }: SimulateFlags,
  task: ReplayTask & { readonly policy: ReplayPolicy },
): Promise<number> {
  const { trace, ...how } = task;
  const result = await replayTrace({ ...how, file: trace, seed, samples: 5 });
  const missRatio = result.missCount / result.requestCount;
  if (json !== undefined) await writeJson(json, { ...task, seed, ...result, missRatio });
  if (json !== '-') {
    const lines = [
      `requests   ${result.requestCount}`,
      `keys       ${result.keyCount}`,
      `hits       ${result.hitCount}`,
      `misses     ${result.missCount}`,
      `evictions  ${result.evictedCount}`,
      `miss ratio ${missRatio.toFixed(6)}`,
    ];
    await writeToStdout(`${lines.join('\n')}\n`);
  }
  return 0;
}

/** Thrown to stop reading a trace after Ctrl-C. */
class Stopped extends Error {}

/** A trace through a whole deployment: admission, quotas, back-end, deadlines. It is read twice. */
export async function runTraceDeployment(
  flags: SimulateFlags,
  task: ReplayTask,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const { seed, without } = flags;
  if (task.unit === 'entries' && without.includes('tenant-eviction')) {
    const expected = 'bytes (64000000b): Redis, which evicts then, counts no entries';
    throw new BadInputError([{ field: '--capacity', value: String(task.capacity), expected }]);
  }
  const startedAt = new Date().toISOString();
  const tenants = await readTenants(task.trace);
  const options = withoutProtections(traceDeployment(tenants, task), without);
  checkOptions(seed, options);
  const simulation = new Simulation(seed, options);
  const checkers = makeCheckers(simulation);
  simulation.watch(checkers.all);
  const everyUs = 1e6 / task.ratePerSecond;
  let count = 0;
  try {
    await readTrace(task.trace, ({ key }) => {
      if (signal.aborted) throw new Stopped();
      simulation.advanceTo(count * everyUs);
      simulation.request(tenants.tenantOf[key] as number, tenants.keyOf[key] as number);
      count += 1;
    });
    simulation.advanceTo(Number.POSITIVE_INFINITY);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  const spelt = `${task.capacity}${task.unit === 'bytes' ? 'b' : ''}`;
  const off = without.length > 0 ? ` --without ${without.join(',')}` : '';
  const replay =
    `partywall simulate replay --trace ${quoteForShell(task.trace)} --policy ${task.policy} --capacity ${spelt}` +
    ` --rate ${task.ratePerSecond} --seed ${seed}${off}`;
  return concludeRun(
    { flags, scenario: REPLAY, options, startedAt, replay },
    simulation,
    checkers,
    progress,
  );
}
