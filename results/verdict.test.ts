import { test } from 'vitest';
import { defaultJudgeOptions } from './judge-options.ts';
import { makeDraws } from './normal-draws.ts';
import { makeRecord } from './record.ts';
import { renderReport } from './report.ts';
import { judge } from './verdict.ts';
import { makeRounds, soundCalibration } from './window.fixture.ts';

test('x', () => {
  const draws = makeDraws(3);
  const arm = (factor = 1) => ({
    hitUs: 200 * factor * Math.exp(0.02 * draws.normal()),
    missUs: 20_000 * factor * Math.exp(0.02 * draws.normal()),
  });
  for (const f of [1, 1.08, 1.3, 190]) {
    const rounds = makeRounds(12, () => ({ baseline: arm(), placebo: arm(), spike: arm(f) }));
    const input = { rounds, calibration: soundCalibration, options: defaultJudgeOptions };
    const record = makeRecord(
      {
        scenario: 'spike',
        startedAt: new Date(0).toISOString(),
        seed: 1,
        options: {},
        gitRevision: null,
        host: {
          cores: 2,
          cpuModel: 'AMD',
          memoryBytes: 1,
          platform: 'linux',
          kernel: '6.1',
          node: '20',
          tools: {},
        },
      },
      input,
      judge(input),
    );
    console.log(renderReport(record));
    console.log(
      Math.max(
        ...renderReport(record)
          .split('\n')
          .map((l) => l.length),
      ),
      JSON.stringify(record).length,
    );
  }
});
