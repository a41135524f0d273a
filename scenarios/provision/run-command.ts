import { spawn } from 'node:child_process';

export interface CommandOptions {
  /** After this long the command is killed. */
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Aborting it kills the command. */
  readonly signal?: AbortSignal;
  /** Called with each line of standard error while the command runs. */
  readonly onStderrLine?: (line: string) => void;
}

/** How a command ended; `exitCode` is null where it could not start or had to be killed. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

const OUTPUT_KEPT_CHARS = 64_000;

/** Runs a program without a shell and without input; never throws, whatever becomes of it. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    let partialLine = '';
    let timedOut = false;

    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const kill = () => {
      child.kill('SIGKILL');
      // A grandchild may hold the pipes open; the result must not wait for it.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, options.timeoutMs);
    options.signal?.addEventListener('abort', kill, { once: true });

    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-OUTPUT_KEPT_CHARS);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-OUTPUT_KEPT_CHARS);
      const lines = (partialLine + text).split('\n');
      partialLine = lines.pop() ?? '';
      for (const line of lines) options.onStderrLine?.(line);
    });

    const finish = (exitCode: number | null, problem = '') => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
      resolve({ exitCode, stdout, stderr: stderr + problem, timedOut });
    };
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (exitCode) => finish(exitCode));
  });
}
