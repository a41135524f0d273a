import { describe, expect, it } from 'vitest';
import { SEED } from '../laws/effort.fixture.ts';
import { LAWS } from '../laws/laws.ts';
import type { CoreMutant, VerifierMutant } from './mutant.ts';
import { tryMutant } from './try-mutant.ts';

const EFFORT = {
  ...{ seed: SEED, cases: 20, tells: false },
  laws: LAWS.filter(({ name }) => name === 'namespaces'),
};

describe(`trying a mutant (seed ${SEED})`, () => {
  it('takes no error for a kill that the law does not speak of', async () => {
    const mutant: CoreMutant = {
      kind: 'core',
      name: 'no keyspace',
      fault: 'there are no keys at all',
      killer: 'P1',
      wrap: (core) => ({
        ...core,
        makeKeyspace: () => {
          throw new TypeError('no keyspace');
        },
      }),
    };

    expect(await tryMutant(mutant, EFFORT)).toMatchObject({
      kills: [],
      crashes: [{ by: 'P1', law: 'namespaces', message: 'TypeError: no keyspace' }],
    });
  });

  it('takes a verifier that ends in an error for none that was found out', async () => {
    const mutant: VerifierMutant = {
      kind: 'verifier',
      name: 'no families',
      fault: 'the law of namespaces throws',
      killer: 'coverage',
      law: 'namespaces',
      edits: [
        {
          file: 'property-tests/laws/p01-namespaces',
          from: 'const homes = homesOf(one, trial);',
          to: "const homes = homesOf(one, trial); throw new TypeError('no homes');",
        },
      ],
    };

    expect(await tryMutant(mutant, EFFORT)).toMatchObject({
      kills: [],
      crashes: [{ by: 'P1', law: 'namespaces', message: 'TypeError: no homes' }],
    });
  });
});
