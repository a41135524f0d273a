import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isBackendValueOf } from './backend-value.ts';
import { type Backend, BackendError, type BackendOptions, startBackend } from './start-backend.ts';
import { busyShareBetween } from './worker-pool.ts';

const running: Backend[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((backend) => backend.stop()));
});

async function start(options: Partial<BackendOptions> = {}): Promise<Backend> {
  const backend = await startBackend({ workers: 4, serviceMs: 20, queueMax: 100, ...options });
  running.push(backend);
  return backend;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('startBackend', () => {
  it('serves exactly the capacity that was asked for', async () => {
    const backend = await start();
    const before = await backend.readStats();

    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const url = `${backend.url}/load?tenant=t&key=k${index}&bytes=300`;
        return isBackendValueOf(await (await fetch(url)).text(), 't', `k${index}`, 300);
      }),
    );
    const after = await backend.readStats();

    expect(answers.every((isOwn) => isOwn)).toBe(true);
    expect(after.servedCount - before.servedCount).toBe(60);
    expect(after.busyWorkerMs - before.busyWorkerMs).toBeCloseTo(60 * 20, 3);
    // 60 loads of 20 ms by 4 workers: at least 300 ms, however busy this machine is.
    expect(after.atMs - before.atMs).toBeGreaterThan(295);
    expect(busyShareBetween(before, after, 4)).toBeLessThanOrEqual(1);
  });

  it('changes its service time for the loads that follow', async () => {
    const backend = await start({ serviceMs: 1 });

    await backend.setServiceMs(150);
    const before = await backend.readStats();
    await fetch(`${backend.url}/load?tenant=t&key=k&bytes=10`);
    const after = await backend.readStats();

    expect(after.busyWorkerMs - before.busyWorkerMs).toBeCloseTo(150, 3);
    await expect(backend.setServiceMs(0)).rejects.toThrow('serviceMs: 0, expected a number');
  });

  it('ends its process when it is stopped, twice too, and rejects questions then', async () => {
    const backend = await start();

    await backend.stop();
    await backend.stop();

    expect(isAlive(backend.pid)).toBe(false);
    await expect(backend.readStats()).rejects.toThrow(BackendError);
  });

  it('tells of a process that ended by itself', async () => {
    const backend = await start();

    const answer = backend.readStats().then(() => backend.readStats());
    process.kill(backend.pid, 'SIGKILL');

    await expect(answer).rejects.toThrow(BackendError);
  });

  it('does not outlive a parent that was killed', async () => {
    const program = `
      import { startBackend } from ${JSON.stringify(new URL('start-backend.ts', import.meta.url).href)};
      const backend = await startBackend({ workers: 1, serviceMs: 1, queueMax: 1 });
      console.log(backend.pid);
    `;
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const parent = spawn(
      process.execPath,
      ['--import', tsx, '--input-type=module', '--eval', program],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (text) => resolve(Number(text)));
    });
    expect(isAlive(pid)).toBe(true);

    parent.kill('SIGKILL');

    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
  });

  it.each([
    [{ workers: 0 }, 'workers: 0, expected an integer 1..10000'],
    [{ workers: 1.5 }, 'workers: 1.5, expected an integer'],
    [{ serviceMs: Number.NaN }, 'serviceMs: NaN, expected a number'],
    [{ queueMax: -1 }, 'queueMax: -1, expected an integer 0..'],
    [{ seed: 0.1 }, 'seed: 0.1, expected an integer'],
    [{ serviceTime: 'pareto' as never }, 'serviceTime: pareto, expected one of constant'],
  ])('refuses %j and says what it expects', async (options, message) => {
    await expect(start(options)).rejects.toThrow(message);
  });
});
