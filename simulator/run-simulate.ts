import { EXIT_INTERRUPTED } from '../results/output/exit-codes.ts';
import { watchInterruption } from '../results/output/interruption.ts';
import type { Progress } from '../results/output/progress.ts';
import { prepareOutputs } from '../results/output/record-file.ts';
import { showProgress } from '../results/output/show-progress.ts';
import { tryAll } from '../results/output/try-all.ts';
import { writeJson, writeToStdout } from '../results/output/write-json.ts';
import { colorsFor } from '../results/report.ts';
import { checkOptions } from './check-options.ts';
import { makeCheckers } from './checkers/make-checkers.ts';
import { concludeRun } from './conclude-run.ts';
import { armsOf, type FailureRow, failureRow, KNOWN_FAILURES } from './failures.ts';
import { dropState, keepState, prepareState, resumeState } from './kept-state.ts';
import type { SimulationOptions } from './options.ts';
import { renderFailures } from './render.ts';
import { resultOf } from './result.ts';
import { runCacheReplay, runTraceDeployment } from './run-replay.ts';
import { findScenario, type Scenario, withoutProtections } from './scenarios.ts';
import { DEPLOYMENT_POLICY, parseSimulateFlags, type SimulateFlags } from './simulate-flags.ts';
import { Simulation } from './simulation.ts';
import type { StartRedis } from './verify/live-eviction.ts';

/** `partywall simulate`: does what was asked for, shows it; the exit code. */
export async function runSimulate(
  scenario: string | undefined,
  raw: Record<string, unknown>,
  startRedis?: StartRedis,
): Promise<number> {
  const flags = parseSimulateFlags(scenario, raw);
  await prepareFiles(flags);
  const { stderr } = process;
  const progress = showProgress({
    stream: stderr,
    quiet: flags.quiet,
    nowMs: () => performance.now(),
  });
  const { signal, forget } = watchInterruption(progress.say, () => process.exit(EXIT_INTERRUPTED));
  try {
    switch (flags.task.kind) {
      case 'replay':
        return flags.task.policy === DEPLOYMENT_POLICY
          ? await runTraceDeployment(flags, flags.task, progress, signal)
          : await runCacheReplay(flags, { ...flags.task, policy: flags.task.policy });
      case 'failures':
        return await runFailures(flags, progress, signal);
      case 'verify': {
        const { runVerification } = await import('./verify/run-verification.ts');
        return await runVerification(flags, progress, startRedis);
      }
      case 'speed': {
        const { renderSimulatorBench, simulatorBench } = await import('./bench.ts');
        const bench = await simulatorBench();
        if (flags.json !== undefined) await writeJson(flags.json, bench);
        if (flags.json !== '-') await writeToStdout(`${renderSimulatorBench(bench)}\n`);
        return 0;
      }
      case 'swarm': {
        const { runSwarm } = await import('./swarm/run-swarm.ts');
        const { seed, json, task } = flags;
        return await runSwarm({ ...task, seed, json }, progress, signal);
      }
      case 'scenario':
        return await runScenario(
          flags,
          findScenario(flags.task.scenario) as Scenario,
          progress,
          signal,
        );
    }
  } finally {
    progress.finish();
    forget();
  }
}

/** Before the work. A state that is kept, or a trace that is read, is no place for an output. */
async function prepareFiles(flags: SimulateFlags): Promise<void> {
  const { resume, task } = flags;
  const state = resume === undefined ? [] : [resume];
  const taken = task.kind === 'replay' ? [task.trace] : state;
  await tryAll([
    ...state.map((file) => () => prepareState(file)),
    () => prepareOutputs(flags, { taken }),
  ]);
}

