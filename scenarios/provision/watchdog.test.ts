import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isRunning } from './is-running.fixture.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/**
 * A process with three children in groups of their own: one left alone, one with a child itself,
 * one that ended before, and a folder of its own. Says what they are, and waits.
 */
async function startParent() {
  const program = `
    import { spawn } from 'node:child_process';
    import { once } from 'node:events';
    import { mkdtempSync, writeFileSync } from 'node:fs';
    import { removeWithUs, watchOver } from ${JSON.stringify(new URL('watchdog.ts', import.meta.url).href)};
    const start = (...command) => {
      const child = spawn('/bin/sh', ['-c', command.join(' ')], {
        detached: true, stdio: ['ignore', 'pipe', 'ignore'],
      });
      child.once('exit', watchOver(child.pid));
      return child;
    };
    const folder = mkdtempSync(${JSON.stringify(join(tmpdir(), 'partywall watched-'))});
    writeFileSync(folder + '/file', 'text');
    removeWithUs(folder);
    const plain = start('exec sleep 600');
    const ended = start('exit 0');
    await once(ended, 'exit');
    const nested = start('sleep 600 & echo $!; wait');
    const [grandchild] = await once(nested.stdout, 'data');
    console.log(JSON.stringify({ folder, children: [plain.pid, nested.pid, Number(grandchild)] }));
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
  const { folder, children } = JSON.parse(`${said}`) as { folder: string; children: number[] };
  return { pid: parent.pid ?? 0, folder, children };
}

describe.skipIf(process.platform === 'win32')('what a process started', () => {
  it.each([
    ['is killed', (pid: number) => process.kill(pid, 'SIGKILL')],
    ['is killed with its whole group', (pid: number) => process.kill(-pid, 'SIGKILL')],
    ['ends by a signal to its whole group', (pid: number) => process.kill(-pid, 'SIGTERM')],
  ])('ends with it where it %s, grandchildren and folders too', async (_how, end) => {
    const { pid, folder, children } = await startParent();
    expect(existsSync(join(folder, 'file'))).toBe(true);
    expect(children.map(isRunning)).toEqual([true, true, true]);

    end(pid);

    const settled = { timeout: 5_000, interval: 20 };
    await vi.waitFor(() => {
      expect(children.map(isRunning)).toEqual([false, false, false]);
      expect(existsSync(folder)).toBe(false);
    }, settled);
  });
});
