import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type MutantsPorts, runMutants } from './run-mutants.ts';

let folder: string;
let stdout = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-mutants-'));
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...more) => {
    stdout += text;
    for (const callback of more) if (typeof callback === 'function') callback();
    return true;
  });
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** The folder of one output is a file by the time that the mutants were tried. */
const ports: MutantsPorts = {
  readHost: () => ({
    ...{ cores: 1, cpuModel: 'test', memoryBytes: 1, platform: 'test', kernel: 'test' },
    ...{ node: '20', tools: {} },
  }),
  readGitRevision: async () => {
    const blocked = join(folder, 'blocked');
    rmSync(blocked, { recursive: true });
    writeFileSync(blocked, '');
    return null;
  },
};

describe('partywall mutants', () => {
  it('tells how to try the same again, and which output could not be written', async () => {
    const [json, html] = [join(folder, 'mutants.json'), join(folder, 'mutants.html')];
    const junit = join(folder, 'blocked', 'mutants.xml');
    const only = 'no tenant means global,tenant from a header';
    const flags = { only, cases: '1', seed: '7', json, junit, html, quiet: true };

    await expect(runMutants(flags, ports)).rejects.toThrow(/^--junit: /);

    const record = JSON.parse(readFileSync(json, 'utf8'));
    expect(record.replay).toBe(
      "partywall mutants --seed 7 --cases 1 --only 'tenant from a header,no tenant means global'",
    );
    expect(record.mutants).toMatchObject([{ state: 'killed' }, { state: 'killed' }]);
    expect(readFileSync(html, 'utf8')).toContain('no tenant means global');
    expect(stdout).toContain(`replay: ${record.replay}`);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([
      `replay: ${record.replay}`,
    ]);
  });
});
