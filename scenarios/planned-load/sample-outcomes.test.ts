import { describe, expect, it } from 'vitest';
import { encodeSample, encodeSampleLine } from '../spike/samples.ts';
import { SampleOutcomes } from './sample-outcomes.ts';

const EPOCH_MS = 1_000_000;

describe('the samples of a planned load', () => {
  it('count from the planned moment of each request', () => {
    const samples = new SampleOutcomes([0, 10, 20], EPOCH_MS);
    const body = [encodeSample(2, 520_500, 300, 'loaded'), encodeSample(0, 500_000, 200, 'hit')];

    samples.add('time="..." level=info msg="k6 says something"');
    samples.add(encodeSampleLine('miss', EPOCH_MS - 500, body.join(';')));
    const { latencyUs, outcomes, latenessP99Us } = samples.take();

    expect([...latencyUs]).toEqual([200, Number.NaN, 800]);
    expect([...outcomes]).toEqual([0, -1, 1]);
    expect(latenessP99Us).toBe(500);
  });

  it('of a request that was never planned are refused', () => {
    const samples = new SampleOutcomes([0], EPOCH_MS);
    const line = encodeSampleLine('miss', EPOCH_MS, encodeSample(7, 1, 1, 'hit'));

    expect(() => samples.add(line)).toThrow(/sample 7/);
  });
});
