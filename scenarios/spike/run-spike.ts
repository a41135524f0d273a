import { TIERS } from '../../core/tenancy/tier.ts';
import { capUsFor, type JudgeOptions } from '../../results/judge-options.ts';
import type { JudgeInput } from '../../results/judgement.ts';
import { BadInputError } from '../../results/output/operating-errors.ts';
import type { Progress } from '../../results/output/progress.ts';
import { countReads } from '../../results/reads.ts';
import { makeRecord } from '../../results/record.ts';
import { renderEstimate } from '../../results/report.ts';
import type { StressRecord } from '../../results/schema.ts';
import { judge } from '../../results/verdict.ts';
import type { Calibration, RoundMeasurement } from '../../results/window.ts';
import { readGitRevision, readHost } from '../provision/host.ts';
import { provisionK6 } from '../provision/k6.ts';
import { findLowerPriority } from '../provision/scheduling.ts';
import { hidePassword, withoutSecrets } from '../provision/unsuitable-redis-error.ts';
import { BrokenRunError } from './broken-run-error.ts';
import { bundleScripts } from './bundle.ts';
import { calibrate } from './calibrate.ts';
import { type Deployment, deploy } from './deployment.ts';
import { endByFault, endByTime } from './early-end.ts';
import { type Experiment, sidesOf } from './experiment.ts';
import { explainFault } from './explain-fault.ts';
import { GENERATOR_PROCESSORS, type LoadTools, PlanOver } from './load.ts';
import { DEADLINES_MS, type SpikeOptions, wantsPlacebo } from './options.ts';
import { planLoad } from './plan-load.ts';
import { followSlots, measureRounds } from './rounds.ts';
import { START_UP_MS } from './run-length.ts';
import { planTraffic, type Traffic } from './traffic.ts';
import { type KeysOf, keysOfTenants, preload } from './warm-state.ts';

export interface SpikeSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  /** Aborted by Ctrl-C: the run stops, and its record says so. */
  readonly signal: AbortSignal;
}

/**
 * Does one tenant's spike raise its neighbours' latency? Finds or makes what is needed, puts both
 * sides up, calibrates the generators, measures rounds until the judge has decided or time is up,
 * and hands back the record. Whatever it started is stopped in every path.
 */
export async function runSpike(
  options: SpikeOptions,
  around: SpikeSurroundings,
): Promise<StressRecord> {
  const startedAt = new Date().toISOString();
  const { input, tools, failure } = await measureSpike(options, around).catch((error) => {
    if (around.signal.aborted) return interruptedBeforehand(options);
    throw error;
  });
  const facts = {
    scenario: 'spike',
    startedAt,
    seed: options.seed,
    options: recordedOptions(options),
    host: readHost(tools),
    gitRevision: await readGitRevision(),
  };
  const record = makeRecord(facts, input, judge(input));
  // Ctrl-C may come while it is found out what failed: then the record is all that is asked for.
  if (failure && !around.signal.aborted) throw new BrokenRunError(failure, record);
  return record;
}

interface Outcome {
  readonly input: JudgeInput;
  /** Versions of the programs that were used. */
  readonly tools: Readonly<Record<string, string>>;
  /** Why it ended before its time, unless it was asked to. */
  readonly failure?: Error;
}

/** Stopped before anything was calibrated or measured: the record says that, and nothing else. */
function interruptedBeforehand(options: SpikeOptions): Outcome {
  const judging = judgeOptionsFor(options);
  const input = { rounds: [], calibration: null, options: judging, ended: 'interrupted' as const };
  return { input, tools: {} };
}

async function measureSpike(options: SpikeOptions, around: SpikeSurroundings): Promise<Outcome> {
  const { progress } = around;
  return withExperiment(options, around, async (experiment, tools) => {
    const calibration = await calibrate(experiment, progress);
    const { failure, ...measured } = await judgeAsItGoes(experiment, calibration, progress);
    const why = failure && (await explainFault(failure, sidesOf(experiment)));
    return { ...measured, ...(why ? { failure: why } : {}), tools };
  });
}

/**
 * Puts both sides up, finds or builds k6, pre-loads what is planned to hit, and hands everything
 * over, with the versions of the programs used; takes all of it down again in every path.
 */
export async function withExperiment<Result>(
  options: SpikeOptions,
  { env, progress, signal }: SpikeSurroundings,
  use: (experiment: Experiment, tools: Readonly<Record<string, string>>) => Promise<Result>,
): Promise<Result> {
  const onProgress = (line: string) => progress.say(line);
  const traffic = planTraffic(options);
  const stops: (() => Promise<void>)[] = [];
  const sides: Deployment[] = [];
  try {
    const shared = await deploy('shared', options, onProgress);
    sides.push(shared);
    stops.push(shared.stop);
    signal.throwIfAborted();
    const placebo = wantsPlacebo(options)
      ? await deploy('placebo', options, onProgress, shared.redis)
      : undefined;
    if (placebo) {
      sides.push(placebo);
      stops.push(placebo.stop);
    }
    signal.throwIfAborted();
    // Behind the servers: what is wrong with those should not wait for k6 to be built.
    const k6 = await provisionK6({ onProgress, env, signal });
    if (!k6.hasOwnModule) refuseSockets(options);
    const bundles = await bundleScripts(['neighbours', 'hot-tenant'], k6.hasOwnModule);
    stops.push(bundles.remove);
    const lowerPriority = await findLowerPriority(env);
    signal.throwIfAborted();

    progress.say('pre-loading the keys that are planned to hit');
    const keysOf = keysOfTenants(!options.without.includes('namespace'));
    await preloadAll(shared, placebo, traffic, keysOf);
    signal.throwIfAborted();
    const tools: LoadTools = { k6: k6.path, bundles, lowerPriority, env };
    const experiment = { options, traffic, tools, shared, placebo, signal };
    return await use(experiment, { k6: k6.version, ...redisVersions(shared, placebo) });
  } catch (error) {
    throw signal.aborted ? error : await explainFault(error, sides);
  } finally {
    progress.finish();
    for (const stop of stops.reverse()) await stop();
  }
}

