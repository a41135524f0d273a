import { describe, expect, it } from 'vitest';
import { interruptAt } from '../interrupt-group.fixture.ts';
import { LAWS } from '../laws/laws.ts';
import { MUTANTS } from './mutants.ts';

describe('mutants that a terminal interrupts', () => {
  it.each([
    ['while the untouched core is tried', `1/${LAWS.length}`, /0 of 0 mutants killed/],
    // Between the two is the build of the second, for which esbuild has its own process.
    ['while the first mutants are built', `1/${MUTANTS.length}`, /[12] of [12] mutants killed/],
    ['later', `4/${MUTANTS.length}`, /[45] of [45] mutants killed/],
  ])('are reported as far as they were tried, %s', { timeout: 60_000 }, async (_, mark, killed) => {
    const args = ['mutants', '--cases', '50', '--seed', '7'];
    const { exitCode, stdout, stderr } = await interruptAt(`] ${mark} `, args);

    expect(stderr).not.toContain('internal error');
    expect(stdout).toMatch(killed);
    expect(stdout).toContain('interrupted before all were tried');
    expect(exitCode).toBe(2);
  });
});
