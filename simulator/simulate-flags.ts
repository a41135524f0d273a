import { BadInputError, type InputProblem } from '../results/output/operating-errors.ts';
import { PROTECTIONS, type Protection } from './options.ts';
import { PRESETS, type Preset } from './presets.ts';
import { REPLAY_POLICIES, type ReplayPolicy } from './replay-trace.ts';
import { SCENARIOS } from './scenarios.ts';

export type Task =
  | { readonly kind: 'scenario'; readonly scenario: string }
  | { readonly kind: 'failures' }
  | { readonly kind: 'verify' }
  | {
      readonly kind: 'replay';
      readonly trace: string;
      readonly policy: ReplayPolicy;
      readonly capacity: number;
      readonly unit: 'bytes' | 'entries';
      readonly ratePerSecond: number;
    };

export interface SimulateFlags {
  readonly task: Task;
  readonly preset: Preset;
  readonly without: readonly Protection[];
  readonly seed: number;
  /** Undefined where the scenario's own is meant. */
  readonly durationS: number | undefined;
  readonly resume: string | undefined;
  readonly json: string | undefined;
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
  const report = (field: string, value: string, expected: string) => {
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
  if (problems.length > 0 || task === undefined) throw new BadInputError(problems);
  return {
    task,
    preset: preset as Preset,
    without: asked.includes('all') ? PROTECTIONS : (asked as Protection[]),
    seed,
    durationS,
    resume: text('resume'),
    json: text('json'),
    quiet: flags['quiet'] === true,
  };
}

function parseTask(
  scenario: string | undefined,
  text: (name: string) => string | undefined,
  report: (field: string, value: string, expected: string) => void,
): Task | undefined {
  const names = [...SCENARIOS.map(({ name }) => name), 'replay', 'failures', 'verify'];
  const trace = text('trace');
  const name = scenario ?? (trace === undefined ? undefined : 'replay');
  if (name === undefined || !names.includes(name)) {
    report('scenario', name ?? '', names.join(', '));
    return undefined;
  }
  if (name === 'failures' || name === 'verify') return { kind: name };
  if (name !== 'replay') {
    if (trace !== undefined) report('--trace', trace, `the scenario replay, not ${name}`);
    return { kind: 'scenario', scenario: name };
  }
  if (trace === undefined) report('--trace', '', 'a file of requests: time,key,size');
  const policy = text('policy') ?? 'lru';
  if (!(REPLAY_POLICIES as readonly string[]).includes(policy)) {
    report('--policy', policy, REPLAY_POLICIES.join(', '));
  }
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
    policy: policy as ReplayPolicy,
    capacity,
    unit,
    ratePerSecond,
  };
}
