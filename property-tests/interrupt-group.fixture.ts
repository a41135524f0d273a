import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the command as the leader of a group of processes, all of which get SIGINT once `mark` was
 * said: what a terminal does at Ctrl-C.
 */
export function interruptAt(mark: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', cli, ...args], { detached: true });
    let [stdout, stderr] = ['', ''];
    let isInterrupted = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (isInterrupted || !stderr.includes(mark) || child.pid === undefined) return;
      isInterrupted = true;
      process.kill(-child.pid, 'SIGINT');
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
