import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeBenchRecord } from '../compare/record.fixture.ts';
import { makeDraws } from '../normal-draws.ts';
import { someRun } from '../record.fixture.ts';
import { defaultChangePointOptions, findChangePoints } from './change-points.ts';
import { addToHistory, readHistory } from './history.ts';
import { showHistory } from './history-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-history-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Levels one after the other, with noise of 2 % unless said otherwise. */
function makeSeries(seed: number, levels: readonly (readonly [number, number])[], noise = 0.02) {
  const { normal } = makeDraws(seed);
  return levels.flatMap(([level, count]) =>
    Array.from({ length: count }, () => level * (1 + noise * normal())),
  );
}

describe('change points', () => {
  it('are found where the level changes, and nowhere else', () => {
    const series = makeSeries(3, [
      [100, 20],
      [120, 15],
      [90, 25],
    ]);

    const found = findChangePoints(series);

    expect(found.map(({ at }) => at)).toEqual([20, 35]);
    expect(found[0]?.before).toBeCloseTo(100, -1);
    expect(found[1]?.after).toBeCloseTo(90, -1);
    expect(found.every(({ pValue }) => pValue <= 0.05)).toBe(true);
  });

  it.each([8, 10, 20])('of %i %% are found within a run of where they are', (percent) => {
    for (let seed = 0; seed < 10; seed++) {
      const found = findChangePoints(
        makeSeries(seed, [
          [100, 15],
          [100 + percent, 10],
        ]),
      );

      expect(found).toHaveLength(1);
      expect(Math.abs((found[0]?.at ?? 0) - 15)).toBeLessThanOrEqual(1);
    }
  });

  it('are not made of noise: at most one series in ten without a change shows one', () => {
    const options = { ...defaultChangePointOptions, changeMin: 0 };
    const alarms = Array.from({ length: 60 }, (_, seed) =>
      findChangePoints(makeSeries(1_000 + seed, [[100, 30]]), { ...options, seed }),
    ).filter((found) => found.length > 0).length;

    // .05 and two standard errors of a proportion over 60 series.
    expect(alarms / 60).toBeLessThanOrEqual(0.05 + 2 * 0.028);
  });

  it('are not made of one outlier, however large', () => {
    const series = makeSeries(5, [[100, 30]]).map((value, index) => (index === 12 ? 900 : value));

    expect(findChangePoints(series)).toEqual([]);
  });

  it('that are small are left out, and the large one beside them stays', () => {
    const series = makeSeries(
      6,
      [
        [100, 20],
        [103, 20],
        [140, 20],
      ],
      0.005,
    );

    expect(findChangePoints(series).map(({ at }) => at)).toEqual([40]);
    expect(
      findChangePoints(series, { ...defaultChangePointOptions, changeMin: 0.01 }).map(
        ({ at }) => at,
      ),
    ).toEqual([20, 40]);
  });

  it('need three runs of a new level', () => {
    expect(findChangePoints([1, 1, 1, 1, 1, 1, 1, 1, 2, 2])).toEqual([]);
    expect(findChangePoints([])).toEqual([]);
    expect(findChangePoints([1, 2])).toEqual([]);
    expect(findChangePoints(makeSeries(1, [[7, 12]], 0))).toEqual([]);
  });

  it('are the same for the same seed', () => {
    const series = makeSeries(9, [
      [100, 12],
      [109, 12],
    ]);

    expect(findChangePoints(series)).toEqual(findChangePoints(series));
  });
});

describe('a history', () => {
  const day = (index: number) => `2026-01-${String(index + 1).padStart(2, '0')}T00:00:00.000Z`;

  async function remember(values: readonly number[], file: string) {
    for (const [index, value] of values.entries()) {
      await addToHistory(
        file,
        makeBenchRecord(
          { lookup: [value, value * 1.001] },
          {},
          {
            startedAt: day(index),
            gitRevision: `rev${index}`,
          },
        ),
      );
    }
  }

  async function show(flags: Parameters<typeof showHistory>[0]) {
    let stdout = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text, ...more) => {
      stdout += text;
      for (const callback of more) if (typeof callback === 'function') callback();
      return true;
    });
    const exitCode = await showHistory(flags);
    vi.restoreAllMocks();
    return { exitCode, stdout };
  }

  it('shows since which revision a measure is worse, as text, JSON and page', async () => {
    const file = join(folder, 'new', 'history.jsonl');
    const html = join(folder, 'trends.html');
    await remember([...makeSeries(2, [[100, 12]]), ...makeSeries(3, [[115, 8]])], file);

    const { stdout } = await show({ file, html, seed: '4' });
    const json = JSON.parse((await show({ file, json: '-', seed: '4' })).stdout);

    expect(stdout).toContain('1 lasting changes in 1 series of up to 20 runs, seed 4');
    expect(stdout).toMatch(/lookup, ours|lookup/);
    expect(stdout).toMatch(/worse +rev12/);
    expect(json.series[0].changes).toMatchObject([{ at: 12, isWorse: true }]);
    expect(readFileSync(html, 'utf8')).toContain('1 for the worse, 0 for the better');
  });

  it('keeps machines apart', async () => {
    const file = join(folder, 'history.jsonl');
    const other = { ...someRun.host, cores: 64 };
    await addToHistory(file, makeBenchRecord({ a: [1] }));
    await addToHistory(file, makeBenchRecord({ a: [9] }, {}, { host: other }));

    expect((await show({ file, seed: '1' })).stdout).toContain('in 2 series of up to 1 runs');
  });

  it('remembers no run twice, and none that says nothing', async () => {
    const file = join(folder, 'history.jsonl');
    await addToHistory(file, makeBenchRecord({ a: [1] }));

    await expect(addToHistory(file, makeBenchRecord({ a: [1] }))).rejects.toThrow(
      /a run that is not in .* yet/,
    );
    await expect(
      addToHistory(file, makeBenchRecord({ a: [2] }, {}, { interrupted: true })),
    ).rejects.toThrow('RECORD: interrupted');
    expect(await readHistory(file)).toHaveLength(1);
  });

  it('names every line that is none', async () => {
    const file = join(folder, 'history.jsonl');
    await addToHistory(file, makeBenchRecord({ a: [1] }));
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"version":1\n{"version":2}\n`);

    await expect(readHistory(file)).rejects.toThrow(/^line 2: .*\nline 3: /);
  });

  it('is empty where there is no file, and a bad seed is refused', async () => {
    const file = join(folder, 'none.jsonl');

    const html = join(folder, 'empty.html');
    expect((await show({ file, html, seed: '1' })).stdout).toContain(
      '0 lasting changes in 0 series',
    );
    expect(readFileSync(html, 'utf8')).toContain('Too few runs to tell');
    await expect(show({ file, seed: 'x' })).rejects.toThrow('--seed: x, expected an integer');
  });
});
