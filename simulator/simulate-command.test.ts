import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { partialOf } from '../results/output/replace-file.ts';
import { failureRow, KNOWN_FAILURES, type KnownFailure } from './failures.ts';
import { shortRun } from './fixture.ts';
import { judgeSimulation } from './judge.ts';
import { simulationRecordSchema } from './record.ts';
import { replayTrace } from './replay-trace.ts';
import { runSimulate } from './run-simulate.ts';
import { simulate } from './simulate.ts';
import { parseSimulateFlags } from './simulate-flags.ts';

const folders: string[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function writeTrace(name: string, content: string | Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'partywall-trace-'));
  folders.push(folder);
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

/** Standard output, which shows nothing and keeps what it was given. */
function muted() {
  return vi.spyOn(process.stdout, 'write').mockImplementation((_text, done) => {
    if (typeof done === 'function') (done as () => void)();
    return true;
  });
}

const LRU = {
  policy: 'lru',
  capacity: 2,
  unit: 'entries',
  seed: 1,
  samples: 5,
  ratePerSecond: 1000,
} as const;

describe('a trace', () => {
  it('is read line by line, packed or not, with or without a heading', async () => {
    const text = 'time,key,size\n0,a,5\n1,b,5\n2,a,5\n3,c,5\n4,b,5\n';
    const plain = await writeTrace('plain.csv', text.slice(text.indexOf('\n') + 1));
    const packed = await writeTrace('packed.csv.gz', gzipSync(text));
    const expected = { requestCount: 5, keyCount: 3, hitCount: 1, missCount: 4, evictedCount: 2 };

    expect(await replayTrace({ ...LRU, file: plain })).toEqual(expected);
    expect(await replayTrace({ ...LRU, file: packed })).toEqual(expected);
  });

  it.each([
    ['0,a,5\n1,b\n', /line 2: 1,b/],
    ['0,a,5\n1,b,-3\n', /line 2/],
    ['0,a,5\nx,b,3\n', /line 2/],
    ['', /no request/],
  ])('that is none is refused with its line: %j', async (text, message) => {
    const file = await writeTrace('bad.csv', text);

    await expect(replayTrace({ ...LRU, file })).rejects.toThrow(message);
  });

  it('that is not there is refused', async () => {
    await expect(replayTrace({ ...LRU, file: '/nowhere/trace.csv' })).rejects.toThrow(/--trace/);
  });

  it('counts bytes where the capacity does', async () => {
    const file = await writeTrace('bytes.csv', '0,a,6\n1,b,6\n2,a,6\n');

    expect(await replayTrace({ ...LRU, file, capacity: 12, unit: 'bytes' })).toMatchObject({
      hitCount: 1,
    });
    expect(await replayTrace({ ...LRU, file, capacity: 11, unit: 'bytes' })).toMatchObject({
      hitCount: 0,
    });
  });
});

