/** Whole runs for tests of the verdict: arms by factor, judged with one planned look. */
import { defaultJudgeOptions, type JudgeOptions } from './judge-options.ts';
import type { JudgeInput, Judgement } from './judgement.ts';
import { makeDraws } from './normal-draws.ts';
import { judge } from './verdict.ts';
import {
  makeRounds,
  type RoundSettings,
  soundCalibration,
  type WindowSettings,
} from './window.fixture.ts';

export const sameUs = (us: number): WindowSettings => ({ hitUs: us, missUs: us });

export interface Arms {
  readonly baseline?: number;
  readonly placebo?: number | null;
  readonly spike?: number;
  readonly spread?: number;
}

/** As many samples as usual from fewer neighbours: merging them is what takes time. */
const fewNeighbours: WindowSettings = { neighbourCount: 3, requestsEach: 4_000 };

/** Arms whose times are `factor` times the usual ones, with a spread between windows. */
export function simulatedRounds(
  count: number,
  arms: Arms = {},
  extra: (round: number) => RoundSettings = () => ({}),
) {
  const draws = makeDraws(5);
  const spread = arms.spread ?? 0.01;
  const times = (factor = 1): WindowSettings => ({
    hitUs: 2_000 * factor * Math.exp(spread * draws.normal()),
    missUs: 20_000 * factor * Math.exp(spread * draws.normal()),
  });
  return makeRounds(count, (round) => {
    const own = extra(round);
    return {
      ...own,
      common: { ...fewNeighbours, ...own.common },
      baseline: { ...times(arms.baseline), ...own.baseline },
      placebo: arms.placebo === null ? null : { ...times(arms.placebo), ...own.placebo },
      spike: { ...times(arms.spike), ...own.spike },
    };
  });
}

export function judgeRounds(
  measured: JudgeInput['rounds'],
  options: Partial<JudgeOptions> = {},
  ended?: JudgeInput['ended'],
  judgeRun: typeof judge = judge,
) {
  const all = { ...defaultJudgeOptions, rounds: 12, ...options };
  return judgeRun({ rounds: measured, calibration: soundCalibration, options: all, ended });
}

export const cellOf = (judgement: Judgement, name: string) =>
  judgement.cells.find((cell) => cell.name === name);
