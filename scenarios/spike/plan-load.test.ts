import { describe, expect, it } from 'vitest';
import { TIERS } from '../../core/tenancy/tier.ts';
import type { Deployment } from './deployment.ts';
import type { Experiment } from './experiment.ts';
import { parseSpikeOptions, type RawSpikeOptions } from './options.ts';
import { planArms, planLoad, START_UP_MS } from './plan-load.ts';
import { handOverMs, slotMs } from './schedule.ts';
import { neighboursRatePerSecond, planTraffic, STREAMS, streamRatePerSecond } from './traffic.ts';

const EPOCH_MS = 1_764_000_000_000;

function makeSide(name: 'shared' | 'placebo'): Deployment {
  const port = name === 'shared' ? 7000 : 8000;
  return {
    name,
    redis: { url: `redis://127.0.0.1:${port}` },
    backend: { url: `http://127.0.0.1:${port + 1}` },
  } as unknown as Deployment;
}

/** An experiment of which only what is planned with exists. */
function makeExperiment(raw: RawSpikeOptions = {}, placebo = true): Experiment {
  const options = parseSpikeOptions({ seed: '5', ...raw }, () => 0);
  return {
    options,
    traffic: planTraffic(options),
    shared: makeSide('shared'),
    placebo: placebo ? makeSide('placebo') : undefined,
    signal: new AbortController().signal,
  } as Experiment;
}

const plan = (raw: RawSpikeOptions = {}, placebo = true) =>
  planLoad(makeExperiment(raw, placebo), EPOCH_MS);

describe('planLoad', () => {
  it.each([
    ['one warm-up round, the rounds asked for, six for repeats', { rounds: '12' }, 3 * 19],
    ['no more rounds than the time allows', { rounds: '200', maxDuration: '300' }, 3 * 13],
    ['what a sequential run may need, where there is time', { maxDuration: '1000' }, 3 * 31],
    ['what fits into ten minutes by default', {}, 3 * 28],
    ['a round at least', { maxDuration: '10' }, 3],
  ])('holds %s', (_, raw, slots) => {
    expect(plan(raw).schedule.arms).toHaveLength(slots);
  });

  it('ends within the longest time, start and hand-over included', () => {
    for (const maxDuration of [60, 120, 300, 600]) {
      for (const placebo of [true, false]) {
        const { durationMs } = plan({ maxDuration: String(maxDuration) }, placebo);

        expect(durationMs).toBeLessThanOrEqual(maxDuration * 1000);
      }
    }
  });

  it('leaves the placebo out of the rounds where there is none', () => {
    const { schedule, placebo } = plan({ rounds: '6' }, false);

    expect(placebo).toBeUndefined();
    expect(schedule.arms).toHaveLength(2 * 13);
    for (let slot = 0; slot < schedule.arms.length; slot += 2) {
      expect(schedule.arms.slice(slot, slot + 2).sort()).toEqual(['baseline', 'spike']);
    }
    expect(plan({ rounds: '6' }).placebo).toEqual({
      redisUrl: 'redis://127.0.0.1:8000',
      backendUrl: 'http://127.0.0.1:8001',
    });
  });

  it('draws its arms from the seed', () => {
    expect(plan({ seed: '1' })).toEqual(plan({ seed: '1' }));
    expect(plan({ seed: '1' }).schedule.arms).not.toEqual(plan({ seed: '2' }).schedule.arms);
  });

  it('lasts from before the first slot to after the last one', () => {
    const { schedule, durationMs } = plan({ rounds: '2', window: '3', guard: '0.5' });

    const slotsMs = schedule.arms.length * slotMs(schedule);
    expect(schedule).toMatchObject({ epochMs: EPOCH_MS, windowMs: 3000, guardMs: 500 });
    expect(durationMs).toBeGreaterThanOrEqual(START_UP_MS + slotsMs + handOverMs(schedule));
  });

  it.each([
    [{}, { limiter: true, deadline: true, localDeny: false }],
    [{ without: 'limiter' }, { limiter: false, deadline: true }],
    [{ without: 'timeout' }, { limiter: true, deadline: false }],
    [{ without: 'all' }, { limiter: false, deadline: false }],
    [{ with: 'local-deny' }, { limiter: true, localDeny: true }],
  ])('switches protections as told: %j', (raw, protections) => {
    expect(plan(raw).protections).toMatchObject(protections);
  });

  it('reaches k6 whole: nothing in it is lost in JSON', () => {
    const whole = plan({ namespace: 'trial' });

    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
    expect(whole).toMatchObject({ tiers: TIERS, namespace: 'trial', hotPace: 'schedule' });
  });

  it('never batches more than the hot tenant asks for in a second', () => {
    expect(plan({ hotRate: '3' }).hotBatch).toBe(3);
    expect(plan().hotBatch).toBe(10);
  });

  it.each([{}, { quick: true }, { neighbours: '1' }, { guard: '0.2' }])(
    'has no more virtual users than get a turn while samples are handed over: %j',
    (raw) => {
      const { schedule, traffic, neighbourVus } = plan(raw);

      const turns = (ratePerSecond: number) => (ratePerSecond * handOverMs(schedule)) / 1000;
      for (const stream of STREAMS) {
        const neighbours = streamRatePerSecond(neighboursRatePerSecond(traffic), stream);
        expect(neighbourVus[stream]).toBeLessThanOrEqual(turns(neighbours));
        expect(neighbourVus[stream]).toBeGreaterThanOrEqual(1);
      }
    },
  );
});

describe('planArms', () => {
  it('plans the given arms and no others', () => {
    const { schedule } = planArms(makeExperiment(), ['placebo'], EPOCH_MS);

    expect(schedule.arms).toEqual(['placebo']);
  });
});
