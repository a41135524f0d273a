import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnyRecord } from '../any-record.ts';
import { acceptBaseline, baselineFor, listBaselines, readBaseline } from '../baseline/baseline.ts';
import { renderInChromium, testInChromium } from '../html/chromium.fixture.ts';
import { defaultJudgeOptions } from '../judge-options.ts';
import { catchOutput } from '../output/catch-output.fixture.ts';
import { SILENT_PROGRESS } from '../output/progress.ts';
import { makeStressRecord, someRun } from '../record.fixture.ts';
import { withDigest } from '../record-digest.ts';
import { makeRounds, soundCalibration, type WindowSettings } from '../window.fixture.ts';
import { type CompareFlags, type CompareSources, compareCommand } from './compare-command.ts';
import { compareRecords } from './comparison.ts';
import { renderComparisonPage } from './comparison-page.ts';
import { renderComparison } from './comparison-report.ts';
import { fingerprintOf } from './likeness.ts';
import { makeBenchRecord } from './record.fixture.ts';
import { measureRevisions } from './revisions.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-compare-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const common = { neighbourCount: 3, requestsEach: 4_000 };

/** A stress record whose rounds vary a little, with the given windows in all arms and the spike. */
function makeStress(all: WindowSettings = {}, spike: WindowSettings = {}) {
  const vary = (round: number, us: number) => us * (1 + 0.004 * ((round * 7) % 5));
  const { hitUs = 200, missUs = 20_000, ...rest } = all;
  return makeStressRecord({
    rounds: makeRounds(8, (round) => ({
      common: { ...common, ...rest, hitUs: vary(round, hitUs), missUs: vary(round, missUs) },
      spike: {
        ...(spike.hitUs ? { hitUs: vary(round, spike.hitUs) } : {}),
        ...(spike.failedMissRatio ? { failedMissRatio: spike.failedMissRatio } : {}),
        ...(spike.clockStepMs ? { clockStepMs: spike.clockStepMs } : {}),
      },
    })),
    calibration: soundCalibration,
    options: { ...defaultJudgeOptions, rounds: 8 },
  });
}

const base = makeStress();
const slower = makeStress({ hitUs: 260 });
const invalid = makeStress({}, { clockStepMs: 400 });

function save(name: string, record: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof record === 'string' ? record : JSON.stringify(record));
  return file;
}

async function compare(
  records: readonly string[],
  flags: CompareFlags = {},
  more: Partial<CompareSources> = {},
) {
  const caught = catchOutput();
  const sources = {
    baselineFor: (record: AnyRecord) => baselineFor(record, folder),
    measureRevisions: () => Promise.reject(new Error('not asked for')),
    ...more,
  };
  try {
    return { exitCode: await compareCommand(records, flags, sources), ...caught };
  } finally {
    vi.restoreAllMocks();
  }
}

