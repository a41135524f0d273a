import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isRunning } from './is-running.fixture.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/**
 * A process with three children in groups of their own: one left alone, one with a child itself,
 * one that ended before. Says their ids, and waits.
 */
async function startParent() {
  const program = `
    import { spawn } from 'node:child_process';
    import { once } from 'node:events';
    import { watchOver } from ${JSON.stringify(new URL('watchdog.ts', import.meta.url).href)};
    const start = (...command) => {
      const child = spawn('/bin/sh', ['-c', command.join(' ')], {
        detached: true, stdio: ['ignore', 'pipe', 'ignore'],
      });
      child.once('exit', watchOver(child.pid));
      return child;
    };
    const plain = start('exec sleep 600');
    const ended = start('exit 0');
    await once(ended, 'exit');
    const nested = start('sleep 600 & echo $!; wait');
    const [grandchild] = await once(nested.stdout, 'data');
    console.log(JSON.stringify([plain.pid, nested.pid, Number(grandchild)]));
    setInterval(() => {}, 1000);
  `;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const parent = spawn(
    process.execPath,
    ['--import', tsx, '--input-type=module', '--eval', program],
    { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  started.push(parent);
  const [said] = await once(parent.stdout, 'data');
  return { pid: parent.pid ?? 0, children: JSON.parse(`${said}`) as number[] };
}

describe.skipIf(process.platform === 'win32')('what a process started', () => {
  it.each([
    ['is killed', (pid: number) => process.kill(pid, 'SIGKILL')],
    ['is killed with its whole group', (pid: number) => process.kill(-pid, 'SIGKILL')],
    ['ends by a signal to its whole group', (pid: number) => process.kill(-pid, 'SIGTERM')],
  ])('ends with it where it %s, grandchildren too', async (_how, end) => {
    const { pid, children } = await startParent();
    expect(children.map(isRunning)).toEqual([true, true, true]);

    end(pid);

    await vi.waitFor(() => expect(children.map(isRunning)).toEqual([false, false, false]), {
      timeout: 5_000,
      interval: 20,
    });
  });
});
