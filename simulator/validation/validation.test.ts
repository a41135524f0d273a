import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { calibrate } from './calibration.ts';
import { compareRun } from './compare.ts';
import type { GroupFigures, RunFigures } from './figures.ts';
import { liveLoadOf } from './live-load.ts';
import { readLiveRuns } from './live-runs-file.ts';
import { observe } from './observe.ts';
import { predict } from './predict.ts';
import { simulateSpike } from './spike.ts';
import { isOnTime, LATENESS_US_MAX, requestsOf, validate } from './validate.ts';
import { digestOfWorkload, type LiveRun, type LiveRuns } from './validation-schema.ts';
import { ARRIVING_S, makeWorkloads, SETTLING_S, type Workload } from './workloads.ts';

const TRUTH = {
  networkUs: 90,
  backendNetworkUs: 200,
  backendJitterUs: 900,
  lookupUs: 12,
  putUs: 25,
};

const workloads = makeWorkloads();
const [first] = workloads as [Workload];

/** A live run as it would be if the simulator were the truth. */
function pretendLive(workload: Workload, truth = TRUTH): LiveRun {
  const figures = predict(workload, requestsOf(workload), truth);
  const all = figures.groups[0] as GroupFigures;
  return {
    workload: workload.name,
    workloadDigest: digestOfWorkload(workload),
    startedAt: '2026-01-01T00:00:00Z',
    figures: figures as unknown as LiveRun['figures'],
    scriptCalls: all.requestCount + all.loaded.count,
    scriptUs: all.requestCount * truth.lookupUs + all.loaded.count * truth.putUs,
    latenessP99Us: 500,
    tools: {},
  };
}

function liveRuns(runs: readonly LiveRun[], spikes: LiveRuns['spikes'] = []): LiveRuns {
  return { kind: 'live-runs', runs: [...runs], spikes } as unknown as LiveRuns;
}

describe('the calibration', () => {
  it('finds what made the runs, and then the other runs without an error', () => {
    const { calibration, runs } = validate(
      workloads,
      liveRuns(workloads.map((one) => pretendLive(one))),
    );

    expect(calibration?.lookupUs).toBeCloseTo(TRUTH.lookupUs, 3);
    expect(calibration?.putUs).toBeCloseTo(TRUTH.putUs, 3);
    expect(calibration?.networkUs).toBeCloseTo(TRUTH.networkUs, 0);
    expect(calibration?.backendJitterUs).toBeGreaterThan(0.8 * TRUTH.backendJitterUs);
    expect(calibration?.backendJitterUs).toBeLessThan(1.2 * TRUTH.backendJitterUs);
    expect(runs).toHaveLength(4);
    const errors = runs.flatMap(({ groups }) =>
      groups.flatMap(({ figures }) =>
        Object.values(figures).map((one) => Math.abs(one.errorPercent)),
      ),
    );
    expect(Math.max(...errors)).toBeLessThan(3);
  });

  it('takes the mean of both scripts where runs of one mix cannot tell them apart', () => {
    const figures = predict(first, requestsOf(first), TRUTH);
    const all = figures.groups[0] as GroupFigures;
    const scriptUs = 10 * (all.requestCount + all.loaded.count);
    const run = { live: figures, scriptUs, predict: () => figures };

    const { lookupUs, putUs } = calibrate([run, run]);

    expect([lookupUs, putUs].map(Math.round)).toEqual([10, 10]);
  });
});