describe('partywall compare', () => {
  it.each<[string, AnyRecord, AnyRecord, number, RegExp]>([
    ['the same record', base, base, 0, /^SAME: all \d+ gated measures stay within 5 %/],
    ['a slower one', base, slower, 1, /^WORSE: \d+ of \d+ gated/],
    ['a faster one', slower, base, 0, /^BETTER: /],
    [
      'one whose instrument failed',
      base,
      invalid,
      2,
      /^CAN'T TELL: [\s\S]*the new record is INVALID/,
    ],
    [
      'one that fails its neighbours',
      base,
      makeStress({}, { failedMissRatio: 0.2 }),
      1,
      /all failures, under the spike: /,
    ],
    [
      'one that is less isolated only',
      base,
      makeStress({}, { hitUs: 230 }),
      1,
      /rise by sharing: \+15/,
    ],
  ])('with %s', async (_case, from, to, code, text) => {
    const { exitCode, stdout } = await compare([save('a.json', from), save('b.json', to)]);

    expect(stdout).toMatch(text);
    expect(exitCode).toBe(code);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('writes JSON, page, JUnit and Markdown', async () => {
    const names = ['json', 'html', 'junit', 'markdown'] as const;
    const files = Object.fromEntries(names.map((name) => [name, join(folder, `out.${name}`)]));

    await compare([save('a.json', base), save('b.json', slower)], { ...files, quiet: true });

    expect(JSON.parse(readFileSync(files['json'] ?? '', 'utf8'))).toMatchObject({
      kind: 'comparison',
      verdict: 'WORSE',
      base: { kind: 'stress', digest: base.digest },
    });
    expect(readFileSync(files['html'] ?? '', 'utf8')).toContain('<strong>WORSE</strong>');
    expect(readFileSync(files['junit'] ?? '', 'utf8')).toContain('<failure type="FAIL"');
    expect(readFileSync(files['markdown'] ?? '', 'utf8')).toContain('### ❌ WORSE');
  });

  it('keeps standard output for the JSON that goes there, also from annotations', async () => {
    const records = [save('a.json', base), save('b.json', slower)];

    const { stdout, stderr } = await compare(records, { json: '-', annotations: true });

    expect(JSON.parse(stdout)).toMatchObject({ kind: 'comparison', verdict: 'WORSE' });
    expect(stderr).toMatch(/^WORSE[\s\S]*\n::error file=/);
  });

  it('writes every output for which there is room, and names the others', async () => {
    const names = ['json', 'html', 'junit', 'markdown'] as const;
    const files = Object.fromEntries(names.map((name) => [name, join(folder, `out.${name}`)]));
    const bench = makeBenchRecord({ a: [1, 1, 1, 1] });

    const outcome = compare(
      [],
      { ...files, rev: ['v1', 'v2'], quiet: true },
      {
        measureRevisions: async () => {
          // A device without room, in the place of what is written in the end.
          for (const name of ['json', 'junit']) symlinkSync('/dev/full', files[name] ?? '');
          return { base: bench, fresh: bench };
        },
      },
    );

    await expect(outcome).rejects.toMatchObject({
      name: 'BadInputError',
      problems: [{ field: '--json' }, { field: '--junit' }],
    });
    expect(readFileSync(files['html'] ?? '', 'utf8')).toContain('<strong>SAME</strong>');
    expect(readFileSync(files['markdown'] ?? '', 'utf8')).toContain('SAME');
  });

  it('writes nothing over the records that it compares', async () => {
    const records = [save('a.json', base), save('b.json', base)];

    await expect(compare(records, { json: `${folder}/./b.json` })).rejects.toThrow(
      '/./b.json, expected a file of its own',
    );
    expect((await compare(records)).exitCode).toBe(0);
  });

  it.each<[string, unknown, CompareFlags, RegExp]>([
    ['cut off', '{"kind":"stress"', {}, /NEW: .*no whole JSON \(truncated\?\)/],
    ['of no kind', '{}', {}, /expected "stress", "bench" or "baseline", got none/],
    [
      'of another kind',
      makeBenchRecord({ a: [1] }),
      {},
      /a record of the base's kind: stress spike/,
    ],
    ['from the future', { ...base, version: 9 }, {}, /version: 9 is from a later partywall/],
    ['edited', { ...base, seed: 9 }, {}, /edited or damaged/],
    [
      'of another host',
      withDigest({ ...base, host: { ...base.host, cores: 64 } }),
      {},
      /hosts: 2 x some processor.* against 64 x/,
    ],
    [
      'of another load',
      withDigest({ ...base, options: { ...base.options, neighbours: 5 } }),
      {},
      /option neighbours: 20 against 5/,
    ],
    [
      'sound, the margin not',
      base,
      { margin: '-1', marginPoints: 'x' },
      /--margin: -1[\s\S]*--margin-points: x/,
    ],
    ['sound, with one revision', base, { rev: ['HEAD'] }, /--rev: HEAD, expected two revisions/],
  ])('refuses a new record that is %s', async (_case, fresh, flags, message) => {
    const outcome = compare([save('a.json', base), save('b.json', fresh)], flags);

    await expect(outcome).rejects.toMatchObject({
      name: 'BadInputError',
      message: expect.stringMatching(message),
    });
  });

  it('compares unlike hosts where asked to, and marks every result', async () => {
    const other = withDigest({ ...base, host: { ...base.host, cores: 64 } });
    const files = [save('a.json', base), save('b.json', other)];

    const { stdout, exitCode } = await compare(files, { allowUnlike: true });

    expect(stdout).toMatch(/^SAME \(unlike records\): [\s\S]*unlike: hosts: 2 x/);
    expect(exitCode).toBe(0);
  });

  it('cannot tell where a gated measure is missing, and names it', () => {
    const rounds = [1, 1, 1, 1];
    const comparison = compareRecords(
      makeBenchRecord({ a: rounds, b: rounds }),
      makeBenchRecord({ a: rounds }),
    );

    expect(comparison.verdict).toBe("CAN'T TELL");
    expect(renderComparison(comparison)).toContain('only in one record: b');
    expect(compareRecords(makeBenchRecord({}), makeBenchRecord({})).verdict).toBe("CAN'T TELL");
  });

  it('calls a record worse in which one value reached another tenant', () => {
    const judgement = { ...base.judgement, reads: { checkedCount: 9_000, foreignCount: 1 } };

    const comparison = compareRecords(base, { ...base, judgement });

    expect(comparison).toMatchObject({
      verdict: 'WORSE',
      reasons: ['1 value was handed to another tenant than the owner'],
    });
  });

  it('compares by the ratio to a reference, so that a slower host alone changes nothing', () => {
    const rounds = [10, 10.1, 9.9, 10];
    const recordOf = (oursFactor: number, hostFactor: number) =>
      makeBenchRecord(
        {},
        {},
        {
          benchmarks: [
            {
              name: 'reading',
              unit: 'us',
              better: 'lower',
              gated: true,
              reference: 'bare GET',
              contenders: [
                { name: 'bare GET', rounds: rounds.map((us) => us * hostFactor) },
                { name: 'lookup', rounds: rounds.map((us) => us * hostFactor * oursFactor) },
              ],
            },
          ],
        },
      );
    const before = recordOf(2, 1);

    expect(compareRecords(before, recordOf(2, 1.5))).toMatchObject({ verdict: 'SAME' });
    expect(compareRecords(before, recordOf(2.4, 1))).toMatchObject({
      verdict: 'WORSE',
      reasons: [expect.stringMatching(/^reading, lookup \/ bare GET: \+20/)],
    });
  });

  it('reads benchmarks of version 2, which have no reference', async () => {
    const now = makeBenchRecord({ a: [1, 1, 1, 1] });
    const benchmarks = now.benchmarks.map(({ reference: _, ...one }) => one);
    const earlier = withDigest({ ...now, version: 2, benchmarks });

    const { stdout } = await compare([save('a.json', earlier), save('b.json', now)]);

    expect(stdout).toMatch(/^SAME/);
  });

  it('calls allocation of some bytes none, and finds the first object a call', () => {
    const recordOf = (bytes: readonly number[]) => makeBenchRecord({ a: bytes }, { unit: 'bytes' });
    const none = recordOf([0, 0.1, 0.4, 0]);

    expect(compareRecords(none, recordOf([0.3, 0, 0, 0.2])).verdict).toBe('SAME');
    expect(compareRecords(none, recordOf([24, 24.1, 24, 23.9])).verdict).toBe('WORSE');
  });

  it('shows a measure that is not gated without letting it decide', () => {
    const shown = { gated: false };
    const from = makeBenchRecord({ a: [1, 1, 1, 1] }, shown);
    const to = makeBenchRecord({ a: [2, 2, 2, 2] }, shown);

    expect(renderComparison(compareRecords(from, to))).toContain('(worse)');
    expect(compareRecords(from, to).verdict).toBe("CAN'T TELL");
  });

  testInChromium('draws a page without a complaint', (chromium) => {
    const page = renderComparisonPage(compareRecords(base, slower));
    const { dom, complaints } = renderInChromium(chromium, page, { widthPx: 500 });

    expect(complaints).toEqual([]);
    expect(dom).toContain('Hit path under the spike: difference at each quantile');
    expect(page.replace(/<script>[\s\S]*<\/script>/, '')).not.toMatch(/NaN|>undefined|\[object/);
  });
});

describe('a baseline', () => {
  const acceptance = { reason: 'release 1.2 as shipped', now: new Date('2026-01-02T03:04:05Z') };

  it('is found again for a record of the same machine', async () => {
    await acceptBaseline(base, { ...acceptance, folder });

    const { exitCode, stdout } = await compare([save('new.json.txt', slower)]);

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^WORSE/);
    expect(await listBaselines(folder)).toMatchObject([
      { reason: 'release 1.2 as shipped', fingerprint: fingerprintOf(someRun.host) },
    ]);
  });

  it('stands for its record wherever a base is named', async () => {
    const file = await acceptBaseline(base, { ...acceptance, folder });

    expect((await compare([file, save('new', base)])).exitCode).toBe(0);
  });

  it('of another machine is refused, and both are named', async () => {
    const other = withDigest({ ...base, host: { ...base.host, cpuModel: 'another' } });
    await acceptBaseline(other as AnyRecord, { ...acceptance, folder });

    await expect(compare([save('new', base)])).rejects.toThrow(
      /a baseline of this machine \(2 x some processor.*there are those of 2 x another/,
    );
  });

  it('that nobody accepted is missed, with the command that accepts one', async () => {
    await expect(compare([save('new', base)])).rejects.toThrow(
      'partywall baseline accept RECORD --reason TEXT',
    );
  });

  it.each<[string, AnyRecord, string, RegExp]>([
    ['without a reason', base, '  ', /--reason: {3}, expected why/],
    ['with a word for a reason', base, 'ok', /at least 10 characters/],
    ['of an invalid run', invalid, 'a sound reason', /RECORD: INVALID/],
    ['of a failing run', makeStress({}, { hitUs: 300 }), 'a sound reason', /RECORD: FAIL/],
    [
      'of an interrupted run',
      makeBenchRecord({ a: [1] }, {}, { interrupted: true }),
      'a sound reason',
      /RECORD: interrupted/,
    ],
    [
      'of a scenario that leads out of the folder',
      makeBenchRecord({ a: [1] }, {}, { scenario: '/../../elsewhere' }),
      'a sound reason',
      /RECORD: \/\.\.\/\.\.\/elsewhere, expected a scenario of 1 to 64/,
    ],
  ])('is not made %s', async (_case, record, reason, message) => {
    const outcome = acceptBaseline(record, { ...acceptance, reason, folder });

    await expect(outcome).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['', 'file'])('is not kept in a folder that is none: "%s"', async (name) => {
    const none = name === '' ? '' : save(name, 'not a folder');

    const outcome = acceptBaseline(base, { ...acceptance, folder: none });

    await expect(outcome).rejects.toMatchObject({
      name: 'BadInputError',
      problems: [{ field: '--folder', value: none, expected: expect.stringMatching(/^a folder/) }],
    });
  });

  it('is not made of a run that nothing could be compared with', async () => {
    const few = makeBenchRecord({ a: [100, 101, 102] });

    await expect(acceptBaseline(few, { ...acceptance, folder })).rejects.toThrow(
      'RECORD: 3 rounds, expected at least 4 measured rounds',
    );
  });

  it('that was edited is refused', async () => {
    const file = await acceptBaseline(base, { ...acceptance, folder });
    writeFileSync(file, readFileSync(file, 'utf8').replace('release 1.2', 'release 1.3'));

    await expect(readBaseline('baseline', file)).rejects.toThrow('the baseline was edited');
  });
});

describe('two revisions', () => {
  let checkout: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', checkout, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      encoding: 'utf8',
    }).trim();
  const bench = (us: number) => JSON.stringify(makeBenchRecord({ a: [us] }));

  beforeEach(() => {
    checkout = mkdtempSync(join(folder, 'checkout-'));
    git('init', '--quiet');
    for (const [tag, us] of [
      ['fast', 100],
      ['slow', 150],
    ] as const) {
      writeFileSync(join(checkout, 'bench.json'), bench(us));
      git('add', '.');
      git('commit', '--quiet', '-m', tag);
      git('tag', tag);
    }
    writeFileSync(join(checkout, 'bench.json'), 'changed, not committed');
    writeFileSync(join(checkout, 'untracked'), 'mine');
  });

  const measure = (
    revisions: readonly [string, string],
    more: { setup?: string; command?: string; signal?: AbortSignal } = {},
  ) =>
    measureRevisions({
      folder: checkout,
      revisions,
      setup: 'true',
      command: 'cat bench.json',
      rounds: 4,
      seed: 7,
      signal: new AbortController().signal,
      progress: SILENT_PROGRESS,
      ...more,
    });

  /** What a user would miss: branch, changes, untracked files, worktrees. */
  const stateOf = () => [
    git('status', '--porcelain'),
    git('rev-parse', 'HEAD'),
    git('worktree', 'list'),
    readFileSync(join(checkout, 'untracked'), 'utf8'),
  ];

  it('are measured in turn, and a dirty checkout stays as it was', async () => {
    const before = stateOf();

    const { base: from, fresh } = await measure(['fast', 'slow']);
    const comparison = compareRecords(from, fresh, {
      marginPercent: 5,
      marginPoints: 0.5,
      paired: true,
    });

    expect(comparison.verdict).toBe('WORSE');
    expect(comparison.cells[0]?.rounds).toEqual({
      base: [100, 100, 100, 100],
      new: [150, 150, 150, 150],
    });
    expect(comparison.software).toHaveLength(1);
    expect(stateOf()).toEqual(before);
  });

  it('are measured also where one of them writes records of an earlier version', async () => {
    const now = makeBenchRecord({ a: [100] });
    const benchmarks = now.benchmarks.map(({ reference: _, ...one }) => one);
    const earlier = JSON.stringify(withDigest({ ...now, version: 2, benchmarks }));
    const file = save('earlier.json', earlier);

    const { base: from } = await measure(['fast', 'slow'], { command: `cat ${file}` });

    expect(from).toMatchObject({ version: now.version, benchmarks: [{ reference: null }] });
  });

  it.each<[string, [string, string], { setup?: string; command?: string }, RegExp]>([
    ['that is unknown', ['fast', 'nowhere'], {}, /--rev: nowhere, expected a commit/],
    ['that looks like an option', ['--all', 'slow'], {}, /--rev: --all, expected a commit/],
    [
      'that does not build',
      ['fast', 'slow'],
      { setup: 'echo no compiler >&2; exit 3' },
      /exits with 3: no compiler/,
    ],
    ['whose bench fails', ['fast', 'slow'], { command: 'exit 4' }, /exit with 0, not 4/],
    [
      'whose bench prints no record',
      ['fast', 'slow'],
      { command: 'echo hi' },
      /to print a bench record: hi/,
    ],
  ])(
    'one of them %s: a clear end, nothing left behind',
    async (_case, revisions, more, message) => {
      const before = stateOf();

      await expect(measure(revisions, more)).rejects.toMatchObject({
        name: 'BadInputError',
        message: expect.stringMatching(message),
      });

      expect(stateOf()).toEqual(before);
      expect(existsSync(join(checkout, '.git', 'worktrees'))).toBe(false);
    },
  );

  it('stop at Ctrl-C with everything that was started', async () => {
    const before = stateOf();
    const controller = new AbortController();
    const marker = join(folder, 'started');
    const outcome = measure(['fast', 'slow'], {
      command: `touch ${marker}; sleep 60`,
      signal: controller.signal,
    });
    outcome.catch(() => {});
    await vi.waitUntil(() => existsSync(marker), { timeout: 10_000 });

    controller.abort();

    await expect(outcome).rejects.toThrow();
    expect(stateOf()).toEqual(before);
  });
});
