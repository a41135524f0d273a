import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Plugin } from 'esbuild';
import { bundle } from '../../results/output/bundle.ts';
import type { PolicyTiming } from './time-policy.ts';

/** What a process of its own does in one round. */
export type PolicyTask =
  | ({ readonly kind: 'time'; readonly seed: number } & Omit<PolicyTiming, 'nowMs' | 'draw'>)
  | { readonly kind: 'allocate' | 'count'; readonly calls: readonly CallCount[] };

export interface CallCount {
  readonly name: string;
  readonly warmUp: number;
  readonly count: number;
}

/** The policy's functions, bundled for an engine. */
export interface PolicyBundle {
  readonly file: string;
  remove(): Promise<void>;
}

const PROCESS_TIMEOUT_MS = 120_000;
const OUTPUT_BYTES_MAX = 2 ** 20;
const execute = promisify(execFile);

/**
 * Bundles the benchmark's functions with the core behind them.
 *
 * @param plugins may change the sources on their way, to put a slow-down in
 */
export async function bundlePolicy(
  engine: 'node' | 'k6',
  plugins: readonly Plugin[] = [],
): Promise<PolicyBundle> {
  const here = fileURLToPath(import.meta.url);
  const extension = here.endsWith('.ts') ? '.ts' : '.js';
  const folder = await mkdtemp(join(tmpdir(), 'partywall-policy-'));
  const file = join(folder, 'policy.mjs');
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await bundle({
      entryPoints: [join(here, '..', `policy.${engine}${extension}`)],
      outfile: file,
      bundle: true,
      format: 'esm',
      target: 'es2022',
      platform: engine === 'node' ? 'node' : 'neutral',
      mainFields: ['module', 'main'],
      plugins: [...plugins],
      logLevel: 'silent',
    });
  } catch (error) {
    await remove();
    throw error;
  }
  return { file, remove };
}

/** A line to run: a program with its arguments. */
export type ProgramLine = readonly [string, ...string[]];

/** Performs a task in a process of Node; figures by the names of the functions. */
export async function runInNode(
  bundle: PolicyBundle,
  task: PolicyTask,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const { stdout } = await runProgram(nodeLine(bundle, task), signal);
  return JSON.parse(stdout);
}

/** The compiler then works where it is asked to: a busy machine would let its own thread starve. */
const TIMED = ['--single-threaded'];
/** Two runs differ by some ten thousand instructions, and by no allocation. */
const REPEATABLE = [...TIMED, '--predictable', '--hash-seed=1', '--random-seed=1'];

/** Node on a task, with one thread. */
export function nodeLine({ file }: PolicyBundle, task: PolicyTask): ProgramLine {
  const flags = task.kind === 'time' ? TIMED : REPEATABLE;
  return [process.execPath, ...flags, file, JSON.stringify(task)];
}

/** Performs a task in k6's engine. */
export async function runInK6(
  k6: string,
  { file }: PolicyBundle,
  task: PolicyTask,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const quiet = ['--quiet', '--no-summary', '--no-usage-report', '--no-color'];
  const line = [k6, 'run', ...quiet, '--log-format', 'raw', '--log-output', 'stderr', file];
  const env = { ...process.env, PARTYWALL_TASK: JSON.stringify(task) };
  const { stderr } = await runProgram(line as unknown as ProgramLine, signal, env);
  const answer = stderr.split('\n').find((one) => one.startsWith('{'));
  if (answer === undefined) throw new Error(`k6 printed no figures: ${stderr.slice(-300)}`);
  return JSON.parse(answer);
}

/** Runs a program to its end, with a limit of time and output. */
export async function runProgram(
  [program, ...args]: ProgramLine,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ stdout: string; stderr: string }> {
  const bounds = { timeout: PROCESS_TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX };
  return execute(program, args, { ...bounds, signal, env, killSignal: 'SIGKILL' });
}
