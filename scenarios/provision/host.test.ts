import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGitRevision, readHostFacts } from './host.ts';

describe('readHostFacts', () => {
  it('says what machine this is, and passes on the versions it was given', async () => {
    const facts = await readHostFacts({ k6Version: '1.8.1' });

    expect(facts.nodeVersion).toBe(process.versions.node);
    expect(facts.coreCount).toBeGreaterThan(0);
    expect(facts.memoryBytes).toBeGreaterThan(2 ** 28);
    expect(facts.k6Version).toBe('1.8.1');
    expect(facts.redisVersion).toBeNull();
  });

  it('has no revision outside of a checkout', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'partywall-host-'));

    expect(await readGitRevision(folder)).toBeNull();

    rmSync(folder, { recursive: true });
  });
});
