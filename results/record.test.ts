import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultJudgeOptions } from './judge-options.ts';
import type { JudgeInput, Judgement } from './judgement.ts';
import { makeStressRecord } from './record.fixture.ts';
import { parseRecord, RecordError, readRecord, rejudge, writeRecord } from './record.ts';
import { withDigest } from './record-digest.ts';
import { renderReport } from './report.ts';
import { recordVersion, type StressRecord } from './schema.ts';
import { makeRounds, soundCalibration, type WindowSettings } from './window.fixture.ts';

const small: WindowSettings = { neighbourCount: 3, requestsEach: 4_000 };

function inputOf(spike: WindowSettings, extra: Partial<JudgeInput> = {}): JudgeInput {
  return {
    rounds: makeRounds(6, () => ({ common: small, spike })),
    calibration: soundCalibration,
    options: { ...defaultJudgeOptions, rounds: 6 },
    ...extra,
  };
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'record-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a record', () => {
  test.each<[string, JudgeInput]>([
    ['PASS', inputOf({})],
    ['FAIL', inputOf({ hitUs: 300, missUs: 30_000 })],
    ['INVALID', inputOf({ clockStepMs: 400 })],
    ['INCONCLUSIVE', inputOf({}, { rounds: makeRounds(4, () => ({ common: small })) })],
    ['INCONCLUSIVE', inputOf({}, { rounds: [] })],
    ['INCONCLUSIVE', inputOf({}, { rounds: makeRounds(1, () => ({ common: small })) })],
    ['INCONCLUSIVE', inputOf({}, { rounds: makeRounds(3), ended: 'interrupted' })],
  ])('written, read and judged again says the same: %s', async (verdict, input) => {
    const path = join(folder, 'run.json');
    const record = makeStressRecord(input);

    await writeRecord(path, record);
    const read = await readRecord(path);

    expect(record.judgement.verdict).toBe(verdict);
    expect(read).toEqual(record);
    expect(rejudge(read)).toEqual(record.judgement);
    expect(read.interrupted).toBe(input.ended === 'interrupted');
  });

  test('keeps every attempt of a repeated window and the discarded round', () => {
    const input = inputOf({});
    const repeated = input.rounds.map((round) => ({
      ...round,
      windows: round.windows.flatMap((window) => [window, { ...window, attempt: 1 }]),
    }));

    const record = makeStressRecord({ ...input, rounds: repeated });

    expect(record.rounds.flatMap((round) => round.windows)).toHaveLength(7 * 3 * 2);
  });

  test('replaces an older file whole and leaves nothing beside it', async () => {
    const path = join(folder, 'replaced.json');
    await writeFile(path, 'older');

    await writeRecord(path, makeStressRecord(inputOf({})));

    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('kind', 'stress');
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('that cannot be written is an error of the file system, with nothing left behind', async () => {
    const record = makeStressRecord(inputOf({}));

    await expect(writeRecord(join(folder, 'none', 'x.json'), record)).rejects.toThrow('ENOENT');
  });
});

describe('a record of an earlier version', () => {
  test('version 1 is read, judged and says what it said', async () => {
    const record = await readRecord(
      fileURLToPath(new URL('record-v1.fixture.json', import.meta.url)),
    );

    expect(record).toMatchObject({ version: recordVersion, digest: null });
    expect(record.judgement.verdict).toBe('PASS');
    expect(withoutAdvice(rejudge(record))).toEqual(withoutAdvice(record.judgement));
    expect(renderReport(record)).toMatch(/^PASS: /);
  });
});

describe('a record of version 2', () => {
  test('is read with a digest of its own, and stays refused where it was edited', () => {
    const later = makeStressRecord(inputOf({}));
    const earlier = withDigest({ ...later, version: 2 });

    const record = parseRecord(earlier);

    expect(parseRecord(record)).toEqual(later);
    expect(() => parseRecord({ ...earlier, seed: 7 })).toThrow(/digest: .* edited/);
  });
});

describe('a bad record is refused', () => {
  const good = makeStressRecord(inputOf({}));
  const changed = (change: (copy: Record<string, unknown>) => void) => {
    const copy = structuredClone(good) as unknown as Record<string, unknown>;
    change(copy);
    return withDigest(copy);
  };

  test('edited after the run, wherever the edit is', () => {
    const edits: ((copy: StressRecord) => object)[] = [
      (copy) => ({ ...copy, judgement: { ...copy.judgement, verdict: 'FAIL' } }),
      (copy) => ({ ...copy, seed: 43 }),
      (copy) => ({ ...copy, rounds: copy.rounds.slice(1) }),
      (copy) => ({ ...copy, digest: null }),
      (copy) => ({ ...copy, digest: `sha256:${'0'.repeat(64)}` }),
    ];

    for (const edit of edits) expect(() => parseRecord(edit(good))).toThrow(/digest: .* edited/);
    // The order of keys is nobody's edit.
    expect(parseRecord(Object.fromEntries(Object.entries(good).reverse()))).toEqual(good);
  });

  test('truncated', async () => {
    const path = join(folder, 'truncated.json');
    const text = JSON.stringify(good);
    await writeFile(path, text.slice(0, text.length / 2));

    await expect(readRecord(path)).rejects.toThrow(/no whole JSON \(truncated\?\)/);
  });

  test.each<[string, unknown, RegExp]>([
    ['an empty object', {}, /kind: expected "stress", the file has none/],
    ['a list', [1], /the file has none/],
    ['null', null, /the file has none/],
    ['another kind', { kind: 'simulation' }, /expected "stress", got "simulation"/],
    ['a later version', { kind: 'stress', version: 4 }, /version: 4 is from a later partywall/],
    ['version 0', { kind: 'stress', version: 0 }, /version: expected 1 to 3, got 0/],
    ['a broken version', { kind: 'stress', version: 1.5 }, /version: expected 1 to 3, got 1.5/],
    ['no version', { kind: 'stress' }, /version: expected 1 to 3, got undefined/],
  ])('foreign: %s', (_case, json, message) => {
    expect(() => parseRecord(json)).toThrow(message);
  });

  test('with every problem listed, each with its field', () => {
    const bad = changed((copy) => {
      copy['seed'] = 'x';
      copy['rounds'] = [{ round: -1, discarded: 'no', windows: [] }];
      delete copy['host'];
      copy['extra'] = 1;
    });

    let problems: readonly string[] = [];
    try {
      parseRecord(bad);
    } catch (error) {
      if (error instanceof RecordError) problems = error.problems;
    }

    const text = problems.join('\n');
    for (const field of ['seed:', 'rounds.0.round:', 'rounds.0.discarded:', 'host:', '"extra"']) {
      expect(text).toContain(field);
    }
  });

  test('with negative counts, infinite times or a histogram of nonsense', () => {
    const withWindow = (change: object) =>
      changed((copy) => {
        const rounds = copy['rounds'] as { windows: object[] }[];
        Object.assign(rounds[1]?.windows[0] ?? {}, change);
      });

    expect(() => parseRecord(withWindow({ forkCount: -1 }))).toThrow('forkCount');
    expect(() => parseRecord(withWindow({ latenessP99Us: Infinity }))).toThrow('latenessP99Us');
    expect(() => parseRecord(withWindow({ arm: 'control' }))).toThrow('arm');
    const nonsense = { histogram: 'nonsense', failedCount: 0 };
    const neighbour = { tenant: 'n1', tier: 'gold', hit: nonsense, miss: nonsense };
    expect(() =>
      parseRecord(withWindow({ neighbours: [{ ...neighbour, observedHitCount: 0 }] })),
    ).toThrow('round 1, baseline, n1, hit: histogram is not readable');
  });
});

/** How to mend a gate may be worded better in a later version: it is no finding. */
function withoutAdvice(judgement: Judgement) {
  return { ...judgement, gates: judgement.gates.map(({ advice: _, ...gate }) => gate) };
}
