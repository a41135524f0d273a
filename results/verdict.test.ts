import { describe, expect, test } from 'vitest';
import { defaultJudgeOptions } from './judge-options.ts';
import { makeDraws } from './normal-draws.ts';
import { judge } from './verdict.ts';
import { makeRounds, type RoundSettings, soundCalibration } from './window.fixture.ts';

/** Rounds whose arms differ by factors, with the given spread between windows. */
function noisyRounds(
  count: number,
  factors: { baseline?: number; placebo?: number; spike?: number },
  spread = 0.02,
  seed = 1,
) {
  const draws = makeDraws(seed);
  const arm = (factor = 1): RoundSettings['common'] => ({
    hitUs: 200 * factor * Math.exp(spread * draws.normal()),
    missUs: 20_000 * factor * Math.exp(spread * draws.normal()),
  });
  return makeRounds(count, () => ({
    baseline: arm(factors.baseline) ?? {},
    placebo: arm(factors.placebo) ?? {},
    spike: arm(factors.spike) ?? {},
  }));
}

const judged = (rounds: ReturnType<typeof makeRounds>, options = {}) =>
  judge({
    rounds,
    calibration: soundCalibration,
    options: { ...defaultJudgeOptions, ...options },
  });

describe('the verdict on a run', () => {
  test('passes a run whose arms are alike', () => {
    const judgement = judged(noisyRounds(12, {}));
      judgement.verdict,
      judgement.reasons,
      judgement.gates.filter((g) => g.state !== 'green'),
    );
    expect(judgement.verdict).toBe('PASS');
  });
  test('fails a run whose spike costs a quarter', () => {
    const judgement = judged(noisyRounds(12, { spike: 1.25 }));
    expect(judgement.verdict).toBe('FAIL');
  });
});
