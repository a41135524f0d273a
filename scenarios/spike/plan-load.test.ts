import { describe, expect, it } from 'vitest';
import { TIERS } from '../../core/tenancy/tier.ts';
import type { Deployment } from './deployment.ts';
import type { Experiment } from './experiment.ts';
import { parseSpikeOptions, type RawSpikeOptions } from './options.ts';
import { planArms, planLoad } from './plan-load.ts';
import { START_UP_MS } from './run-length.ts';
import { slotMs, slotsARound, windowStartMs } from './schedule.ts';
import { planTraffic } from './traffic.ts';

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
    ['one warm-up round, the rounds asked for, six for repeats', { rounds: '12' }, 12 * 19],
    ['no more rounds than the time allows', { maxDuration: '300' }, 12 * 13],
    ['what a sequential run may need, where there is time', { maxDuration: '1000' }, 12 * 31],
    ['what fits into ten minutes by default', {}, 12 * 26],
    ['a warm-up round and what was asked for, if only just', { maxDuration: '164' }, 12 * 7],
  ])('holds %s', (_, raw, slots) => {
    expect(plan(raw).schedule.arms).toHaveLength(slots);
  });

  it('ends within the longest time, start and hand-over included, and not far below it', () => {
    for (const maxDuration of [164, 165, 200, 300, 400]) {
      for (const placebo of [true, false]) {
        const { schedule } = plan({ maxDuration: String(maxDuration) }, placebo);

        // The samples of the last slot are taken at the end of the one that would follow it.
        const slotAfter = windowStartMs(schedule, schedule.arms.length) + schedule.windowMs;
        const tookMs = START_UP_MS + slotAfter - EPOCH_MS;
        expect(tookMs).toBeLessThanOrEqual(maxDuration * 1000);
        expect(tookMs).toBeGreaterThan(
          maxDuration * 1000 - slotMs(schedule) * slotsARound(placebo ? 3 : 2),
        );
      }
    }
  });

  it('holds a round even where the time was cut after the options were checked', () => {
    const experiment = makeExperiment();
    const short = { ...experiment, options: { ...experiment.options, maxDurationMs: 1 } };

    expect(planLoad(short, EPOCH_MS).schedule.arms).toHaveLength(12);
  });

  it('leaves the placebo out of the rounds where there is none', () => {
    const { schedule, placebo } = plan({ rounds: '6' }, false);

    expect(placebo).toBeUndefined();
    expect(schedule.arms).toHaveLength(8 * 13);
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

    const slotsMs = (schedule.arms.length + 1) * slotMs(schedule);
    expect(schedule).toMatchObject({ epochMs: EPOCH_MS, windowMs: 750, guardMs: 500 });
    expect(durationMs).toBeGreaterThan(START_UP_MS + slotsMs);
  });

  it.each([
    [{}, { namespace: true, limiter: true, deadline: true, localDeny: false }],
    [{ without: 'namespace' }, { namespace: false, limiter: true, deadline: true }],
    [{ without: 'limiter' }, { namespace: true, limiter: false, deadline: true }],
    [{ without: 'timeout' }, { limiter: true, deadline: false }],
    [{ without: 'all' }, { namespace: false, limiter: false, deadline: false }],
    [{ with: 'local-deny' }, { limiter: true, localDeny: true }],
  ])('switches protections as told: %j', (raw, protections) => {
    expect(plan(raw).protections).toMatchObject(protections);
  });

  it('reaches k6 whole: nothing in it is lost in JSON', () => {
    const whole = plan({ namespace: 'trial' });

    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
    expect(whole).toMatchObject({ tiers: TIERS, namespace: 'trial', hotPace: 'schedule' });
  });

  it('sends a few requests of the spike in one write, whatever its rate', () => {
    for (const hotRate of ['1', '3', '100.5', '10000']) expect(plan({ hotRate }).hotBatch).toBe(5);
  });
});

describe('planArms', () => {
  it('plans the given arms and no others', () => {
    const { schedule } = planArms(makeExperiment(), ['placebo'], EPOCH_MS);

    expect(schedule.arms).toEqual(['placebo']);
  });
});
