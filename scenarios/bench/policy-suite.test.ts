import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SILENT_PROGRESS } from '../../results/output/progress.ts';
import { findK6 } from '../provision/k6.ts';
import { type InstructionCounter, instructionsPerCall } from './instructions.ts';
import { measureInterleaved } from './interleave.ts';
import { POLICY_CALLS } from './policy-calls.ts';
import { bundlePolicy, type PolicyTask, runInK6 } from './policy-process.ts';
import { policySuite } from './policy-suite.ts';
import { timePolicy } from './time-policy.ts';
import { measuredTogether } from './together.ts';

const { signal } = new AbortController();
const names = Object.keys(POLICY_CALLS);
const emptyFolder = mkdtempSync(join(tmpdir(), 'bench-policy-'));
afterAll(() => rmSync(emptyFolder, { recursive: true, force: true }));

describe('a policy function called in a row', () => {
  it.each(names)('%s comes to the same sum with the same arguments', (name) => {
    const sums = [1, 2].map(() => POLICY_CALLS[name]?.()(10_000));

    expect(sums[0]).toBe(sums[1]);
    expect(sums[0]).toBeGreaterThan(0);
  });

  it('admits half of what comes at twice the rate, in a later row as in the first', () => {
    const call = POLICY_CALLS['admission, half admitted']?.();
    call?.(20_000);

    // One millisecond to wait for each rejected one.
    expect(call?.(10_000)).toBe(5_000);
  });
});

describe('the times of policy functions', () => {
  it('are medians over batches by the clock that is given', () => {
    let nowMs = 0;
    const timing = { batches: 3, warmUpMs: 8, names, draw: () => 0.5 };
    // Every reading of the clock is a millisecond later.
    const figures = timePolicy({ ...timing, nowMs: () => nowMs++, batchMs: 1 });

    expect(Object.keys(figures)).toEqual(names);
    expect(Object.values(figures).every((us) => us > 0 && us < 1000)).toBe(true);
  });

  it('come from k6 as well as from Node', async () => {
    const search = await findK6(process.env);
    if (search.kind !== 'found') throw new Error('the tests need a k6: partywall doctor --prepare');
    const bundle = await bundlePolicy('k6');
    const timing = { batchMs: 2, batches: 1, warmUpMs: 1, names };
    const task: PolicyTask = { kind: 'time', seed: 1, ...timing };
    try {
      const figures = await runInK6(search.k6.path, bundle, task, signal);
      expect(Object.keys(figures).sort()).toEqual([...names].sort());
    } finally {
      await bundle.remove();
    }
  }, 60_000);
});

describe('the policy suite', () => {
  it('measures times and allocation in Node, and says that there is no k6', async () => {
    const said: string[] = [];
    const progress = { ...SILENT_PROGRESS, say: (text: string) => said.push(text) };
    const env = { PATH: '', PARTYWALL_CACHE: emptyFolder };
    const suite = await policySuite(
      { env, progress, signal },
      { seed: 1, countsInstructions: true },
    );
    try {
      const quietly = { progress: SILENT_PROGRESS, signal };
      const measured = await measureInterleaved(suite.benchmarks, {
        ...quietly,
        rounds: 1,
        seed: 1,
      });
      const [times, allocated] = measured.map(({ figures }) => figures);

      expect([...(times?.values() ?? [])].flat().every((us) => us > 0)).toBe(true);
      expect(allocated?.get('put, known key')?.[0]).toBeGreaterThan(100);
      expect(allocated?.get('admission, half admitted')?.[0]).toBeLessThan(16);
      expect(said).toEqual([
        expect.stringContaining('instructions are not counted'),
        expect.stringContaining('k6 is not there'),
      ]);
    } finally {
      await suite.close();
    }
  }, 120_000);
});

describe('instructions of a call', () => {
  it('are what a process takes more that makes more calls', async () => {
    const costs: Record<string, number> = { rollout: 120, 'lookup, hit': 700 };
    const counter: InstructionCounter = {
      name: 'valgrind',
      count: async (line) => {
        const task = JSON.parse(line.at(-1) ?? '') as PolicyTask;
        if (task.kind !== 'count') throw new Error('of another kind');
        return task.calls.reduce(
          (sum, { name, warmUp, count }) => sum + (costs[name] ?? 0) * (warmUp + count),
          600_000_000,
        );
      },
    };
    const bundle = { file: 'policy.mjs', remove: async () => {} };

    expect(await instructionsPerCall(counter, bundle, Object.keys(costs), signal)).toEqual(costs);
  });
});

describe('contenders that are measured together', () => {
  it('have one measurement a round, whichever is asked first', async () => {
    let measured = 0;
    const [a, b] = measuredTogether(['a', 'b'], async () => {
      measured += 1;
      return { a: measured, b: 10 * measured };
    });

    expect([await a?.measure(), await b?.measure()]).toEqual([1, 10]);
    expect([await b?.measure(), await a?.measure()]).toEqual([20, 2]);
  });

  it('are a fault where one was not measured', async () => {
    const [missing] = measuredTogether(['missing'], async () => ({ other: 1 }));

    await expect(missing?.measure()).rejects.toThrow('nothing was measured of missing');
  });
});