describe('a validation', () => {
  it('says nothing before there are runs to learn from', () => {
    const { verdict, runs, calibration } = validate(workloads, liveRuns([pretendLive(first)]));

    expect([verdict, runs, calibration]).toEqual(['INCONCLUSIVE', [], undefined]);
  });

  it('fails where live runs went another way than the simulator has it', () => {
    const live = workloads.map((one) => pretendLive(one));
    const wrong = workloads.findIndex(({ name }) => name === 'fewer hits');
    const figures = (live[wrong] as LiveRun).figures;
    const slower = figures.groups.map((group) => ({
      ...group,
      answered: { ...group.answered, meanUs: group.answered.meanUs * 1.2 },
      evictedCount: Math.round(group.evictedCount * 1.02),
    }));
    live[wrong] = { ...(live[wrong] as LiveRun), figures: { ...figures, groups: slower } };

    const { verdict, reasons } = validate(workloads, liveRuns(live));

    expect(verdict).toBe('FAIL');
    expect(reasons).toContain('fewer hits, all: mean is off by more than its bound');
    expect(reasons).toContain('fewer hits, all: evicted is off by more than its bound');
  });

  it('takes no run for one whose generator was late, nor of a workload that has changed', () => {
    const live = workloads.map((one) => pretendLive(one));
    const late = { ...(live[2] as LiveRun), latenessP99Us: LATENESS_US_MAX + 1 };
    const other = { ...(live[3] as LiveRun), workloadDigest: 'sha256:0' };

    const { reasons } = validate(workloads, liveRuns([...live.slice(0, 2), late, other]));

    expect(isOnTime(late)).toBe(false);
    expect(reasons).toContain('more load: requests started late');
    expect(reasons).toContain('fewer hits: no live run');
  });

  it('fails where a spike ends otherwise, and is open where the live one was', () => {
    const setting = {
      neighbours: 8,
      neighbourRatePerSecond: 100,
      ordinaryRatePerSecond: 100,
      hotRatePerSecond: 5_000,
      backendWorkers: 6,
      backendMs: 20,
      without: ['limiter'],
      seed: 1,
    };
    const spike = (verdict: string) => ({
      without: ['limiter'],
      startedAt: '2026-01-01T00:00:00Z',
      verdict,
      reasons: [],
      options: setting,
    });
    const runs = workloads.map((one) => pretendLive(one));
    const of = (verdict: string) => validate(workloads, liveRuns(runs, [spike(verdict)])).spikes[0];

    expect(of('PASS')).toMatchObject({ predicted: 'FAIL', isSame: false });
    expect(of('FAIL')).toMatchObject({ predicted: 'FAIL', isSame: true });
    expect(of('INCONCLUSIVE')?.isSame).toBeUndefined();
    const shipped = { neighbours: 20, hotRatePerSecond: 10_000, backendWorkers: 12, without: [] };
    expect(simulateSpike({ ...setting, ...shipped }, TRUTH).verdict).toBe('PASS');
  });
});

describe('the live runs that are kept', () => {
  it('are still predicted as the readme has it', async () => {
    const { runs, spikes, reasons } = validate(
      workloads,
      await readLiveRuns(
        '--runs',
        fileURLToPath(new URL('live-runs.fixture.json', import.meta.url)),
      ),
    );

    expect(runs.map(({ workload }) => workload)).toEqual([
      'more load',
      'fewer hits',
      'more hits',
      'silver tier',
    ]);
    expect(spikes).toMatchObject([
      { without: [], live: 'PASS', predicted: 'PASS', isSame: true },
      { without: ['limiter'], live: 'FAIL', predicted: 'FAIL', isSame: true },
    ]);
    expect(reasons).toEqual([]);
    const errors = runs.flatMap(({ groups }) =>
      groups.map(({ figures }) => Math.abs(figures.mean.errorPercent)),
    );
    expect(Math.max(...errors)).toBeLessThan(3);
  });

  it('are refused where the file is none of ours', async () => {
    const file = fileURLToPath(new URL('../../package.json', import.meta.url));

    await expect(readLiveRuns('--runs', file)).rejects.toThrow(/--runs .*live runs/);
  });
});

