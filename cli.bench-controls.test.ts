import { describe, expect, it, vi } from 'vitest';
import { runCommandLine } from './cli.ts';
import { enforcementOf } from './core/policy/rollout.ts';
import { loadMutated } from './property-tests/mutants/build-mutated.ts';
import { slowDown } from './scenarios/bench/slow-down.ts';

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((_text, ...rest) => {
      for (const one of rest as unknown[]) if (typeof one === 'function') one();
      return true;
    }),
  );
  try {
    const code = await runCommandLine(['bench', 'controls', ...args]);
    const textOf = (spy: typeof stdout) => spy?.mock.calls.map(([text]) => String(text)).join('');
    return { code, stdout: textOf(stdout) ?? '', stderr: textOf(stderr) ?? '' };
  } finally {
    stdout?.mockRestore();
    stderr?.mockRestore();
  }
}

describe('partywall bench controls', () => {
  it('builds, measures and compares each slow-down, and says what it found', async () => {
    const sizes = ['--slower', '0,100', '--comparisons', '1', '--rounds', '4', '--seed', '3'];
    const { code, stdout } = await run(...sizes, '--quiet');

    // One comparison of equal builds could never break its promise, which is said.
    expect([1, 2]).toContain(code);
    expect(stdout).toMatch(/A\/A .*too few/);
    expect(stdout).toContain('seed 3, 4 pairs of rounds, margin 1 %');
    expect(stdout).toMatch(/A\/A +[01] of 1 +at most 5\.0 %/);
    expect(stdout).toMatch(/\+100 % +[01] of 1/);
  }, 120_000);

  it('names all that is wrong with what it was given', async () => {
    const { code, stderr } = await run('--slower', '3,x', '--comparisons', '0', '--margin', '-1');

    expect(code).toBe(64);
    for (const field of ['--slower: x', '--comparisons: 0', '--margin: -1']) {
      expect(stderr).toContain(field);
    }
  });
});

describe('a seeded slow-down', () => {
  it('changes no answer', async () => {
    const file = 'core/policy/rollout';
    const slowed = await loadMutated<{ enforcementOf: typeof enforcementOf }>(file, slowDown(50));
    const answers = (of: typeof enforcementOf) =>
      Array.from({ length: 200 }, (_, n) => of(`tenant-${n}`, 50, 'salt'));

    expect(answers(slowed.enforcementOf)).toEqual(answers(enforcementOf));
  });
});
