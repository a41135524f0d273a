import { describe, expect, it } from 'vitest';
import { SILENT_PROGRESS } from '../../results/output/progress.ts';
import type { Benchmark } from './benchmark.ts';
import { measureInterleaved } from './interleave.ts';

function recording(order: string[], onMeasure: () => void = () => {}): Benchmark {
  const contender = (name: string) => ({
    name,
    measure: async () => {
      order.push(name);
      onMeasure();
      return order.length;
    },
  });
  return {
    name: 'letters',
    unit: 'us',
    better: 'lower',
    contenders: ['a', 'b', 'c'].map(contender),
    limits: [],
  };
}

const quietly = { progress: SILENT_PROGRESS, signal: new AbortController().signal };

describe('interleaved contenders', () => {
  it('all take part in every round, in orders that differ, the same ones for a seed', async () => {
    const runs = [1, 1, 2].map(() => [] as string[]);
    for (const [at, seed] of [1, 1, 2].entries()) {
      const order = runs[at] ?? [];
      await measureInterleaved([recording(order)], { ...quietly, rounds: 20, seed });
    }
    const [first = [], again, other] = runs;
    const rounds = Array.from({ length: 21 }, (_, at) => first.slice(3 * at, 3 * at + 3));
    expect(rounds.map((round) => [...round].sort().join(''))).toEqual(Array(21).fill('abc'));
    expect(new Set(rounds.map((round) => round.join(''))).size).toBeGreaterThan(3);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('have no round to warm up where their figures repeat', async () => {
    const exact = { ...recording([]), isExact: true };
    const [measured] = await measureInterleaved([exact], { ...quietly, rounds: 1, seed: 1 });
    const figures = [...(measured?.figures.values() ?? [])].flat().sort((a, b) => a - b);
    expect(figures).toEqual([1, 2, 3]);
  });

  it('keep nothing of the first round, which warms up', async () => {
    const [measured] = await measureInterleaved([recording([])], {
      ...quietly,
      rounds: 2,
      seed: 1,
    });
    const figures = [...(measured?.figures.values() ?? [])].flat().sort((a, b) => a - b);
    expect(figures).toEqual([4, 5, 6, 7, 8, 9]);
  });

  it('drop the round that an interruption broke off, and keep those before', async () => {
    const controller = new AbortController();
    const order: string[] = [];
    const benchmark = recording(order, () => order.length === 8 && controller.abort());
    const [measured] = await measureInterleaved([benchmark], {
      ...quietly,
      signal: controller.signal,
      rounds: 5,
      seed: 1,
    });
    expect([...(measured?.figures.values() ?? [])].map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(order).toHaveLength(8);
  });
});
