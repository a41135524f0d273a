import { describe, expect, test } from 'vitest';
import { defaultJudgeOptions } from './judge-options.ts';
import { judge } from './verdict.ts';
import { makeRounds, soundCalibration, type WindowSettings } from './window.fixture.ts';
import type { Arm, Calibration, WindowMeasurement } from './window.ts';

const small: WindowSettings = { neighbourCount: 3, requestsEach: 4_000 };
const planned = 12_000;
const options = {
  ...defaultJudgeOptions,
  rounds: 6,
  generatorCores: { 'k6 neighbours': 2, 'k6 hot': 2 },
};

/** A run of six sound rounds, round 3 of which carries the flaw in one arm. */
function judgeWith(flaw: WindowSettings, arm: Arm, calibration: Calibration = soundCalibration) {
  const rounds = makeRounds(6, (round) => ({
    common: small,
    ...(round === 3 ? { [arm]: flaw } : {}),
  }));
  return judge({ rounds, calibration, options });
}

const offered = (servedCount: number, droppedCount = 0, plannedCount = planned) => ({
  plannedCount,
  servedCount,
  droppedCount,
});

type Flaw = [string, WindowSettings];

const flaws: Flaw[] = [
  ['offered rate, neighbours', { offeredNeighbours: offered(11_879) }],
  ['dropped neighbour iterations', { offeredNeighbours: offered(planned, 13) }],
  ['virtual users in use', { neighbourVusPeak: 97, neighbourVusMax: 120 }],
  ['CPU of k6 neighbours', { cpu: { 'k6 neighbours': 1.61, 'k6 hot': 1 } }],
  ['CPU of k6 hot', { cpu: { 'k6 neighbours': 1 } }],
  ['lateness of requests (P99)', { latenessP99Us: 2_200 }],
  ['forks of the shared server', { forkCount: 1 }],
  ['keys expired by the server', { expiredKeysPerSecond: 100 }],
];

const flawsOfEveryArm: Flaw[] = [
  ['offered rate, hot tenant', { offeredHot: offered(59_399, 0, 60_000) }],
  ['steps of the clock', { clockStepMs: -5.1 }],
];

describe('instrument gates', () => {
  test('are green for a sound run', () => {
    const judgement = judgeWith({}, 'baseline');

    expect(judgement.verdict).toBe('PASS');
    expect(judgement.gates.filter((gate) => gate.state !== 'green')).toEqual([]);
  });

  test.each([
    ...flaws.flatMap(([gate, flaw]) => [
      [gate, 'baseline', flaw] as const,
      [gate, 'placebo', flaw] as const,
    ]),
    ...flawsOfEveryArm.flatMap(([gate, flaw]) =>
      (['baseline', 'placebo', 'spike'] as const).map((arm) => [gate, arm, flaw] as const),
    ),
  ])('%s, %s: red makes the run INVALID and says where and what to do', (gate, arm, flaw) => {
    const judgement = judgeWith(flaw, arm);
    const red = judgement.gates.filter((one) => one.state === 'red');

    expect(judgement).toMatchObject({ verdict: 'INVALID', decision: 'stop' });
    expect(judgement.cells.filter((cell) => cell.verdict !== 'INCONCLUSIVE')).toEqual([]);
    expect(red.map((one) => one.gate)).toEqual([gate]);
    expect(red[0]?.where).toBe(`round 3, ${arm}`);
    expect(judgement.reasons[0]).toContain(red[0]?.advice);
  });

  test.each(flaws)('%s: under the spike it is the effect, not the instrument', (_gate, flaw) => {
    expect(judgeWith(flaw, 'spike').verdict).toBe('PASS');
  });

  test.each<[string, Partial<WindowMeasurement>]>([
    ['99 % offered', { offeredNeighbours: offered(11_880) }],
    ['.1 % dropped', { offeredNeighbours: offered(planned, 12) }],
    ['80 % of the virtual users', { neighbourVusPeak: 96, neighbourVusMax: 120 }],
    ['80 % of two cores', { cpu: { 'k6 neighbours': 1.6, 'k6 hot': 1.6 } }],
    ['a clock slewed by 500 ppm', { clockStepMs: 5 }],
    ['99 expired keys a second', { expiredKeysPerSecond: 99 }],
  ])('let the limit itself through: %s', (_limit, edge) => {
    expect(judgeWith(edge, 'baseline').verdict).toBe('PASS');
  });

  test('look at discarded rounds not at all, and at the last attempt only', () => {
    const rounds = makeRounds(6, (round) => ({
      common: small,
      ...(round === 0 ? { baseline: { forkCount: 3 } } : {}),
    }));

    expect(judge({ rounds, calibration: soundCalibration, options }).verdict).toBe('PASS');
  });

  test('refuse a plan above 80 % of the calibrated ceiling', () => {
    const tight = (ceilingPerSecond: number) =>
      judgeWith({}, 'baseline', { ceilingPerSecond, plannedPerSecond: 12_000 }).verdict;

    expect(tight(15_000)).toBe('PASS');
    expect(tight(14_990)).toBe('INVALID');
    expect(tight(0)).toBe('INVALID');
    expect(tight(Number.NaN)).toBe('INVALID');
  });

  test.each([
    ['failures, placebo - baseline', { failedMissRatio: 0.06 }],
    ['hit ratio, placebo - baseline', { lostHitRatio: 0.007 }],
  ])('%s: the arms without sharing may differ by half a point, not more', (gate, flaw) => {
    const run = (settings: WindowSettings) =>
      judge({
        rounds: makeRounds(6, () => ({ common: small, placebo: settings, spike: settings })),
        calibration: soundCalibration,
        options,
      });

    expect(run({}).verdict).toBe('PASS');
    const red = run(flaw).gates.filter((one) => one.state === 'red');
    expect(red.map((one) => one.gate)).toEqual([gate]);
  });

  test('refuse arms with different plans or different neighbours', () => {
    const other = [
      { offeredNeighbours: offered(12_100, 0, 12_100) },
      { neighbourCount: 4, requestsEach: 3_000 },
    ];
    for (const flaw of other) {
      const red = judgeWith(flaw, 'spike').gates.filter((one) => one.state === 'red');
      expect(red.map((one) => one.gate)).toEqual(['neighbours and their plan']);
    }
  });

  test('refuse a run that lost a window, but not its unfinished last round', () => {
    const without = (lost: number) =>
      judge({
        rounds: makeRounds(7, (round) => ({
          common: small,
          ...(round === lost ? { spike: null } : {}),
        })),
        calibration: soundCalibration,
        options,
      }).verdict;

    expect(without(7)).toBe('PASS');
    expect(without(2)).toBe('INVALID');
  });
});
