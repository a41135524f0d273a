import { describe, expect, it } from 'vitest';
import {
  broken,
  ladder,
  makeTries,
  type TriedAt,
} from '../../results/breakpoint/breakpoint.fixture.ts';
import { tryRounds } from '../../results/breakpoint/judge-breakpoint.ts';
import { chooseTry } from './choose-try.ts';
import { servePaces } from './pace-server.ts';

const both = [true, false];
const tryAll = (tries: readonly TriedAt[]) =>
  tryRounds({ rounds: makeTries(tries), options: ladder });

describe('chooseTry', () => {
  it('lets the settings take turns', () => {
    expect(chooseTry(0, [], both, ladder)).toEqual({ times: 5, isProtected: true });
    expect(chooseTry(1, [], both, ladder)).toEqual({ times: 5, isProtected: false });
  });

  it('climbs each setting by its own rounds', () => {
    const rounds = tryAll([{ times: 5 }, { times: 5, isProtected: false, ...broken }]);

    expect(chooseTry(2, rounds, both, ladder)).toMatchObject({ isProtected: true });
    expect(chooseTry(2, rounds, both, ladder)?.times).toBeGreaterThan(5);
    expect(chooseTry(3, rounds, both, ladder)).toEqual({ times: 2.5, isProtected: false });
  });

  it('gives the turns of a setting that is shown to the other one, and ends when both are', () => {
    const shown = Array.from({ length: 8 }, () => ({ times: 80 }));
    const rounds = tryAll(shown);

    expect(chooseTry(8, rounds, both, ladder)).toEqual({ times: 5, isProtected: false });
    expect(chooseTry(8, rounds, [true], ladder)).toBeUndefined();
  });

  it('gives a rate up at which the instrument failed three times', () => {
    const failed = { times: 80, placebo: { clockStepMs: 5000 } };
    const rounds = tryAll([{ times: 40 }, failed, failed, failed]);

    expect(chooseTry(4, rounds, [true], ladder)).toEqual({ times: 40, isProtected: true });
  });
});

describe('the pace server', () => {
  it('tells everybody the same pace of a round, chosen when it is first asked for', async () => {
    const asked: number[] = [];
    const server = await servePaces((round) => {
      asked.push(round);
      return { hotRatePerSecond: 100 * asked.length, isProtected: round % 2 === 0 };
    });
    try {
      const ask = async (round: number) => (await fetch(`${server.url}?round=${round}`)).json();

      const [first, second] = [await ask(3), await ask(3)];

      expect(second).toEqual(first);
      expect(await ask(4)).toEqual({ hotRatePerSecond: 200, isProtected: true });
      expect(asked).toEqual([3, 4]);
    } finally {
      await server.stop();
    }
  });
});
