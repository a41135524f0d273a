import { spawn } from 'node:child_process';

/** Nothing that is started here may hang a release for longer: a spike that builds k6 first fits. */
const lineTimeoutMs = 30 * 60_000;
/** A bench record is some kilobytes; beyond this a command is printing something else. */
const outputBytesMax = 64 * 2 ** 20;

export interface RunLine {
  readonly folder: string;
  /** Ends the command and everything that it started. */
  readonly signal?: AbortSignal;
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
  { folder, signal }: RunLine,
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
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    const timer = setTimeout(end, lineTimeoutMs);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > outputBytesMax) end();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-10_000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve({ exitCode: code, stdout, lastLines: lastOf(stderr) || lastOf(stdout) });
    });
  });
}

function lastOf(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ').slice(-300);
}
