import {
  type BreakpointFacts,
  makeBreakpointRecord,
} from '../../results/breakpoint/breakpoint-record.ts';
import type {
  BreakpointOptions,
  BreakpointRecord,
} from '../../results/breakpoint/breakpoint-schema.ts';
import {
  type BreakpointInput,
  type Tried,
  tryBreakpointRound,
} from '../../results/breakpoint/judge-breakpoint.ts';
import { type BreakpointRound, isTrial } from '../../results/breakpoint/trial.ts';
import { ceilingRatioMax } from '../../results/gates.ts';
import type { Progress } from '../../results/output/progress.ts';
import type { RunSurroundings } from '../../results/output/watched.ts';
import { readGitRevision, readHost } from '../provision/host.ts';
import { BrokenRunError } from '../spike/broken-run-error.ts';
import { calibrate } from '../spike/calibrate.ts';
import { type Experiment, sidesOf } from '../spike/experiment.ts';
import { explainFault } from '../spike/explain-fault.ts';
import { followSlots } from '../spike/rounds.ts';
import { judgeOptionsFor, recordedOptions, withExperiment } from '../spike/run-spike.ts';
import { makeRungs } from './choose-rung.ts';
import { chooseTry, type Try } from './choose-try.ts';
import { describeTry, measureClimb, paceOf, planClimb, QUIET } from './measure-climb.ts';
import { type BreakpointRunOptions, leastTimes } from './options.ts';
import { servePaces } from './pace-server.ts';

/**
 * How often its ordinary rate may the hot tenant ask before its neighbours feel it, with protections
 * and without? Rounds at rates that are chosen by what came before, until the interval of both
 * settings is shown or time is up.
 */
export async function runBreakpoint(
  options: BreakpointRunOptions,
  around: RunSurroundings,
): Promise<BreakpointRecord> {
  const startedAt = new Date().toISOString();
  const outcome = await withExperiment(options.spike, around, async (experiment, tools) => {
    const { ceilingPerSecond } = await calibrate(experiment, around.progress);
    const judging = judgingFor(options, ceilingPerSecond);
    return {
      ...(await climb(experiment, options, judging, around.progress)),
      tools,
      ceilingPerSecond,
    };
  }).catch((error) => {
    if (!around.signal.aborted) throw error;
    return interruptedBeforehand(options);
  });
  const { input, tools, ceilingPerSecond, failure } = outcome;
  const facts: BreakpointFacts = {
    startedAt,
    seed: options.spike.seed,
    options: recordedBreakpointOptions(options),
    host: readHost(tools),
    gitRevision: await readGitRevision(),
    ceilingPerSecond,
  };
  const record = makeBreakpointRecord(facts, input);
  if (failure) throw new BrokenRunError(failure, record);
  return record;
}

interface Outcome {
  readonly input: BreakpointInput;
  readonly tools: Readonly<Record<string, string>>;
  readonly ceilingPerSecond: number | null;
  readonly failure?: Error;
}

function interruptedBeforehand(options: BreakpointRunOptions): Outcome {
  const judging = judgingFor(options, null);
  const input = { rounds: [], options: judging, ended: 'interrupted' as const };
  return { input, tools: {}, ceilingPerSecond: null };
}

/** The ladder ends where the generators would no longer be sure to keep the pace. */
function judgingFor(
  { spike, atLeastTimes, mostTimes }: BreakpointRunOptions,
  ceilingPerSecond: number | null,
): BreakpointOptions {
  const { ordinaryRatePerSecond, neighbours, neighbourRatePerSecond } = spike;
  const { maxRisePercent, capUs, generatorCores } = judgeOptionsFor(spike);
  const neighboursPerSecond = neighbours * neighbourRatePerSecond;
  const offered =
    ceilingPerSecond === null
      ? Infinity
      : Math.floor(
          (ceilingRatioMax * ceilingPerSecond - neighboursPerSecond) / ordinaryRatePerSecond,
        );
  const top = Math.max(leastTimes, Math.min(offered, mostTimes ?? MOST_TIMES));
  return {
    maxRisePercent,
    capUs,
    generatorCores,
    rungs: makeRungs(leastTimes, top),
    topIs: top < (mostTimes ?? MOST_TIMES) ? 'generator' : 'asked',
    atLeastTimes: atLeastTimes ?? null,
  };
}

/** More than this nobody asks for; it bounds the ladder. */
const MOST_TIMES = 10_000;

async function climb(
  experiment: Experiment,
  options: BreakpointRunOptions,
  judging: BreakpointOptions,
  progress: Progress,
): Promise<Pick<Outcome, 'input' | 'failure'>> {
  const rounds: BreakpointRound[] = [];
  const tried: Tried[] = [];
  const tries: (Try | undefined)[] = [];
  const paces = await servePaces((round) => {
    const next = chooseTry(round, tried, options.settings, judging);
    tries[round] = next;
    return paceOf(next ?? QUIET, options);
  });
  const measured = { rounds, options: judging };
  try {
    const plan = planClimb(experiment, options, judging, paces.url);
    const steps = followSlots(experiment, plan);
    for await (const round of measureClimb(steps, options, plan, tries, progress)) {
      rounds.push(round);
      const hasLeak = round.windows.some(({ reads }) => (reads?.foreignCount ?? 0) > 0);
      if (hasLeak) return { input: { ...measured, ended: null } };
      const one = tryBreakpointRound(round, judging);
      if (!one) continue;
      tried.push(one);
      progress.say(describeTried(one));
      const isShown = chooseTry(round.round + 1, tried, options.settings, judging) === undefined;
      if (isShown) return { input: { ...measured, ended: null } };
    }
    return { input: { ...measured, ended: 'time' } };
  } catch (error) {
    const input = { ...measured, ended: 'interrupted' as const };
    if (experiment.signal.aborted) return { input };
    if (rounds.length === 0) throw error;
    return { input, failure: await explainFault(error, sidesOf(experiment)) };
  } finally {
    await paces.stop();
  }
}

/** One line a round: what it showed, which a single round does not prove. */
function describeTried(one: Tried): string {
  if (!isTrial(one)) return `${describeTry(one)}: no evidence (${one.reasons.join('; ')})`;
  const worst = Math.max(...Object.values(one.rises));
  const word = worst >= 1 ? 'broke' : 'held';
  return `${describeTry(one)}: ${word}, rise ${worst.toFixed(1)} of the bound`;
}

function recordedBreakpointOptions(options: BreakpointRunOptions) {
  const {
    rounds: _r,
    gate: _g,
    without: _w,
    withLocalDeny: _l,
    hotRatePerSecond: _h,
    ...spike
  } = recordedOptions(options.spike);
  const [first, ...others] = options.settings;
  return {
    ...spike,
    without: [...options.without],
    protections: others.length > 0 ? 'both' : first ? 'on' : 'off',
    ...(options.atLeastTimes === undefined ? {} : { atLeast: options.atLeastTimes }),
    ...(options.mostTimes === undefined ? {} : { maxTimes: options.mostTimes }),
  };
}