describe('a trace through a deployment', () => {
  it('is asked by its tenants, each within its own share of the capacity', async () => {
    muted();
    // The noisy one goes round 200 keys; the quiet one asks for three of its own, over and over.
    const lines = Array.from({ length: 6000 }, (_, n) =>
      n % 3 === 0 ? `${n},k${n % 9},100,quiet` : `${n},k${n % 200},100,noisy`,
    );
    const trace = await writeTrace('tenants.csv', `time,key,size,tenant\n${lines.join('\n')}\n`);
    const json = await writeTrace('record.json', '');
    const flags = { trace, json, policy: 'partywall', capacity: '30', quiet: true };

    await runSimulate('replay', flags);

    const { result } = simulationRecordSchema.parse(JSON.parse(await readFile(json, 'utf8')));
    const [quiet, noisy] = result.tenants;
    expect(result.requestCount).toBe(6000);
    expect([quiet?.tenant, quiet?.counts.requests, noisy?.counts.requests]).toEqual([
      'quiet',
      2000,
      4000,
    ]);
    expect(quiet?.counts.evicted).toBe(0);
    expect(noisy?.counts.evicted).toBeGreaterThan(1000);
    expect(noisy?.entryCount).toBeLessThanOrEqual(10);
  });

  it('of entries has no server that could evict in the place of tenants', async () => {
    const trace = await writeTrace('one.csv', '0,a,1\n');
    const flags = { trace, policy: 'partywall', capacity: '30', without: 'tenant-eviction' };

    await expect(runSimulate('replay', { ...flags, quiet: true })).rejects.toThrow(/--capacity/);
  });

  it('holds no value of two gigabytes: its tenant and key are named', async () => {
    const trace = await writeTrace('huge.csv', `0,a,1,x\n1,b,${2 ** 31},x\n`);
    const flags = { trace, policy: 'partywall', capacity: '30', quiet: true };

    await expect(runSimulate('replay', flags)).rejects.toThrow(
      /^x\.valueBytes of key 1: 2147483648, expected a number 1 to 1073741824$/,
    );
  });

  it('is repeated by a line that a shell takes for one word a file', async () => {
    const written = muted();
    const trace = await writeTrace("it's all.csv", '0,a,1\n');

    await runSimulate('replay', { trace, policy: 'partywall', capacity: '30', quiet: true });

    const text = written.mock.calls.map(([chunk]) => String(chunk)).join('');
    expect(text).toContain(`--trace '${trace.replace("'", "'\\''")}' --policy partywall`);
  });
});

describe('the flags of simulate', () => {
  it('are refused with all their problems at once', () => {
    const flags = { preset: 'huge', without: 'limiter,walls', seed: '-1', duration: '0' };

    expect(() => parseSimulateFlags('spikes', flags)).toThrow(
      /--preset: huge.*--without: walls.*--seed: -1.*--duration: 0.*scenario: spikes/s,
    );
    expect(() => parseSimulateFlags('replay', { trace: 'x', capacity: '0' })).toThrow(/--capacity/);
    expect(() => parseSimulateFlags(undefined, {})).toThrow(/scenario/);
  });

  it.each([
    ['failures', { html: 'x', resume: 'y', without: 'limiter' }, ['html', 'resume', 'without']],
    ['speed', { html: 'x', duration: '5' }, ['html', 'duration']],
    ['verify', { html: 'x', seed: '5' }, ['html', 'seed']],
    ['swarm', { html: 'x', preset: 'large', resume: 'y' }, ['html', 'preset', 'resume']],
    ['replay', { trace: 'x', capacity: '5', html: 'y', resume: 'z' }, ['html', 'resume']],
    ['steady', { trace: 'x', capacity: '5', runs: '7' }, ['trace', 'capacity', 'runs']],
  ])('that %s does not have are refused, all of them', (scenario, flags, refused) => {
    const tell = () => parseSimulateFlags(scenario, { ...flags, json: '-', quiet: true });

    for (const name of refused) {
      expect(tell).toThrow(new RegExp(`--${name}: .*, expected an option of ${scenario}`));
    }
    expect(tell).not.toThrow(/--(json|quiet): /);
  });

  it('belong to the replay of a trace by its policy', () => {
    const flags = { trace: 'x', capacity: '5', html: 'y', without: 'limiter' };

    expect(parseSimulateFlags('replay', { ...flags, policy: 'partywall' }).html).toBe('y');
    expect(() => parseSimulateFlags('replay', { ...flags, policy: 'redis-lru' })).toThrow(
      '--html: y, expected an option of replay --policy redis-lru: --trace, --policy,',
    );
  });

  it('name bytes by a b behind the number', () => {
    const { task } = parseSimulateFlags(undefined, { trace: 'x', capacity: '64b' });

    expect(task).toMatchObject({ kind: 'replay', capacity: 64, unit: 'bytes', policy: 'lru' });
  });
});

