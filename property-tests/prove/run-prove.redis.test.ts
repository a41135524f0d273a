import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestServer } from '../../core/stores/redis-server.fixture.ts';
import { type ProvePorts, runProve } from './run-prove.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall prove '));
  vi.spyOn(process.stdout, 'write').mockImplementation((_, ...more) => {
    for (const callback of more) if (typeof callback === 'function') callback();
    return true;
  });
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** A machine without a redis-server for a cluster. */
const ports: ProvePorts = {
  embedRedis: async () => {
    const { port, stop } = await startTestServer();
    return { url: `redis://127.0.0.1:${port}`, version: '7.0.0', stop };
  },
  findRedisBinary: () => undefined,
  readHost: () => ({
    ...{ cores: 1, cpuModel: 'test', memoryBytes: 1, platform: 'test', kernel: 'test' },
    ...{ node: '20', tools: {} },
  }),
  readGitRevision: async () => null,
};

/** The law that takes the least time. */
const QUICK = { law: 'identity', minutes: '0.01', seed: '7', quiet: true };

describe('partywall prove', () => {
  it('prints a line that opens the grounds that it had, and no others', async () => {
    const json = join(folder, 'proof.json');
    const counterexamples = join(folder, 'kept');

    await runProve({ ...QUICK, json, counterexamples }, ports);

    expect(JSON.parse(readFileSync(json, 'utf8')).replay).toBe(
      'partywall prove --seed 7 --minutes 0.01 --on memory,redis --law identity' +
        ` --counterexamples '${counterexamples}'`,
    );
  });

  it('reports an interruption while a server starts, and how to begin again', async () => {
    const json = join(folder, 'early.json');
    const embedRedis = async () => {
      process.emit('SIGINT');
      throw new Error('the server was interrupted, too');
    };

    const exitCode = await runProve({ ...QUICK, json, on: 'redis' }, { ...ports, embedRedis });

    expect(exitCode).toBe(2);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      ...{ verdict: 'INVALID', reasons: ['interrupted before any law was tried'] },
      replay: expect.stringContaining('--on redis --law identity'),
    });
  });

  it('writes what it can where another output cannot be written, and tells which', async () => {
    const [blocked, html] = [join(folder, 'blocked'), join(folder, 'proof.html')];
    // The folder of the output is there at first, and a file once the laws were tried.
    const readGitRevision = async () => {
      rmSync(blocked, { recursive: true });
      writeFileSync(blocked, '');
      return null;
    };
    const flags = { ...QUICK, on: 'memory', junit: join(blocked, 'proof.xml'), html };

    await expect(runProve(flags, { ...ports, readGitRevision })).rejects.toThrow(/^--junit: /);

    expect(readFileSync(html, 'utf8')).toContain('Laws of isolation');
  });
});
