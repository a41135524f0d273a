import { readAnyRecord } from '../../results/any-record.ts';
import { EXIT_INTERRUPTED } from '../../results/output/exit-codes.ts';
import { watchInterruption } from '../../results/output/interruption.ts';
import { BadInputError } from '../../results/output/operating-errors.ts';
import type { Progress } from '../../results/output/progress.ts';
import { prepareOutputs } from '../../results/output/record-file.ts';
import { showProgress } from '../../results/output/show-progress.ts';
import { writeJson, writeToStdout } from '../../results/output/write-json.ts';
import { withDigest } from '../../results/record-digest.ts';
import { colorsFor } from '../../results/report.ts';
import type { StressRecord } from '../../results/schema.ts';
import { readGitRevision } from '../record.ts';
import { type LiveLoad, type LiveObservation, liveLoadOf } from './live-load.ts';
import { readLiveRuns, writeLiveRuns } from './live-runs-file.ts';
import { observe } from './observe.ts';
import { renderValidation } from './render-validation.ts';
import { isOnTime, latestRun, requestsOf, validate } from './validate.ts';
import {
  digestOfWorkload,
  type LiveRun,
  type LiveRuns,
  type LiveSpike,
  liveSpikeSchema,
} from './validation-schema.ts';
import { makeWorkloads, type Workload } from './workloads.ts';

/** What puts loads on real servers: `scenarios`, in production. */
export interface LiveServers {
  runLoad(load: LiveLoad, around: LiveAround): Promise<LiveObservation>;
  /** A whole spike with the given protections off. */
  runSpike(without: readonly string[], around: LiveAround): Promise<StressRecord>;
}

export interface LiveAround {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Protections off in each of the spikes. */
const SPIKES: readonly (readonly string[])[] = [[], ['limiter']];

/** A run whose generator was late is measured once more. */
const TRIES_MAX = 2;

/** `partywall validate`: measures what is missing, compares, shows it; the exit code. */
export async function runValidate(
  raw: Record<string, unknown>,
  servers: LiveServers,
): Promise<number> {
  const flags = parseFlags(raw);
  await prepareOutputs(flags);
  let live = await readLiveRuns('--runs', flags.runs);
  for (const file of flags.spikes) {
    const record = await readAnyRecord('--spikes', file);
    if (record.kind !== 'stress') throw notASpike(file);
    live = { ...live, spikes: [...live.spikes, spikeOf(record)] };
  }
  const progress = showProgress({
    stream: process.stderr,
    quiet: flags.quiet,
    nowMs: () => performance.now(),
  });
  const { signal, forget } = watchInterruption(progress.say, () => process.exit(EXIT_INTERRUPTED));
  const keep = async (next: LiveRuns) => {
    live = next;
    if (flags.runs !== undefined) await writeLiveRuns(flags.runs, next);
  };
  const workloads = makeWorkloads();
  try {
    if (flags.live)
      await measureMissing(workloads, () => live, keep, servers, flags.spike, { progress, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.say('stopped: what was measured before is compared');
  } finally {
    progress.finish();
    forget();
  }
  const validation = validate(workloads, live);
  if (flags.json !== undefined) {
    const { host, version } = live;
    const gitRevision = readGitRevision();
    const startedAt = new Date().toISOString();
    const record = { kind: 'validation', version, startedAt, host, gitRevision, ...validation };
    await writeJson(flags.json, withDigest(JSON.parse(JSON.stringify(record)) as object));
  }
  if (flags.json !== '-') {
    const text = renderValidation(validation, colorsFor(process.stdout, process.env));
    await writeToStdout(`${text}\n`);
  }
  return { PASS: 0, FAIL: 1, INCONCLUSIVE: 2 }[validation.verdict];
}

interface ValidateFlags {
  readonly runs: string | undefined;
  readonly live: boolean;
  readonly spike: boolean;
  /** Records of spikes that were run before. */
  readonly spikes: readonly string[];
  readonly json: string | undefined;
  readonly quiet: boolean;
}

function parseFlags(raw: Record<string, unknown>): ValidateFlags {
  const text = (name: string) => (typeof raw[name] === 'string' ? raw[name] : undefined);
  const flags = {
    runs: text('runs'),
    live: raw['live'] !== false,
    spike: raw['spike'] !== false,
    spikes: text('spikes')?.split(',') ?? [],
    json: text('json'),
    quiet: raw['quiet'] === true,
  };
  if (!flags.live && flags.runs === undefined) {
    const expected = 'a file of live runs, where none are to be measured (--no-live)';
    throw new BadInputError([{ field: '--runs', value: '', expected }]);
  }
  return flags;
}

/** Measures what the runs lack; each is kept as soon as it is there. */
async function measureMissing(
  workloads: readonly Workload[],
  live: () => LiveRuns,
  keep: (next: LiveRuns) => Promise<void>,
  servers: LiveServers,
  withSpikes: boolean,
  around: LiveAround,
): Promise<void> {
  const { progress, signal } = around;
  const missing = workloads.filter((workload) => latestRun(live(), workload) === undefined);
  const spikes = SPIKES.filter(
    (without) =>
      withSpikes && !live().spikes.some((spike) => spike.without.join() === without.join()),
  );
  const total = missing.length + spikes.length;
  let done = 0;
  for (const workload of missing) {
    for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
      progress.advance(done, total, `live: ${workload.name}`);
      const run = await measure(workload, servers, around);
      await keep({ ...live(), runs: [...live().runs, run] });
      if (isOnTime(run)) break;
      progress.say(`${workload.name}: requests started up to ${run.latenessP99Us} us late`);
    }
    done += 1;
  }
  for (const without of spikes) {
    signal.throwIfAborted();
    progress.advance(done, total, `live: spike, off: ${without.join(', ') || 'nothing'}`);
    const record = await servers.runSpike(without, around);
    await keep({ ...live(), spikes: [...live().spikes, spikeOf(record)] });
    done += 1;
  }
}

async function measure(
  workload: Workload,
  servers: LiveServers,
  around: LiveAround,
): Promise<LiveRun> {
  const list = requestsOf(workload);
  const startedAt = new Date().toISOString();
  const observation = await servers.runLoad(liveLoadOf(workload, list), around);
  const { scriptCalls, scriptUs, latenessP99Us, tools } = observation;
  return {
    workload: workload.name,
    workloadDigest: digestOfWorkload(workload),
    startedAt,
    figures: JSON.parse(JSON.stringify(observe(workload, list, observation))) as LiveRun['figures'],
    scriptCalls,
    scriptUs,
    latenessP99Us: Math.round(latenessP99Us),
    tools: { ...tools },
  };
}

function spikeOf({ startedAt, judgement, options, seed }: StressRecord): LiveSpike {
  const setting = liveSpikeSchema.shape.options.parse({ ...options, seed });
  const { verdict, reasons } = judgement;
  return { without: setting.without, startedAt, verdict, reasons: [...reasons], options: setting };
}

function notASpike(file: string): BadInputError {
  const expected = 'a record of partywall run spike';
  return new BadInputError([{ field: '--spikes', value: file, expected }]);
}
