import { describe, expect, it } from 'vitest';
import { judgeMutants, tellState } from './judge-mutants.ts';
import { stateOf } from './mutant-state.ts';
import type { MutantLine } from './mutants-record.ts';
import type { MutantResult } from './try-mutant.ts';

const KILL = { by: 'P4', law: 'frame', tries: 37 };
const OTHER_KILL = { by: 'P2', law: 'provenance', tries: 5 };
const CRASH = { ...KILL, message: 'TypeError: no such thing' };

/** A mutant that P4 is named for. */
function lineOf({ kills = [], crashes = [] }: Partial<MutantResult>): MutantLine {
  const mutant = { kind: 'core', name: 'global clear', fault: 'clears all', killer: 'P4' } as const;
  return { ...mutant, kills, crashes, state: stateOf({ mutant, kills, crashes }) };
}

describe('a mutant', () => {
  it.each([
    ['is killed by the property named for it', { kills: [OTHER_KILL, KILL] }, 'killed'],
    ['survives where nobody finds it', {}, 'survived'],
    ['is missed where only others find it', { kills: [OTHER_KILL] }, 'missed'],
    ['is not killed by an error that no law speaks of', { crashes: [CRASH] }, 'crashed'],
    ['is killed beside a crash', { kills: [KILL], crashes: [{ ...CRASH, by: 'P1' }] }, 'killed'],
  ] as const)('%s', (_, found, state) => {
    expect(lineOf(found).state).toBe(state);
  });

  it('is told with what ended its law', () => {
    expect(tellState(lineOf({ crashes: [CRASH] }))).toBe(
      'not found by P4, but P4 frame ended after 37 in TypeError: no such thing: clears all',
    );
    expect(tellState(lineOf({ kills: [OTHER_KILL] }))).toBe(
      'not found by P4, but by P2 provenance after 5: clears all',
    );
  });
});

describe('the verdict on all mutants', () => {
  const killed = lineOf({ kills: [KILL] });

  it('passes only where the properties named for them found all', () => {
    expect(judgeMutants([killed], [], false)).toMatchObject({ verdict: 'PASS', killed: 1 });
    for (const found of [{ kills: [OTHER_KILL] }, { crashes: [CRASH] }]) {
      expect(judgeMutants([killed, lineOf(found)], [], false)).toMatchObject({
        ...{ verdict: 'INVALID', killed: 1, total: 2 },
        reasons: [expect.stringContaining('global clear: not found by P4')],
      });
    }
    expect(judgeMutants([killed], ['the core is broken'], false).verdict).toBe('INVALID');
    expect(judgeMutants([killed], [], true).verdict).toBe('INVALID');
  });

  it('fails where one survived, whatever else there is', () => {
    const lines = [killed, lineOf({ crashes: [CRASH] }), lineOf({})];

    expect(judgeMutants(lines, [], false)).toMatchObject({ verdict: 'FAIL', killed: 1, total: 3 });
  });
});
