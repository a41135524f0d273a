import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from './cli.ts';
import { startTestServer, type TestServer } from './core/stores/redis-server.fixture.ts';
import { parseAnyRecord } from './results/any-record.ts';

let server: TestServer;
const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ code: number; stderr: string }> {
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((_text, ...rest) => {
    for (const one of rest as unknown[]) if (typeof one === 'function') one();
    return true;
  });
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const code = await runCommandLine(['bench', ...args]);
    return { code, stderr: stderr.mock.calls.map(([text]) => String(text)).join('') };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

describe('partywall bench core', () => {
  it('measures a server that holds keys of others, and leaves those keys alone', async () => {
    const client = server.client();
    await client.set('bench', 'of somebody else');
    const json = join(folder, 'bench.json');
    const url = `redis://127.0.0.1:${server.port}`;
    const args = ['--redis', url, '--namespace', 'mine', '--tenants', '5', '--rounds', '1'];

    const { code } = await run('core', ...args, '--quiet', '--json', json);

    const record = parseAnyRecord(JSON.parse(readFileSync(json, 'utf8')));
    if (record.kind !== 'bench') throw new Error('the record is of another kind');
    const figures = record.benchmarks.flatMap(({ contenders }) => contenders);
    expect(code).toBe(0);
    expect(figures.map(({ rounds }) => rounds.length)).toEqual(figures.map(() => 1));
    expect(figures.flatMap(({ rounds }) => rounds).every((one) => one > 0)).toBe(true);
    expect(await client.keys('*')).toEqual(['bench']);
    expect(await client.get('bench')).toBe('of somebody else');
  }, 60_000);

  it('names all that is wrong with what it was given, and starts nothing', async () => {
    const wrong = ['gore', '--rounds', '0', '--tenants', 'many', '--namespace', 'a:b'];
    const { code, stderr } = await run(...wrong);
    expect(code).toBe(64);
    for (const field of ['suite', '--rounds', '--tenants', '--namespace']) {
      expect(stderr).toContain(`${field}: `);
    }
  });

  it('refuses a server on which somebody else calls scripts, and says how many', async () => {
    const client = server.client();
    const sha1 = (await client.script('LOAD', 'return 1')) as string;
    let isOver = false;
    const theirs = (async () => {
      while (!isOver) await client.evalsha(sha1, 0);
    })();
    const url = `redis://127.0.0.1:${server.port}`;
    const args = ['--redis', url, '--namespace', 'mine', '--tenants', '1', '--rounds', '1'];

    const { code, stderr } = await run('core', ...args, '--quiet');
    isOver = true;
    await theirs;

    expect(code).toBe(64);
    expect(stderr).toMatch(
      new RegExp(
        `^partywall: --redis: ${url}, expected a server on which nobody else calls scripts: of \\d+ calls, 2000 were ours$`,
        'm',
      ),
    );
    expect(await client.keys('mine:*')).toEqual([]);
  }, 60_000);

  it('refuses a server that is not empty where no namespace keeps the keys apart', async () => {
    await server.client().set('bench', 'of somebody else');
    const { code, stderr } = await run('--redis', `redis://127.0.0.1:${server.port}`);
    expect([code, stderr.includes('--namespace')]).toEqual([64, true]);
  });
});

describe('partywall bench all', () => {
  it('measures nothing where the last suite could not be measured', async () => {
    vi.stubEnv('PATH', folder);
    vi.stubEnv('PARTYWALL_CACHE', join(folder, 'cache'));
    vi.stubEnv('K6_BIN', '');
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
    const url = `redis://127.0.0.1:${server.port}`;

    const { code, stderr } = await run('all', '--redis', url, '--namespace', 'mine');
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();

    expect(code).toBe(69);
    expect(stderr).toContain('k6 with the extension k6/x/redis is missing.');
    expect(stderr).not.toMatch(/\] \d+\/\d+ /);
  });
});