describe('simulate as a command', () => {
  it('writes a record that reads back, with the verdict as its exit code', async () => {
    muted();
    const file = await writeTrace('record.json', '');
    const html = await writeTrace('page.html', '');
    const flags = { duration: '70', json: file, html, quiet: true };

    const exitCode = await runSimulate('steady', flags);

    const record = simulationRecordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    expect([exitCode, record.judgement.verdict]).toEqual([0, 'PASS']);
    expect(record.result.requestCount).toBeGreaterThan(100_000);
    expect(record.outcomeDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(record.timelines.tenants).toHaveLength(20);
    expect(await readFile(html, 'utf8')).toContain('silver-11');
  });
});

describe('a simulation that is stopped', () => {
  it('does not keep its state where its record goes, nor where nothing can be kept', async () => {
    const json = await writeTrace('record.json', '');
    const folder = dirname(json);

    await expect(runSimulate('steady', { json, resume: json })).rejects.toThrow(
      /^--json: .*, expected a file of its own$/,
    );
    await expect(runSimulate('steady', { json: folder, resume: folder })).rejects.toThrow(
      /^--resume: .*(something else is there).*\n--json: /,
    );
  });

  it('leaves its record also where its state cannot be kept', async () => {
    muted();
    const json = await writeTrace('record.json', '');
    const resume = join(dirname(json), 'run.state');
    const listenerCount = process.listenerCount('SIGINT');

    const run = runSimulate('steady', { json, resume, quiet: true });
    const outcome = expect(run).rejects.toThrow(
      /^--resume: .*run\.state, expected a file that can/,
    );
    await vi.waitUntil(() => process.listenerCount('SIGINT') > listenerCount);
    // In the way of what is written first.
    await mkdir(partialOf(resume));
    process.emit('SIGINT', 'SIGINT');
    await outcome;

    const record = simulationRecordSchema.parse(JSON.parse(await readFile(json, 'utf8')));
    expect([record.interrupted, record.judgement.verdict]).toEqual([true, 'INCONCLUSIVE']);
  });
});

describe('the judge of a simulation', () => {
  const phases = [
    { name: 'before', fromS: 0 },
    { name: 'during', fromS: 10 },
  ];
  const names = ['latency', 'failures', 'hits'] as const;

  it('passes a quiet run', () => {
    const options = shortRun({ phases, durationS: 60, isWarm: true });
    const bounded = judgeSimulation(simulate(1, options), options, ['failures']);

    expect(bounded.verdict).toBe('PASS');
  });

  it('fails a run whose back-end slows down, and one with failures', () => {
    const options = shortRun({
      phases,
      faults: [{ kind: 'slow-backend', atS: 10, forS: 10, factor: 8 }],
    });
    const { verdict, checks } = judgeSimulation(simulate(1, options), options, names);

    expect(verdict).toBe('FAIL');
    expect(checks.find(({ name }) => name.includes('mean'))?.isKept).toBe(false);
    expect(checks.find(({ name }) => name.includes('failures'))?.isKept).toBe(false);
  });

  it('says nothing about a handful of requests', () => {
    const options = shortRun({ phases, neighbours: [] });

    expect(judgeSimulation(simulate(1, options), options, names).verdict).toBe('INCONCLUSIVE');
  });
});

describe('the table of failures', () => {
  it('takes a symptom neither for shown nor for gone where it is not', () => {
    const options = shortRun({
      phases: [
        { name: 'before', fromS: 0 },
        { name: 'during', fromS: 10 },
      ],
    });
    const quiet = simulate(1, options);
    const rows = KNOWN_FAILURES.map((failure: KnownFailure) =>
      failureRow(failure, [options, options], [quiet, quiet]),
    );

    expect(rows.map(({ isShown }) => isShown)).toEqual(rows.map(() => false));
    const hot = KNOWN_FAILURES.find(({ scenario }) => scenario === 'spike');
    expect([hot?.shows(8, 40), hot?.isGone(8, 40)]).toEqual([true, false]);
  });
});
