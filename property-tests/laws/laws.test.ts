import { describe, expect, it } from 'vitest';
import { expectHeld, SEED } from './effort.fixture.ts';
import { MEMORY } from './ground.ts';
import { PROPERTY_IDS } from './law.ts';
import { LAWS } from './laws.ts';

describe(`the core over the memory store (seed ${SEED})`, () => {
  for (const law of LAWS) {
    it(`${law.property} ${law.name}: ${law.statement}`, async () => {
      const { cases } = await expectHeld(law, MEMORY, 250);
      expect(cases).toBeGreaterThanOrEqual(250);
    });
  }

  it('is looked at by a law for each property', () => {
    expect([...new Set(LAWS.map(({ property }) => property))].sort()).toEqual(
      [...PROPERTY_IDS].sort(),
    );
    expect(new Set(LAWS.map(({ name }) => name)).size).toBe(LAWS.length);
  });
});
