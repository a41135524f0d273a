import { describe, expect, test } from 'vitest';
import { defaultJudgeOptions, type JudgeOptions } from './judge-options.ts';
import { makeDraws } from './normal-draws.ts';
import { makeStressRecord } from './record.fixture.ts';
import { colorsFor, renderEstimate, renderReport } from './report.ts';
import { formatDuration, formatRise } from './rise.ts';
import { renderTimeline } from './timeline.ts';
import { judge } from './verdict.ts';
import { makeRounds, soundCalibration, type WindowSettings } from './window.fixture.ts';

function recordOf(
  spike: (round: number) => WindowSettings,
  options: Partial<JudgeOptions> = {},
  placebo: () => WindowSettings | null = () => ({}),
) {
  const common = { neighbourCount: 6, requestsEach: 2_000 };
  return makeStressRecord({
    rounds: makeRounds(6, (round) => ({ common, placebo: placebo(), spike: spike(round) })),
    calibration: soundCalibration,
    options: { ...defaultJudgeOptions, rounds: 6, ...options },
  });
}

const draws = makeDraws(11);
const noisy = (factor: number, spread: number): WindowSettings => ({
  hitUs: 200 * factor * Math.exp(spread * draws.normal()),
  missUs: 20_000 * factor * Math.exp(spread * draws.normal()),
});

const records = {
  pass: recordOf(() => ({})),
  adjusted: recordOf(
    () => noisy(1.12, 0.01),
    {},
    () => noisy(1.12, 0.01),
  ),
  fail: recordOf(() => noisy(1.4, 0.05), { gate: ['worst', 'p99'] }),
  collapse: recordOf((round) => ({ ...noisy(round * 150, 0.5), failedMissRatio: round / 10 })),
  open: recordOf(() => noisy(1.08, 0.2)),
  unadjusted: recordOf(
    () => noisy(0.4, 0.9),
    {},
    () => null,
  ),
  invalid: recordOf(() => ({ clockStepMs: 99, cpuPressure: 0.31, cpuSteal: 0.02 })),
  empty: makeStressRecord({
    rounds: [],
    calibration: soundCalibration,
    options: defaultJudgeOptions,
    ended: 'interrupted',
  }),
};

describe('a report', () => {
  test.each(Object.entries(records))(
    'fits 80 columns and starts with its verdict: %s',
    (_, one) => {
      const text = renderReport(one);
      const lines = `${text}\n${renderTimeline(one)}`.split('\n');

      expect(text.startsWith(one.judgement.verdict)).toBe(true);
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    },
  );

  test('shows all verdicts there are', () => {
    expect(Object.values(records).map((one) => one.judgement.verdict)).toEqual([
      'PASS',
      'PASS (adjusted)',
      'FAIL',
      'FAIL',
      'INCONCLUSIVE',
      'INCONCLUSIVE',
      'INVALID',
      'INCONCLUSIVE',
    ]);
    expect(renderReport(records.unadjusted)).toContain('INCONCLUSIVE (unadjusted: no placebo)');
  });

  test('prints what a PASS could have shown, what it missed, and who was limited', () => {
    const text = renderReport(records.pass);

    expect(text).toMatch(/all P95 +20\.\dms +\+0\.0 .* PASS/);
    expect(text).toContain('could');
    expect(text).toContain('in fewer than 50 % of rounds (3/n)');
    expect(text).toContain('1,000/s admitted, 9,000/s rejected (90 %)');
    expect(text).toContain('2.0 times the planned 12,000/s');
    expect(text).toContain('Seed 42');
  });

  test('prints the unadjusted rise beside an adjusted PASS', () => {
    expect(renderReport(records.adjusted)).toMatch(/all P50: [^:]*;\s+total\s\+12\s%/);
  });

  test('says of an invalid run what to do', () => {
    const text = renderReport(records.invalid);

    expect(text).toContain('let the time service settle');
    expect(text.replaceAll('\n', ' ')).toContain('CPU pressure at most 31 %, steal at most 2 %');
  });

  test('has no control characters unless a terminal looks on', () => {
    const control = String.fromCharCode(27);
    const colored = renderReport(records.fail, colorsFor({ isTTY: true }, {}));

    expect(colored).toContain(control);
    expect(renderReport(records.fail, colorsFor({}, {}))).not.toContain(control);
    expect(renderReport(records.fail, colorsFor({ isTTY: true }, { NO_COLOR: '1' }))).not.toContain(
      control,
    );
  });

  test('tells every window of the run, what failed included', () => {
    const lines = renderTimeline(records.collapse).split('\n');

    expect(lines).toHaveLength(1 + 7 * 3);
    expect(lines.at(-1)).toMatch(/spike +\S+ \w+ +failed/);
  });

  test('gives one line of estimates while the run is under way', () => {
    const line = renderEstimate(
      judge({
        rounds: makeRounds(3),
        calibration: soundCalibration,
        options: defaultJudgeOptions,
      }),
    );

    expect(line).toBe('3 rounds: P50 +0.0 % (sharing +0.0 %), P95 +0.0 % (sharing +0.0 %)');
    expect(renderEstimate(records.empty.judgement)).toContain('nothing measured yet');
  });
});

describe('figures', () => {
  test('read as people write them', () => {
    expect([0, 0.035, -0.115, 0.2, 2.4, 9, null].map(formatRise)).toEqual([
      '+0.0 %',
      '+3.6 %',
      '-11 %',
      '+22 %',
      'x11',
      'x1k+',
      '?',
    ]);
    expect([1, 201, 999.7, 20_900, 4_000_000].map(formatDuration)).toEqual([
      '1 us',
      '201 us',
      '1.00 ms',
      '20.9 ms',
      '4.00 s',
    ]);
  });
});
