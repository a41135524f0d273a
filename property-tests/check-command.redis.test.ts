import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestServer, type TestServer } from '../core/stores/redis-server.fixture.ts';
import { MissingToolError } from '../results/output/operating-errors.ts';
import { addCheckCommand } from './check-command.ts';
import type { CheckPorts } from './conformance/run-check.ts';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startTestServer();
  folder = mkdtempSync(join(tmpdir(), 'partywall-check-'));
  vi.stubEnv('REDIS_URL', '');
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

let openCount = 0;

/** A server that stands for the embedded one, or for one of somebody else where a URL is given. */
const ports: CheckPorts = {
  startRedis: async ({ url }) => {
    openCount += 1;
    return {
      url: url ?? `redis://127.0.0.1:${server.port}`,
      version: '7.0.0',
      source: url === undefined ? 'embedded' : 'attached',
      stop: async () => {
        openCount -= 1;
      },
    };
  },
  readHost: (tools) => ({
    ...{ cores: 1, cpuModel: 'test', memoryBytes: 1, platform: 'test', kernel: 'test' },
    ...{ node: '20', tools: { ...tools } },
  }),
  readGitRevision: async () => null,
};

async function run(...args: string[]) {
  let stdout = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...more) => {
    stdout += text;
    for (const callback of more) if (typeof callback === 'function') callback();
    return true;
  });
  let exitCode = -1;
  const program = new Command().exitOverride();
  addCheckCommand(
    program,
    (code) => {
      exitCode = code;
    },
    ports,
  );
  await program.parseAsync(['check', '--quiet', ...args], { from: 'user' });
  return { exitCode, stdout };
}

/** An adapter whose deployment is the given text. */
function adapterOf(name: string, deployment: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, `export default { name: '${name}', open: async () => (${deployment}) };`);
  return file;
}

/** In memory, one map an opening; `place` is where an entry lies. */
function memory(place: string): string {
  return `((map) => ({
    close: async () => {},
    tenant: async (id) => ({
      get: async (key) => map.get(${place}),
      set: async (key, value) => { map.set(${place}, value); },
      clear: async () => {
        for (const name of map.keys()) if (JSON.parse(name)[0] === id) map.delete(name);
      },
    }),
  }))(new Map())`;
}

const RIGHT = memory('JSON.stringify([id, key])');

