import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from './cli.ts';
import { catchOutput } from './results/output/catch-output.fixture.ts';
import { findOnPath } from './scenarios/provision/find-on-path.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-cli-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command line in this process, and catches what it writes. */
async function run(...args: string[]) {
  const caught = catchOutput();
  const exitCode = await runCommandLine(args);
  vi.restoreAllMocks();
  return { exitCode, ...caught };
}

/** A machine with neither k6 nor Go nor Redis. */
function emptyMachine(): void {
  vi.stubEnv('PATH', folder);
  vi.stubEnv('PARTYWALL_CACHE', join(folder, 'cache'));
  vi.stubEnv('K6_BIN', '');
  vi.stubEnv('REDIS_URL', '');
}

describe('partywall', () => {
  it.each([
    [[], 'Usage: partywall'],
    [['dotcor'], "unknown command 'dotcor'"],
    [['doctor', '--jsn'], "unknown option '--jsn'"],
    [['doctor', '--json'], "option '--json <file>' argument missing"],
    [['run'], 'Usage: partywall run'],
    [['run', 'spkie'], "unknown command 'spkie'"],
    [['run', 'spike', '--rounds', 'many'], 'partywall: --rounds: many, expected an integer'],
  ])('exits with 64 for %j and says what is wrong', async (args, message) => {
    const { exitCode, stderr, stdout } = await run(...args);

    expect(exitCode).toBe(64);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });

  it.each([['--help'], ['doctor', '--help'], ['run', 'spike', '--help']])(
    'shows help with examples or codes',
    async (...args) => {
      const { exitCode, stdout } = await run(...args);

      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/Examples:|Exit codes:/);
    },
  );

  it('says its version', async () => {
    expect(await run('--version')).toMatchObject({ exitCode: 0, stdout: '0.1.0\n' });
  });

  it('reports a fault of its own without a stack trace, and how to report it', async () => {
    const platform = vi.spyOn(process, 'versions', 'get').mockImplementation(() => {
      throw new Error('something unforeseen');
    });

    const { exitCode, stderr } = await run('doctor');
    platform.mockRestore();

    expect(exitCode).toBe(70);
    expect(stderr).toContain('internal error: something unforeseen');
    expect(stderr).toContain('Please report it');
    expect(stderr).not.toContain('    at ');
  });
});

describe('partywall run', () => {
  it('says with --plan what it would do, on a machine that could not do it', async () => {
    emptyMachine();

    const { exitCode, stdout, stderr } = await run('run', 'spike', '--plan', '--seed', '5');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('two embedded Redis servers');
    expect(stderr).toBe('');
  });

  it('exits with 69 where k6 can neither be found nor made', async () => {
    const redisServer = findOnPath('redis-server', process.env) ?? '';
    emptyMachine();
    symlinkSync(redisServer, join(folder, 'redis-server'));
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));

    const { exitCode, stderr } = await run('run', 'spike', '--json', '-');
    vi.unstubAllGlobals();

    expect(exitCode).toBe(69);
    expect(stderr).toContain('k6 with the extension k6/x/redis is missing.');
  });
});

describe('partywall doctor', () => {
  it('exits with 69 where something needed is missing, and says how to get it', async () => {
    emptyMachine();

    const { exitCode, stdout } = await run('doctor');

    expect(exitCode).toBe(69);
    expect(stdout).toContain('install Go');
    expect(stdout).toContain('install redis-server 7 or later');
  });

  it('prepares nothing where it cannot, and says how', async () => {
    emptyMachine();
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));

    const { exitCode, stdout, stderr } = await run('doctor', '--prepare');
    vi.unstubAllGlobals();

    expect(exitCode).toBe(69);
    expect(stderr).toContain('partywall: k6 with the extension k6/x/redis is missing.');
    expect(stdout).toBe('');
  });

  it('writes nothing but JSON to standard output with --json -', async () => {
    emptyMachine();

    const { exitCode, stdout } = await run('doctor', '--json', '-');

    expect(exitCode).toBe(69);
    expect(JSON.parse(stdout).instruments[0]).toMatchObject({
      instrument: 'stress',
      missing: ['k6', 'redis'],
    });
  });

  it('writes JSON to a file beside the table', async () => {
    emptyMachine();
    const file = join(folder, 'new', 'doctor.json');

    const { stdout } = await run('doctor', '--json', file);

    expect(stdout).toContain('missing');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('findings');
  });

  it('names a file that cannot be written', async () => {
    emptyMachine();

    const { exitCode, stderr } = await run('doctor', '--json', '/dev/null/doctor.json');

    expect(exitCode).toBe(64);
    expect(stderr).toContain('partywall: --json: /dev/null/doctor.json, expected a file');
  });

  it('works as a program, without colours for NO_COLOR, and exits with its code', () => {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const cli = fileURLToPath(new URL('cli.ts', import.meta.url));

    const result = spawnSync(process.execPath, ['--import', tsx, cli, 'doctor'], {
      env: { PATH: folder, PARTYWALL_CACHE: folder, NO_COLOR: '1' },
      encoding: 'utf8',
    });

    expect(result.status).toBe(69);
    expect(result.stdout).toContain('needs k6, redis');
    expect(result.stdout).not.toContain('\u001b');
    expect(result.stderr).toBe('');
  });
});
