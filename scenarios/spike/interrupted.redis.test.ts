import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../results/record.ts';
import { colorsFor, renderReport } from '../../results/report.ts';
import { parseSpikeOptions } from './options.ts';
import { runSpike } from './run-spike.ts';

/** A run that is stopped as soon as it says so. */
async function stoppedAt(moment: RegExp) {
  const controller = new AbortController();
  const said: string[] = [];
  const record = await runSpike(
    parseSpikeOptions({ quick: true, seed: '3' }, () => 0),
    {
      env: process.env,
      signal: controller.signal,
      progress: {
        say: (line) => {
          said.push(line);
          if (moment.test(line)) controller.abort();
        },
        advance: () => {},
        finish: () => {},
      },
    },
  );
  return { record, said };
}

describe('a run that is stopped before its first round', { timeout: 60_000 }, () => {
  it.each([
    ['while it starts its servers', /^shared redis/],
    ['before it loads them', /^pre-loading/],
    ['while it calibrates', /^calibrating/],
  ])('%s leaves a record that says so', async (_when, moment) => {
    const { record, said } = await stoppedAt(moment);

    expect(parseRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
    expect(record).toMatchObject({ ended: 'interrupted', rounds: [], calibration: null, seed: 3 });
    expect(record.judgement.verdict).toBe('INCONCLUSIVE');
    expect(renderReport(record, colorsFor(process.stdout, { NO_COLOR: '1' }))).toContain(
      'Ceiling of the generators: not measured.',
    );
    expect(said.some((line) => line.startsWith('ceiling'))).toBe(false);
  });
});