describe('partywall check', () => {
  it('passes a right cache, and writes the record of the contract', async () => {
    const words = ['--seed', '7', '--tries', '60', '--json', '-'];
    const { exitCode, stdout } = await run(adapterOf('right', RIGHT), ...words);

    const record = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(record).toMatchObject({ kind: 'check', version: 1, seed: 7, adapter: 'right' });
    expect(record.properties).toContainEqual(
      expect.objectContaining({ id: 'P1', verdict: 'held', tries: expect.any(Number) }),
    );
    expect(record.properties).toContainEqual(
      expect.objectContaining({ id: 'P18', verdict: 'skipped', tries: 0 }),
    );
  });

  it('fails a broken one, with its class, counterexample and how to repeat it', async () => {
    const file = adapterOf('leaks', memory('JSON.stringify(["", key])'));
    const junit = join(folder, 'leaks.xml');
    const page = join(folder, 'leaks.html');
    const words = [file, '--seed', '7', '--junit', junit, '--html', page];
    const { exitCode, stdout } = await run(...words);

    expect(exitCode).toBe(1);
    expect(stdout).toContain('nothing separates even unrelated tenants here');
    expect(stdout).toContain(`Again: partywall check ${file} --seed 7 --tries 160`);
    expect(
      stdout.split('\n').filter((line) => line.length > 80 && !line.includes('Again')),
    ).toEqual([]);
    expect(readFileSync(junit, 'utf8')).toContain('<failure type="no-mechanism"');
    expect(readFileSync(page, 'utf8')).toContain('<span class="word bad">BROKEN</span>');
  });

  it('is undecided where Ctrl-C reaches the server that is only just starting', async () => {
    const startRedis = vi.spyOn(ports, 'startRedis').mockImplementationOnce(async () => {
      process.emit('SIGINT');
      throw new MissingToolError({ tool: 'redis', message: 'it ended', remedies: [] });
    });

    const { exitCode } = await run(adapterOf('early', RIGHT));

    expect(startRedis).toHaveBeenCalledOnce();
    expect(exitCode).toBe(2);
  });

  it('is undecided where nothing could be tried', async () => {
    const file = adapterOf(
      'refuses',
      '{ tenant: async () => { throw new Error("no"); }, close: async () => {} }',
    );

    expect((await run(file, '--tries', '5')).exitCode).toBe(2);
  });

  it.each([
    ['gives nothing', 'undefined', 'open(): gave a value of type undefined'],
    ['lacks tenant', '{ close() {} }', 'gave an object without tenant()'],
    [
      'reads numbers',
      '{ close: async () => {}, tenant: async () => ({ get: async () => 42, set: async () => {} }) }',
      'get(): gave a value of type number',
    ],
    [
      'offers what is no function',
      '{ close: async () => {}, tenant: async () => ({ get() {}, set() {}, clear: "yes" }) }',
      'gave clear, a value of type string, expected clear as a function, or not at all',
    ],
    ['throws', '(() => { throw new Error("boom"); })()', 'open(): threw Error: boom'],
  ])('tells in one line that an adapter %s', async (name, deployment, message) => {
    await expect(run(adapterOf(name.replace(' ', '-'), deployment))).rejects.toThrow(message);
  });

  it('takes an adapter that ends the process for no verdict', () => {
    const file = join(folder, 'exits.mjs');
    writeFileSync(file, 'export default { name: "exits", open: () => process.exit(0) };');

    const words = ['--import', 'tsx', 'cli.ts', 'check', file, '--quiet'];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });

    expect(stderr).toContain('partywall: adapter outside of its calls: ended the process');
    expect(status).toBe(64);
  });

  it('refuses a server that holds keys, unless told', async () => {
    const client = server.client();
    await client.select(5);
    await client.set('theirs', '1');
    const words = [adapterOf('right2', RIGHT), '--redis', `redis://127.0.0.1:${server.port}/5`];

    await expect(run(...words)).rejects.toThrow(
      '--redis: a database with 1 key, expected an empty',
    );
    expect(openCount).toBe(0);
    expect((await run(...words, '--allow-non-empty')).exitCode).toBe(0);
    expect(await client.keys('*')).toEqual(['theirs']);
  });

  it('does the very same again on an empty server, by the line that it prints', async () => {
    const url = `redis://127.0.0.1:${server.port}/6`;
    const file = adapterOf('leaks2', memory('JSON.stringify(["", key])'));
    const words = ['--tries', '5', '--minutes', '1', '--redis', url, '--json', '-'];
    const first = JSON.parse((await run(file, '--seed', '7', ...words)).stdout);
    expect(first.replay).toBe(
      `partywall check ${file} --seed 7 --tries 5 --minutes 1 --redis ${url}`,
    );

    const [, , ...again] = first.replay.split(' ');
    const second = JSON.parse((await run(...again, '--json', '-')).stdout);
    expect(second.properties).toEqual(first.properties);
    expect(JSON.stringify(first.properties)).toContain('p00000007w');
  });

  it('writes what it can where another output cannot be written, and tells which', async () => {
    const [page, gone] = [join(folder, 'right3.html'), join(folder, 'gone')];
    const file = join(folder, 'right3.mjs');
    // The folder of an output is a file by the time that the check is over.
    writeFileSync(
      file,
      `import { rmSync, writeFileSync } from 'node:fs';
      export default { name: 'right3', open: async () => {
        rmSync('${gone}', { recursive: true });
        writeFileSync('${gone}', '');
        return ${RIGHT};
      } };`,
    );
    const words = ['--tries', '5', '--junit', join(gone, 'a.xml'), '--html', page];

    await expect(run(file, ...words)).rejects.toThrow(/^--junit: .*expected a file that can be/);

    expect(readFileSync(page, 'utf8')).toContain('right3');
  });
});
