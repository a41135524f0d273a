import { describe, expect, it } from 'vitest';
import { interruptAt } from './interrupt-group.fixture.ts';
import { LAWS } from './laws/laws.ts';

describe('a proof that a terminal interrupts', () => {
  it.each([
    // The cluster starts next, and is left to come up.
    ['while its servers start', 'prove redis: '],
    ['while laws are tried', 'P1 namespaces on memory'],
  ])('is reported as far as it came, %s', { timeout: 60_000 }, async (_, mark) => {
    const { exitCode, stdout, stderr } = await interruptAt(mark, ['prove', '--seed', '7']);

    expect(stderr).not.toContain('internal error');
    expect(stdout).toContain(`interrupted before ${storeLaws} laws could be tried on cluster`);
    expect(exitCode).toBe(2);
  });
});

/** Those that need a store, and so are tried on every ground. */
const storeLaws = LAWS.filter(({ usesStore }) => usesStore).length;
