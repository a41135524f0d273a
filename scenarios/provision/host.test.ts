import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGitRevision, readHost } from './host.ts';

describe('readHost', () => {
  it('says what machine this is, and passes on the versions it was given', () => {
    const host = readHost({ k6: '1.8.1' });

    expect(host.node).toBe(process.versions.node);
    expect(host.cores).toBeGreaterThan(0);
    expect(host.memoryBytes).toBeGreaterThan(2 ** 28);
    expect(host.tools).toEqual({ k6: '1.8.1' });
  });
});

describe('readGitRevision', () => {
  it('is the commit, marked where files were changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'partywall-host-'));
    const git = (...args: string[]) => spawnSync('git', ['-C', folder, ...args]);
    git('init');
    writeFileSync(join(folder, 'file'), 'one');
    git('add', 'file');
    git('-c', 'user.name=a', '-c', 'user.email=a@b.example', 'commit', '-m', 'one');

    const clean = await readGitRevision(folder);
    writeFileSync(join(folder, 'file'), 'two');
    const changed = await readGitRevision(folder);
    rmSync(folder, { recursive: true });

    expect(clean).toMatch(/^[0-9a-f]{12}$/);
    expect(changed).toBe(`${clean}+changes`);
  });

  it('is null outside of a checkout', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'partywall-host-'));

    expect(await readGitRevision(folder)).toBeNull();

    rmSync(folder, { recursive: true });
  });
});
