import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addLintCommand } from './lint-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-lint-'));
  mkdirSync(join(folder, 'src/node_modules/x'), { recursive: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

async function run(...args: string[]) {
  let stdout = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...more) => {
    stdout += text;
    for (const callback of more) if (typeof callback === 'function') callback();
    return true;
  });
  const exitCodes: number[] = [];
  const program = new Command().exitOverride();
  addLintCommand(program, (code) => exitCodes.push(code));
  await program.parseAsync(['lint', ...args], { from: 'user' }).finally(() => vi.restoreAllMocks());
  return { stdout, exitCode: exitCodes[0] };
}

describe('partywall lint', () => {
  it('exits with 0 where nothing is found, and looks at no test and no dependency', async () => {
    write('src/a.ts', "redis.get('a');");
    write('src/a.test.ts', 'redis.flushall();');
    write('src/node_modules/x/b.ts', 'redis.flushall();');

    const { stdout, exitCode } = await run(join(folder, 'src'));

    expect([stdout, exitCode]).toEqual(['0 findings; Redis in 1 of 1 file\n', 0]);
    expect((await run('--tests', folder)).exitCode).toBe(1);
  });

  it('exits with 1 and names file, line, column, rule', async () => {
    write('src/a.ts', '\n  redis.flushall();');
    const json = join(folder, 'out.json');

    const { stdout, exitCode } = await run(folder, '--json', json);

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/src\/a\.ts:2:3 flush removes/);
    expect(JSON.parse(readFileSync(json, 'utf8')).findings).toMatchObject([{ rule: 'flush' }]);
  });

  it('flags raw commands only where the tenant cache is in use, or as told', async () => {
    write('src/a.ts', "redis.get('a');");
    expect((await run(folder)).exitCode).toBe(0);
    expect((await run(folder, '--raw-client')).exitCode).toBe(1);
    write('src/b.ts', "import { TenantCache } from 'partywall';");
    expect((await run(folder)).stdout).toContain('raw-client');
    expect((await run(folder, '--no-raw-client')).exitCode).toBe(0);
  });

  it('refuses paths that are not there, all at once, and folders without sources', async () => {
    await expect(run(join(folder, 'x'), join(folder, 'y'))).rejects.toThrow(
      /x, expected.*\n.*y, exp/,
    );
    await expect(run(join(folder, 'src/node_modules/x'))).rejects.toThrow(/sources in it/);
    await expect(run(folder, '--tenant-word', 'a b')).rejects.toThrow(/--tenant-word: a b/);
  });
});