/** The placebo's is told where it is another one. */
function redisVersions({ redis }: Deployment, placebo: Deployment | undefined) {
  const beside = placebo?.redis.version ?? redis.version;
  const placeboRedis = beside === redis.version ? {} : { placeboRedis: beside };
  return { redis: redis.version, ...placeboRedis };
}

/** `k6/x/redis` dials hosts and ports only; our own module reaches a socket. */
function refuseSockets({ redis, redisField = '--redis', placeboRedis }: SpikeOptions): void {
  const named = [
    { field: redisField, value: redis },
    { field: '--placebo-redis', value: placeboRedis },
  ];
  const expected = 'redis://host:port, or a k6 with our module (partywall doctor --prepare)';
  const problems = named.flatMap(({ field, value = '' }) =>
    value.startsWith('unix:') ? [{ field, value: hidePassword(value), expected }] : [],
  );
  if (problems.length > 0) throw new BadInputError(problems);
}

async function preloadAll(
  shared: Deployment,
  placebo: Deployment | undefined,
  traffic: Traffic,
  keysOf: KeysOf,
) {
  await preload(shared, traffic, [...traffic.neighbours, traffic.hot], keysOf);
  if (placebo) await preload(placebo, traffic, [traffic.hot, traffic.standIn], keysOf);
}

async function judgeAsItGoes(
  experiment: Experiment,
  calibration: Calibration,
  progress: Progress,
): Promise<Omit<Outcome, 'tools'>> {
  const options = judgeOptionsFor(experiment.options);
  const plan = planLoad(experiment, Date.now() + START_UP_MS);
  const rounds: RoundMeasurement[] = [];
  const total = plan.schedule.arms.length;
  const measured = { rounds, calibration, options };
  let slotsLeft = total;
  let awaited: number | undefined;
  try {
    for await (const step of measureRounds(followSlots(experiment, plan), plan, options)) {
      if (step.kind === 'window') {
        slotsLeft = total - step.slot - 1;
        progress.advance(step.slot + 1, total, `${describeRound(step.round)}: ${step.arm}`);
        continue;
      }
      upsert(rounds, step.round);
      const leaks = (countReads(rounds)?.foreignCount ?? 0) > 0;
      if (step.round.discarded && !leaks) continue;
      if (step.repeatedFor.length > 0 && !leaks) {
        const [first, ...more] = step.repeatedFor;
        const others = more.length > 0 ? ` and ${more.length} more` : '';
        const what =
          slotsLeft >= plan.slotsARound
            ? 'is measured again'
            : 'does not count, and no time is left';
        progress.say(`${describeRound(step.round.round)} ${what}: ${first}${others}`);
        awaited = step.round.round;
        continue;
      }
      awaited = undefined;
      const judgement = judge(measured);
      progress.say(renderEstimate(judgement));
      if (judgement.decision === 'stop') return { input: measured };
    }
  } catch (error) {
    const { aborted } = experiment.signal;
    if (error instanceof PlanOver && !aborted) {
      progress.say('this host is too slow for the plan: the run ends with what was measured');
      return { input: endByTime({ measured, awaited }) };
    }
    const fault = error instanceof Error ? error : new Error(String(error));
    const kept = endByFault(fault, { measured, awaited }, aborted);
    if (!kept) throw error;
    return kept;
  }
  return { input: endByTime({ measured, awaited }) };
}

function describeRound(round: number): string {
  return round === 0 ? 'warm-up round' : `round ${round}`;
}

/** A repeated round replaces its first try in place: it holds the windows of both. */
function upsert(rounds: RoundMeasurement[], round: RoundMeasurement): void {
  const at = rounds.findIndex((one) => one.round === round.round);
  if (at === -1) rounds.push(round);
  else rounds[at] = round;
}

export function judgeOptionsFor(options: SpikeOptions): JudgeOptions {
  return {
    maxRisePercent: options.maxRisePercent,
    rounds: options.rounds,
    gate: options.gate,
    capUs: capUsFor(DEADLINES_MS),
    generatorCores: GENERATOR_PROCESSORS,
  };
}

/** As a record holds them: plain, without secrets. */
export function recordedOptions(
  options: SpikeOptions,
): Record<string, string | number | boolean | string[]> {
  const { redis, redisField: _, placeboRedis, ...rest } = options;
  const plain = {
    ...rest,
    without: [...rest.without],
    gate: [...rest.gate],
    allowRemote: [...rest.allowRemote],
  };
  return {
    ...plain,
    ...(redis === undefined ? {} : { redis: withoutSecrets(redis) }),
    ...(placeboRedis === undefined ? {} : { placeboRedis: withoutSecrets(placeboRedis) }),
    tiers: Object.keys(TIERS),
  };
}