async function runScenario(
  flags: SimulateFlags,
  scenario: Scenario,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const options = withDuration(
    withoutProtections(scenario.options(flags.preset), flags.without),
    flags.durationS,
  );
  const { seed } = flags;
  progress.say(`seed ${seed}: ${replayLine(flags, scenario.name)}`);
  checkOptions(seed, options);
  const startedAt = new Date().toISOString();
  const simulation = new Simulation(seed, options);
  const checkers = makeCheckers(simulation);
  simulation.watch(checkers.all);
  if (flags.resume !== undefined) await resumeState(simulation, seed, flags.resume);
  await advance(simulation, progress, signal);
  let code: number;
  try {
    if (flags.resume !== undefined && !simulation.isDone) {
      await keepState(simulation, seed, flags.resume);
      progress.say(`the state is in ${flags.resume}: the same command goes on from there`);
    }
  } finally {
    // A state that cannot be kept does not cost the record, too.
    code = await concludeRun(
      { flags, scenario, options, startedAt, replay: replayLine(flags, scenario.name) },
      simulation,
      checkers,
      progress,
    );
  }
  if (flags.resume !== undefined && simulation.isDone) await dropState(flags.resume);
  return code;
}

/** Both arms of each failure; 0 if each shows without its protection and is gone with it. */
async function runFailures(
  flags: SimulateFlags,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const rows: FailureRow[] = [];
  let done = 0;
  for (const failure of KNOWN_FAILURES) {
    const arms = armsOf(failure, flags.preset);
    const results = [];
    for (const options of arms) {
      progress.advance(done, 2 * KNOWN_FAILURES.length, failure.name);
      checkOptions(flags.seed, options);
      const simulation = new Simulation(flags.seed, options);
      const checkers = makeCheckers(simulation);
      simulation.watch(checkers.all);
      await advance(simulation, undefined, signal);
      if (signal.aborted) return EXIT_INTERRUPTED;
      results.push(resultOf(flags.seed, simulation, checkers));
      done += 1;
    }
    rows.push(failureRow(failure, arms, results));
  }
  progress.finish();
  if (flags.json !== undefined) {
    await writeJson(flags.json, { kind: 'failures', seed: flags.seed, preset: flags.preset, rows });
  }
  if (flags.json !== '-') {
    await writeToStdout(`${renderFailures(rows, colorsFor(process.stdout, process.env))}\n`);
  }
  return rows.every(({ isShown, isGone }) => isShown && isGone) ? 0 : 1;
}

/** Longest that a slice of a run may take before Ctrl-C is looked for. */
const SLICE_MS = 100;
const TELL_EVERY_MS = 2000;

/** Runs to the end or to Ctrl-C, telling the simulated time and the speed. */
async function advance(
  simulation: Simulation,
  progress: Progress | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { durationS } = simulation.options;
  const startedMs = performance.now();
  const startedCount = simulation.requestCount;
  let sliceUs = 100_000;
  let toldMs = startedMs;
  while (!simulation.isDone && !signal.aborted) {
    const beganMs = performance.now();
    simulation.advanceTo(simulation.nowUs + sliceUs);
    const endedMs = performance.now();
    if (endedMs - beganMs < SLICE_MS / 2) sliceUs *= 2;
    else if (endedMs - beganMs > SLICE_MS) sliceUs /= 2;
    if (progress !== undefined && endedMs - toldMs > TELL_EVERY_MS) {
      toldMs = endedMs;
      const perSecond = (simulation.requestCount - startedCount) / (endedMs - startedMs) / 1000;
      const faster = (simulation.nowUs / 1000 / (endedMs - startedMs)).toFixed(0);
      const doing = `s simulated, ${perSecond.toFixed(2)} M requests/s, ${faster} x real time`;
      progress.advance(Math.round(simulation.nowUs / 1e6), Math.round(durationS), doing);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function withDuration(options: SimulationOptions, durationS: number | undefined) {
  return durationS === undefined ? options : { ...options, durationS };
}

function replayLine({ preset, without, seed, durationS }: SimulateFlags, name: string): string {
  const parts = [`partywall simulate ${name} --preset ${preset} --seed ${seed}`];
  if (without.length > 0) parts.push(`--without ${without.join(',')}`);
  if (durationS !== undefined) parts.push(`--duration ${durationS}`);
  return parts.join(' ');
}
