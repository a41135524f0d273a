import { mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultJudgeOptions } from '../../results/judge-options.ts';
import type { Verdict } from '../../results/judgement.ts';
import { SILENT_PROGRESS } from '../../results/output/progress.ts';
import { makeStressRecord } from '../../results/record.fixture.ts';
import { simulatedRounds } from '../../results/verdict.fixture.ts';
import { soundCalibration } from '../../results/window.fixture.ts';
import type { SpikeOptions } from '../spike/options.ts';
import { CONTROLS, type Control } from './control.ts';
import { runControls } from './run-controls.ts';
import { type ControlRun, holds, renderSummary } from './summary.ts';

const someRecord = () =>
  makeStressRecord({
    rounds: simulatedRounds(2),
    calibration: soundCalibration,
    options: { ...defaultJudgeOptions, rounds: 2 },
  });

const controlOf = (name: string) => CONTROLS.find((one) => one.name === name) as Control;

function runsOf(control: string, verdicts: readonly Verdict[]): ControlRun[] {
  return verdicts.map((verdict, at) => ({
    control,
    run: at + 1,
    seed: at,
    verdict,
    seconds: 180,
    rounds: 6,
    repeats: 0,
    p50: [0.01, 0.02],
    p95: [0.01, null],
  }));
}

describe('a control', () => {
  it.each<[string, Verdict[], boolean]>([
    ['protected', ['PASS', 'PASS (adjusted)', 'PASS', 'INCONCLUSIVE', 'PASS'], true],
    ['protected', ['PASS', 'PASS', 'PASS', 'INCONCLUSIVE', 'INVALID'], false],
    ['protected', ['PASS', 'PASS', 'PASS', 'FAIL', 'FAIL'], false],
    ['limiter-off', ['FAIL', 'FAIL'], true],
    ['limiter-off', ['FAIL', 'INCONCLUSIVE'], false],
    ['limiter-off', ['FAIL', 'PASS'], false],
    ['null', ['PASS', 'INCONCLUSIVE'], true],
    ['null', ['PASS', 'INCONCLUSIVE', 'INVALID'], false],
    ['null', ['PASS', 'PASS', 'PASS', 'PASS', 'FAIL'], false],
  ])('%s with %j holds: %s', (name, verdicts, held) => {
    expect(holds(controlOf(name), runsOf(name, verdicts))).toBe(held);
  });

  it('that was not run says nothing', () => {
    expect(holds(controlOf('null'), runsOf('protected', ['PASS']))).toBeUndefined();
  });
});

describe('the summary', () => {
  it('has a row a run, fits 80 columns, and says what is broken', () => {
    const runs = [...runsOf('protected', ['PASS (adjusted)']), ...runsOf('limiter-off', ['PASS'])];
    const text = renderSummary(runs);

    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toContain('protected: PASS or PASS (adjusted) in four of five: 1 of 1, holds');
    expect(text).toContain('limiter-off: FAIL, always: 0 of 1, BROKEN');
    expect(text).not.toContain('null:');
  });
});

describe('running controls', () => {
  const around = (signal = new AbortController().signal) => ({
    env: {},
    progress: SILENT_PROGRESS,
    signal,
  });

  it('takes turns, keeps every record and a summary', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'partywall-controls-'));
    const asked: SpikeOptions[] = [];
    const runs = await runControls(
      { controls: CONTROLS, repeat: 2, folder },
      async (options) => {
        asked.push(options);
        return someRecord();
      },
      around(),
    );

    const kinds = asked.map(({ without, hotRatePerSecond }) => [without.length, hotRatePerSecond]);
    const turn = [
      [0, 10_000],
      [1, 10_000],
      [0, 100],
    ];
    expect(kinds).toEqual([...turn, ...turn]);
    expect((await readdir(folder)).length).toBe(7);
    expect(JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'))).toEqual(runs);
  });

  it('goes on where an earlier command was stopped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'partywall-controls-'));
    const asked: number[] = [];
    const runSpike = async ({ hotRatePerSecond }: SpikeOptions) => {
      asked.push(hotRatePerSecond);
      return someRecord();
    };
    const some = CONTROLS.filter(({ name }) => name === 'null');
    await runControls({ controls: some, repeat: 1, folder }, runSpike, around());

    const runs = await runControls({ controls: CONTROLS, repeat: 1, folder }, runSpike, around());

    expect(asked).toEqual([100, 10_000, 10_000]);
    expect(runs.map(({ control }) => control)).toEqual(['null', 'protected', 'limiter-off']);
  });

  it('leaves the summary of earlier runs whole where there is no room for another', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'partywall-controls-'));
    const runSpike = async () => someRecord();
    const some = CONTROLS.filter(({ name }) => name === 'null');
    const made = await runControls({ controls: some, repeat: 1, folder }, runSpike, around());
    await symlink('/dev/full', join(folder, `.summary.json.${process.pid}.partial`));

    const running = runControls({ controls: CONTROLS, repeat: 1, folder }, runSpike, around());

    await expect(running).rejects.toThrow(/^--folder: .*summary.json, expected a file that can/);
    expect(JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'))).toEqual(made);
  });

  it('refuses a folder whose summary is something else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'partywall-controls-'));
    await writeFile(join(folder, 'summary.json'), '[{"control":"null"}]');

    const running = runControls(
      { controls: CONTROLS, repeat: 1, folder },
      async () => someRecord(),
      around(),
    );

    await expect(running).rejects.toThrow('--folder');
  });

  it('keeps what was measured when it is interrupted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'partywall-controls-'));
    const controller = new AbortController();
    let count = 0;
    const runs = await runControls(
      { controls: CONTROLS, repeat: 1, folder },
      async () => {
        count += 1;
        if (count === 1) return someRecord();
        controller.abort();
        throw new Error('interrupted');
      },
      around(controller.signal),
    );

    expect(runs).toHaveLength(1);
    expect(count).toBe(2);
  });
});
