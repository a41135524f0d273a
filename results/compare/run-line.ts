import { spawn } from 'node:child_process';

/** Nothing that is started here may hang a release for longer: a spike that builds k6 first fits. */
const lineTimeoutMs = 30 * 60_000;
/** A bench record is some kilobytes; beyond this a command is printing something else. */
const outputBytesMax = 64 * 2 ** 20;

/** A spike that is told to stop lets its load end and takes its keys away again. */
const stopMsUsual = 30_000;

export interface RunLine {
  readonly folder: string;
  /** Ends the command and everything that it started. */
  readonly signal?: AbortSignal;
  /** How long it may take to end by itself once it is told to; then it is killed. */
  readonly stopMs?: number;
}

export interface RanLine {
  /** Null where it was ended: by the signal, after half an hour, for its endless output, by others. */
  readonly exitCode: number | null;
  readonly stdout: string;
  /** The end of what it said, for a message. */
  readonly lastLines: string;
}

/** Runs a shell line, or a program with arguments, in a folder, as a process group of its own. */
export function runLine(
  line: string | readonly [string, ...string[]],
  { folder, signal, stopMs = stopMsUsual }: RunLine,
): Promise<RanLine> {
  const [program, ...args] = typeof line === 'string' ? ['/bin/sh', '-c', line] : line;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let killer: NodeJS.Timeout | undefined;
    const end = (how: 'SIGTERM' | 'SIGKILL') => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, how);
      } catch {
        // It is gone already.
      }
    };
    const kill = () => end('SIGKILL');
    const stop = () => {
      if (killer !== undefined) return;
      end('SIGTERM');
      killer = setTimeout(kill, stopMs);
    };
    const timer = setTimeout(stop, lineTimeoutMs);
    signal?.addEventListener('abort', stop, { once: true });
    // A second Ctrl-C ends this process at once; nothing of the group may outlive it.
    process.once('exit', kill);
    if (signal?.aborted) stop();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length > outputBytesMax) stop();
      else stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-10_000);
    });
    const forget = () => {
      clearTimeout(timer);
      clearTimeout(killer);
      signal?.removeEventListener('abort', stop);
      process.removeListener('exit', kill);
    };
    child.on('error', (error) => {
      forget();
      reject(error);
    });
    child.on('close', (code) => {
      forget();
      const isStopped = killer !== undefined;
      // Whoever closed its output and went on.
      if (isStopped) kill();
      // Told to stop, a command may exit with a code of its own, which says nothing.
      const exitCode = isStopped ? null : code;
      resolve({ exitCode, stdout, lastLines: lastOf(stderr) || lastOf(stdout) });
    });
  });
}

function lastOf(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ').slice(-300);
}
