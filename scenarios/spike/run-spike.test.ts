import { describe, expect, it } from 'vitest';
import type { RoundMeasurement } from '../../results/window.ts';
import { withoutAwaited } from './run-spike.ts';

const roundsOf = (count: number): RoundMeasurement[] =>
  Array.from({ length: count }, (_, round) => ({ round, discarded: round === 0, windows: [] }));
const counted = (rounds: readonly RoundMeasurement[]) =>
  rounds.filter(({ discarded }) => !discarded).map(({ round }) => round);

describe('a run whose time ended', () => {
  it('does not count the round that was to be measured again, and keeps it', () => {
    const rounds = withoutAwaited(roundsOf(4), 3);

    expect(counted(rounds)).toEqual([1, 2]);
    expect(rounds).toHaveLength(4);
  });

  it('counts it where there is no other, so that its gates are told', () => {
    expect(counted(withoutAwaited(roundsOf(2), 1))).toEqual([1]);
  });

  it('counts every round where none was to be measured again', () => {
    expect(counted(withoutAwaited(roundsOf(3), undefined))).toEqual([1, 2]);
  });
});