describe('a comparison', () => {
  const group = (changes: Partial<GroupFigures> = {}): GroupFigures => {
    const answers = { count: 100, meanUs: 1000, p99Us: 5000 };
    return {
      group: 'all',
      requestCount: 100,
      answered: answers,
      hits: answers,
      loaded: answers,
      throttledCount: 100,
      failedCount: 0,
      evictedCount: 1000,
      expiredCount: 0,
      ...changes,
    };
  };
  const run = (one: GroupFigures, missRatio = 0.2, backendBusyShare = 0.5): RunFigures => ({
    groups: [one],
    tenants: [{ tenant: 'a', missRatio, usageBytes: 0 }],
    backendBusyShare,
  });
  const unmet = (live: RunFigures, predicted: RunFigures) =>
    compareRun(live, predicted, () => 'gold').flatMap(({ figures }) =>
      Object.entries(figures).flatMap(([name, { isMet }]) => (isMet ? [] : [name])),
    );
  const answered = (meanUs: number, p99Us: number) => ({ count: 100, meanUs, p99Us });

  it.each([
    ['a mean', run(group({ answered: answered(1110, 5000) })), ['mean']],
    ['a P99', run(group({ answered: answered(1000, 6100) })), ['p99']],
    ['misses', run(group(), 0.2051), ['misses']],
    ['misses of nobody', run(group(), Number.NaN), ['misses']],
    ['throttled requests', run(group({ throttledCount: 102 })), ['throttled']],
    ['evictions', run(group({ evictedCount: 1011 })), ['evicted']],
    ['nothing', run(group({ throttledCount: 101, evictedCount: 1009 }), 0.2049), []],
  ])('tells that %s is off', (_, predicted, expected) => {
    expect(unmet(run(group()), predicted)).toEqual(expected);
  });

  it('promises no P99 of a back-end that is nearly always busy', () => {
    const predicted = run(group({ answered: answered(1000, 9000) }));

    expect(unmet(run(group(), 0.2, 0.81), predicted)).toEqual([]);
  });
});

describe('a live run', () => {
  it('is asked for the same requests and charged the same bytes as the simulated one', () => {
    const list = requestsOf(first);
    const { requests, tenants } = liveLoadOf(first, list);

    expect(requests.atMs).toHaveLength(list.atUs.length);
    expect(requests.keys.every((key) => key.length === 6)).toBe(true);
    expect(tenants.map(({ id }) => id)).toEqual(['p0', 'p1', 'p2', 'g0', 'g1', 'g2']);
    // "2:p0=000000", an attribute line before it and line breaks after key and seal.
    expect(first.options.tenants[0]?.keyBytes).toBeGreaterThan(2 * 6);
  });

  it('is summed up request by request, within the measured stretch', () => {
    const list = {
      atUs: [0, SETTLING_S * 1e6, SETTLING_S * 1e6 + 1, SETTLING_S * 1e6 + 2, ARRIVING_S * 1e6],
      tenants: [0, 0, 0, 3, 0],
      keys: [1, 1, 2, 1, 1],
    };
    const observation = {
      latencyUs: Float64Array.of(9e9, 200, 20_000, Number.NaN, 9e9),
      outcomes: Int8Array.of(0, 0, 1, 2, 0),
      usage: first.options.tenants.map(() => ({ evictedCount: 2, expiredCount: 0, usageBytes: 5 })),
      scriptCalls: 0,
      scriptUs: 0,
      backendBusyShare: 0.4,
      latenessP99Us: 0,
      tools: {},
    };

    const { groups, tenants } = observe(first, list, observation);

    expect(groups.map(({ group }) => group)).toEqual(['all', 'platinum', 'gold']);
    expect(groups[0]).toMatchObject({
      requestCount: 3,
      answered: { count: 2, meanUs: 10_100, p99Us: 20_000 },
      hits: { count: 1, meanUs: 200 },
      throttledCount: 1,
      failedCount: 0,
      evictedCount: 12,
    });
    expect(tenants[0]).toMatchObject({ tenant: 'p0', missRatio: 0.5 });
  });

  it('counts requests that nothing is known of as failed', () => {
    const atUs = [SETTLING_S * 1e6];
    const observation = {
      latencyUs: Float64Array.of(Number.NaN),
      outcomes: Int8Array.of(-1),
      usage: [],
      scriptCalls: 0,
      scriptUs: 0,
      backendBusyShare: 0,
      latenessP99Us: 0,
      tools: {},
    };

    const { groups } = observe(first, { atUs, tenants: [0], keys: [1] }, observation);

    expect(groups[0]?.failedCount).toBe(1);
  });
});
