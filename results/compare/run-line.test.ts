import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runLine } from './run-line.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-line-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a line that makes a file `started` when it is ready, and stops it then. */
async function stop(line: string, stopMs?: number) {
  const controller = new AbortController();
  const ending = runLine(line, {
    folder,
    signal: controller.signal,
    ...(stopMs === undefined ? {} : { stopMs }),
  });
  await vi.waitUntil(() => existsSync(join(folder, 'started')), { timeout: 10_000 });
  controller.abort();
  return ending;
}

describe('a line that is run', () => {
  it('hands back what it printed and its exit code', async () => {
    const ran = await runLine('echo out; echo err >&2; exit 3', { folder });

    expect(ran).toEqual({ exitCode: 3, stdout: 'out\n', lastLines: 'err' });
  });

  it('may clean up when it is stopped, and its own exit code says nothing then', async () => {
    const { exitCode, stdout } = await stop(
      `trap 'echo cleaned up; exit 2' TERM; touch started; while :; do sleep .05; done`,
    );

    expect(exitCode).toBeNull();
    expect(stdout).toBe('cleaned up\n');
  });

  it('is killed where it does not end by itself in time', async () => {
    const ran = await stop(`trap '' TERM; touch started; while :; do sleep .05; done`, 200);

    expect(ran.exitCode).toBeNull();
  });

  it('leaves nothing running that closed its output and heeds no signal', async () => {
    const stubborn = `(trap '' TERM; while :; do sleep .05; touch alive; done) >&- 2>&- &`;

    await stop(`${stubborn} touch started; sleep 60`);

    rmSync(join(folder, 'alive'), { force: true });
    // Longer than the turn that a killed loop may still have been in.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(existsSync(join(folder, 'alive'))).toBe(false);
  });
});
