import { describe, expect, it } from 'vitest';
import { SEED } from '../laws/effort.fixture.ts';
import { LAWS } from '../laws/laws.ts';
import { applyEdit } from './build-mutated.ts';
import { MUTANTS } from './mutants.ts';
import { tryMutant } from './try-mutant.ts';

/** Far more than it takes; a mutant that is hard to find is a law too weak. */
const CASES = 4000;

describe(`mutants (seed ${SEED})`, () => {
  for (const mutant of MUTANTS) {
    it(`${mutant.name}: is found by ${mutant.killer}`, async () => {
      const laws = LAWS.filter(({ property }) => property === mutant.killer);

      const { kills } = await tryMutant(mutant, { seed: SEED, cases: CASES, laws, tells: false });

      const replay = `PARTYWALL_SEED=${SEED} npx vitest run property-tests/mutants`;
      expect(
        kills.map(({ by }) => by),
        replay,
      ).toContain(mutant.killer);
    });
  }

  it('have names of their own that fit the table', () => {
    const names = MUTANTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter(({ length }) => length > 24)).toEqual([]);
    expect(names.length).toBeGreaterThanOrEqual(35);
  });

  it('are refused where the text to replace is not there, or there twice', () => {
    const edit = { file: 'a', from: 'b  c', to: 'd' };
    expect(applyEdit('a b\n  c', edit)).toBe('a d');
    expect(() => applyEdit('a', edit)).toThrow('occurs 0 times');
    expect(() => applyEdit('b c b c', edit)).toThrow('occurs 2 times');
    expect(applyEdit('b c b c', { ...edit, everywhere: true })).toBe('d d');
  });
});
