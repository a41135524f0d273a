import { availableParallelism } from 'node:os';
import { BadInputError, type InputProblem } from '../results/output/operating-errors.ts';
import { PROTECTIONS, type Protection } from './options.ts';
import { PRESETS, type Preset } from './presets.ts';
import { REPLAY_POLICIES, type ReplayPolicy } from './replay-trace.ts';
import { SCENARIOS } from './scenarios.ts';

export type Task =
  | { readonly kind: 'scenario'; readonly scenario: string }
  | { readonly kind: 'failures' }
  | { readonly kind: 'verify' }
  | { readonly kind: 'speed' }
  | { readonly kind: 'swarm'; readonly runs: number; readonly workers: number }
  | {
      readonly kind: 'replay';
      readonly trace: string;
      readonly policy: ReplayPolicy | typeof DEPLOYMENT_POLICY;
      readonly capacity: number;
      readonly unit: 'bytes' | 'entries';
      readonly ratePerSecond: number;
    };

/** The policy of a replay through a whole deployment: ours. */
export const DEPLOYMENT_POLICY = 'partywall';

export interface SimulateFlags {
  readonly task: Task;
  readonly preset: Preset;
  readonly without: readonly Protection[];
  readonly seed: number;
  /** Undefined where the scenario's own is meant. */
  readonly durationS: number | undefined;
  readonly resume: string | undefined;
  readonly json: string | undefined;
  readonly html: string | undefined;
  readonly quiet: boolean;
}

/** @throws BadInputError with everything wrong with the command line */
export function parseSimulateFlags(
  scenario: string | undefined,
  flags: Record<string, unknown>,
): SimulateFlags {
  const problems: InputProblem[] = [];
  const text = (name: string) => {
    const value = flags[name];
    return typeof value === 'string' ? value : undefined;
  };
  const report: Report = (field, value, expected) => {
    problems.push({ field, value, expected });
  };
  const preset = text('preset') ?? 'small';
  if (!(PRESETS as readonly string[]).includes(preset)) {
    report('--preset', preset, PRESETS.join(', '));
  }
  const asked = text('without')?.split(',') ?? [];
  for (const one of asked) {
    if (one !== 'all' && !(PROTECTIONS as readonly string[]).includes(one)) {
      report('--without', one, `${PROTECTIONS.join(', ')}, all`);
    }
  }
  const seed = Number(text('seed') ?? 1);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    report('--seed', text('seed') ?? '', 'a whole number from 0');
  }
  const duration = text('duration');
  const durationS = duration === undefined ? undefined : Number(duration);
  if (durationS !== undefined && !(durationS > 0)) {
    report('--duration', duration ?? '', 'seconds above 0');
  }
  const task = parseTask(scenario, text, report);
  if (task !== undefined) refuseOthers(task, flags, report);
  if (problems.length > 0 || task === undefined) throw new BadInputError(problems);
  return {
    task,
    preset: preset as Preset,
    without: asked.includes('all') ? PROTECTIONS : (asked as Protection[]),
    seed,
    durationS,
    resume: text('resume'),
    json: text('json'),
    html: text('html'),
    quiet: flags['quiet'] === true,
  };
}

const RUNS_MAX = 10_000_000;
const WORKERS_MAX = 256;

type Report = (field: string, value: string, expected: string) => void;

/** An option that a task would ignore promises what does not come. */
function refuseOthers(task: Task, flags: Record<string, unknown>, report: Report): void {
  const known = [...optionsOf(task), 'json', 'quiet'];
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined || known.includes(name)) continue;
    const options = known.map((one) => `--${one}`).join(', ');
    report(`--${name}`, String(value), `an option of ${nameOf(task)}: ${options}`);
  }
}

function optionsOf(task: Task): readonly string[] {
  switch (task.kind) {
    case 'scenario':
      return ['preset', 'without', 'seed', 'duration', 'resume', 'html'];
    case 'failures':
      return ['preset', 'seed'];
    case 'verify':
    case 'speed':
      return [];
    case 'swarm':
      return ['seed', 'runs', 'workers'];
    case 'replay': {
      const ofCache = ['trace', 'policy', 'capacity', 'rate', 'seed'];
      return isOfCache(task) ? ofCache : [...ofCache, 'without', 'html'];
    }
  }
}

function nameOf(task: Task): string {
  if (task.kind === 'scenario') return task.scenario;
  return task.kind === 'replay' ? `replay --policy ${task.policy}` : task.kind;
}

/** Against one cache, not through a deployment. */
function isOfCache({ policy }: Task & { readonly kind: 'replay' }): boolean {
  return (REPLAY_POLICIES as readonly string[]).includes(policy);
}

function parseSwarm(text: (name: string) => string | undefined, report: Report): Task {
  const whole = (name: string, usual: number, most: number) => {
    const value = Number(text(name) ?? usual);
    const isFine = Number.isInteger(value) && value >= 1 && value <= most;
    if (!isFine) report(`--${name}`, text(name) ?? '', `a whole number from 1 to ${most}`);
    return value;
  };
  return {
    kind: 'swarm',
    runs: whole('runs', SWARM_RUNS, RUNS_MAX),
    workers: whole('workers', availableParallelism(), WORKERS_MAX),
  };
}

/** What a swarm does in a minute or two on two cores. */
const SWARM_RUNS = 2000;

/** Tasks without options of their own. */
const TASKS = ['failures', 'verify', 'speed'] as const;

function parseTask(
  scenario: string | undefined,
  text: (name: string) => string | undefined,
  report: Report,
): Task | undefined {
  const names = [...SCENARIOS.map(({ name }) => name), 'replay', ...TASKS, 'swarm'];
  const trace = text('trace');
  const name = scenario ?? (trace === undefined ? undefined : 'replay');
  if (name === undefined || !names.includes(name)) {
    report('scenario', name ?? '', names.join(', '));
    return undefined;
  }
  const task = TASKS.find((one) => one === name);
  if (task !== undefined) return { kind: task };
  if (name === 'swarm') return parseSwarm(text, report);
  if (name !== 'replay') return { kind: 'scenario', scenario: name };
  if (trace === undefined) report('--trace', '', 'a file of requests: time,key,size');
  const policy = text('policy') ?? 'lru';
  const policies: readonly string[] = [...REPLAY_POLICIES, DEPLOYMENT_POLICY];
  if (!policies.includes(policy)) report('--policy', policy, policies.join(', '));
  const spelt = text('capacity') ?? '';
  const capacity = /^[1-9][0-9]{0,15}b?$/.test(spelt) ? Number.parseInt(spelt, 10) : 0;
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    report('--capacity', spelt, 'a whole number of entries from 1, or of bytes: 64000000b');
  }
  const ratePerSecond = Number(text('rate') ?? 1000);
  if (!(ratePerSecond > 0)) report('--rate', text('rate') ?? '', 'requests a second above 0');
  const unit = spelt.endsWith('b') ? 'bytes' : 'entries';
  return {
    kind: 'replay',
    trace: trace ?? '',
    policy: policy as ReplayPolicy | typeof DEPLOYMENT_POLICY,
    capacity,
    unit,
    ratePerSecond,
  };
}
