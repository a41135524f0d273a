import { describe, expect, it } from 'vitest';
import { defaultJudgeOptions } from '../../results/judge-options.ts';
import type { JudgeInput } from '../../results/judgement.ts';
import { judge } from '../../results/verdict.ts';
import { makeRounds, soundCalibration } from '../../results/window.fixture.ts';
import { endByFault, endByTime, type Unfinished } from './early-end.ts';

/** A run of a warm-up and so many rounds, the last of which is to be measured again: it had drops. */
function unfinished(roundCount: number, awaited: number | undefined = roundCount): Unfinished {
  const drops = { plannedCount: 12_000, servedCount: 12_000, droppedCount: 6_000 };
  const rounds = makeRounds(roundCount, (round) =>
    round === awaited ? { baseline: { offeredNeighbours: drops } } : {},
  );
  const options = { ...defaultJudgeOptions, rounds: 'auto' as const };
  return { measured: { rounds, calibration: soundCalibration, options }, awaited };
}

const counted = ({ rounds }: JudgeInput) =>
  rounds.filter(({ discarded }) => !discarded).map(({ round }) => round);
const fault = new Error('k6 ended with exit code 2');

describe('a run whose time ended', () => {
  it('does not count the round that was to be measured again, and keeps it', () => {
    const run = unfinished(3);

    const input = endByTime(run);

    expect(counted(input)).toEqual([1, 2]);
    expect(input.rounds).toHaveLength(run.measured.rounds.length);
  });

  it('counts it where there is no other, so that its gates are told', () => {
    const input = endByTime(unfinished(1));

    expect(counted(input)).toEqual([1]);
    expect(judge(input).verdict).toBe('INVALID');
  });

  it('counts every round where none was to be measured again', () => {
    expect(counted(endByTime({ ...unfinished(3), awaited: undefined }))).toEqual([1, 2, 3]);
  });
});

describe('a run that was asked to stop', () => {
  it.each([1, 3])('is interrupted, not INVALID, while round %i is measured again', (roundCount) => {
    const ended = endByFault(fault, unfinished(roundCount), true);

    const judgement = ended && judge(ended.input);
    expect(judgement?.verdict).toBe('INCONCLUSIVE');
    expect(judgement?.reasons[0]).toMatch(/^interrupted/);
  });

  it('is no broken one, whatever failed on its way out, and keeps what it measured', () => {
    const ended = endByFault(fault, unfinished(3), true);

    expect(ended?.failure).toBeUndefined();
    expect(ended && counted(ended.input)).toEqual([1, 2]);
  });
});

describe('a run that broke off', () => {
  it('keeps what it measured, and says why it ended', () => {
    const ended = endByFault(fault, unfinished(3), false);

    expect(ended).toMatchObject({ input: { ended: 'interrupted' }, failure: fault });
  });

  it('has nothing to keep before its first round', () => {
    const { measured } = unfinished(1);
    const nothing = { measured: { ...measured, rounds: [] }, awaited: undefined };

    expect(endByFault(fault, nothing, false)).toBeUndefined();
  });
});
