import { describe, expect, it } from 'vitest';
import { checkOptions } from '../check-options.ts';
import { FAULT_KINDS } from '../faults.ts';
import { drawOptions } from './draw-options.ts';
import { tryInWorkers } from './try-in-workers.ts';
import { trySeed } from './try-seed.ts';

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);

describe('the options of a swarm', () => {
  it('make sense for every seed, and the same ones for the same', () => {
    for (const seed of SEEDS) {
      const options = drawOptions(seed);

      expect(() => checkOptions(seed, options)).not.toThrow();
      expect(drawOptions(seed)).toEqual(options);
    }
  });

  it('hold every kind of fault, and none at all', () => {
    const drawn = SEEDS.map((seed) => drawOptions(seed).faults.map(({ kind }) => kind));

    // A shard that is lost for good is no fault that anything recovers from.
    const expected = FAULT_KINDS.filter((kind) => kind !== 'lost-shard').sort();
    expect([...new Set(drawn.flat())].sort()).toEqual(expected);
    expect(drawn.some((kinds) => kinds.length === 0)).toBe(true);
  });
});

describe('a swarm', () => {
  it('tries one seed after the other, each as it would be alone', async () => {
    const tries = [];
    for await (const one of tryInWorkers(5, 3, 1, new AbortController().signal)) tries.push(one);

    expect(tries.map(({ seed }) => seed)).toEqual([5, 6, 7]);
    expect(tries[2]).toEqual(trySeed(7));
    expect(tries.map(({ violations }) => violations)).toEqual([[], [], []]);
  });

  it('ends when it is told to', async () => {
    const stopped = AbortSignal.abort();
    const tries = [];
    for await (const one of tryInWorkers(1, 1000, 1, stopped)) tries.push(one);

    expect(tries).toEqual([]);
  });
});
