import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUR_CORE } from './core-under-test.ts';
import { MEMORY } from './ground.ts';
import { type AnyLaw, demand } from './law.ts';
import { proveLaw } from './prove-law.ts';

/** A law that large numbers break, and that cannot deal with small ones. */
const LAW: AnyLaw = {
  property: 'P0',
  name: 'numbers',
  statement: 'no number is large',
  usesStore: false,
  covers: [],
  cases: () => fc.nat({ max: 50 }),
  check: async (one: number) => {
    if (one < 10) throw new TypeError(`${one} has no second digit`);
    demand(one < 20, () => `${one} is large`);
  },
  tell: (one) => [`the number ${one}`],
};

describe('a law that is broken', () => {
  it('is told by the smallest case that breaks it as the first one did', async () => {
    const effort = { seed: 1, cases: 1, kept: [30] };

    expect(await proveLaw(LAW, OUR_CORE, MEMORY, effort)).toMatchObject({
      ...{ verdict: 'broken', isCrash: false },
      counterexample: { case: 20, message: '20 is large' },
    });
  });

  it('is told apart from one that ends in an error of another kind', async () => {
    const effort = { seed: 1, cases: 1, kept: [9] };

    expect(await proveLaw(LAW, OUR_CORE, MEMORY, effort)).toMatchObject({
      ...{ verdict: 'broken', isCrash: true },
      counterexample: { case: 0, message: 'TypeError: 0 has no second digit' },
    });
  });
});
