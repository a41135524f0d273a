import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeBenchRecord } from '../compare/record.fixture.ts';
import { makeDraws } from '../normal-draws.ts';
import { someRun } from '../record.fixture.ts';
import { defaultChangePointOptions, findChangePoints, seriesMax } from './change-points.ts';
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
    expect(found.every(({ pValue }) => pValue <= 0.001)).toBe(true);
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

  it('are those of series that others published', () => {
    // The example in the tests of Apache Otava, with the index that is expected there.
    const otava = [
      1.02, 0.95, 0.99, 1.0, 1.12, 1.0, 1.01, 0.98, 1.01, 0.96, 0.5, 0.51, 0.48, 0.48, 0.55, 0.5,
      0.49, 0.51, 0.5, 0.49,
    ];
    // Annual flow of the Nile from 1871 on (Cobb, Biometrika 65, 1978): it fell in 1899.
    const nile = [
      1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960,
      1180, 799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940,
      833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768,
      845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771,
      676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797,
      923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
    ];

    expect(findChangePoints(otava).map(({ at }) => at)).toEqual([10]);
    expect(findChangePoints(nile).map(({ at }) => 1871 + at)).toEqual([1899]);
  });

  it('are found in a series of many windows, however much larger other changes are', () => {
    const series = makeSeries(8, [
      [100, 60],
      [1_000, 70],
      [1_100, 40],
      [300, 60],
      [270, 70],
    ]);

    expect(findChangePoints(series).map(({ at }) => at)).toEqual([60, 130, 170, 230]);
  });

  it('are not made of noise: at most one long series in twenty without a change shows one', () => {
    const alarms = Array.from({ length: 200 }, (_, seed) =>
      findChangePoints(makeSeries(1_000 + seed, [[100, 60]]), {
        ...defaultChangePointOptions,
        changeMin: 0,
      }),
    ).filter((found) => found.length > 0).length;

    expect(alarms).toBeLessThanOrEqual(10);
  });

  it('go where the levels beside them no longer differ once another point is gone', () => {
    // A hump of three runs within noise: each edge alone is weak, and they fall one by one.
    const series = makeSeries(4, [[100, 14]], 0.02).map((value, index) =>
      index >= 6 && index < 9 ? value * 1.03 : value,
    );

    expect(findChangePoints(series)).toEqual([]);
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

  it('are looked for in so many values at most', () => {
    expect(() => findChangePoints(Array(seriesMax + 1).fill(1))).toThrow('a series of 401 values');
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
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
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

    const { stdout } = await show({ file, html });
    const json = JSON.parse((await show({ file, json: '-' })).stdout);

    expect(stdout).toContain('1 lasting change in 1 series of up to 20 runs');
    expect(stdout).toMatch(/lookup, ours|lookup/);
    expect(stdout).toMatch(/worse +rev12/);
    expect(json.series[0].changes).toMatchObject([{ at: 12, isWorse: true }]);
    expect(readFileSync(html, 'utf8')).toContain('1 for the worse, 0 for the better');
  });

  it('is shown in each output for which there is room, and the others are named', async () => {
    const file = join(folder, 'history.jsonl');
    const files = { html: join(folder, 'trends.html'), json: join(folder, 'trends.json') };
    await remember([100], file);
    // A device without room, in the place of what is written behind the text.
    vi.spyOn(process.stdout, 'write').mockImplementation((_text, ...more) => {
      symlinkSync('/dev/full', files.html);
      for (const callback of more) if (typeof callback === 'function') callback();
      return true;
    });

    await expect(showHistory({ file, ...files })).rejects.toMatchObject({
      name: 'BadInputError',
      problems: [{ field: '--html' }],
    });
    expect(JSON.parse(readFileSync(files.json, 'utf8'))).toMatchObject({ kind: 'trends' });
  });

  it('is not replaced by what is shown of it', async () => {
    const file = join(folder, 'history.jsonl');
    await remember([100], file);

    await expect(show({ file, html: `${folder}/./history.jsonl` })).rejects.toThrow(
      'history.jsonl, expected a file of its own',
    );
    expect(await readHistory(file)).toHaveLength(1);
  });

  it('that cannot be written is named', async () => {
    const file = join(folder, 'history.jsonl');
    symlinkSync(join('nowhere', 'history.jsonl'), file);

    await expect(addToHistory(file, makeBenchRecord({ a: [1] }))).rejects.toMatchObject({
      name: 'BadInputError',
      problems: [{ field: '--file', value: file, expected: expect.stringContaining('ENOENT') }],
    });
  });

  it('keeps machines apart', async () => {
    const file = join(folder, 'history.jsonl');
    const other = { ...someRun.host, cores: 64 };
    await addToHistory(file, makeBenchRecord({ a: [1] }));
    await addToHistory(file, makeBenchRecord({ a: [9] }, {}, { host: other }));

    expect((await show({ file })).stdout).toContain('in 2 series of up to 1 run');
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

  it('is empty where there is no file', async () => {
    const file = join(folder, 'none.jsonl');

    const html = join(folder, 'empty.html');
    expect((await show({ file, html })).stdout).toContain('0 lasting changes in 0 series');
    expect(readFileSync(html, 'utf8')).toContain('Too few runs to tell');
  });
});
