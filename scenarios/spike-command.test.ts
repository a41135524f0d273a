import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultJudgeOptions } from '../results/judge-options.ts';
import type { JudgeInput } from '../results/judgement.ts';
import { catchOutput } from '../results/output/catch-output.fixture.ts';
import { BadInputError, MissingToolError } from '../results/output/operating-errors.ts';
import { makeRecord, readRecord } from '../results/record.ts';
import type { StressRecord } from '../results/schema.ts';
import { judge } from '../results/verdict.ts';
import { makeRounds, soundCalibration } from '../results/window.fixture.ts';
import { readHost } from './provision/host.ts';
import { BrokenRunError } from './spike/broken-run-error.ts';
import { type RunSpike, spikeCommand } from './spike-command.ts';

let folder: string;
beforeEach(() => {
  vi.stubEnv('REDIS_URL', '');
  folder = mkdtempSync(join(tmpdir(), 'partywall-spike-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** The record of a run whose neighbours' back-end path took `spikeMissUs` under the spike. */
function makeSpikeRecord(spikeMissUs: number, more: Partial<JudgeInput> = {}): StressRecord {
  const input: JudgeInput = {
    rounds: makeRounds(12, () => ({ spike: { missUs: spikeMissUs } })),
    calibration: soundCalibration,
    options: { ...defaultJudgeOptions, rounds: 12 },
    ...more,
  };
  const facts = {
    scenario: 'spike',
    startedAt: '2025-01-01T00:00:00.000Z',
    seed: 1,
    options: {},
    host: readHost(),
    gitRevision: null,
  };
  return makeRecord(facts, input, judge(input));
}

/** Runs the command in this process, and catches what it writes. */
async function run(flags: Record<string, unknown>, runSpike: RunSpike) {
  const caught = catchOutput();
  try {
    const exitCode = await spikeCommand(flags, runSpike);
    return { exitCode, ...caught };
  } finally {
    vi.restoreAllMocks();
  }
}

const UNHARMED_US = 20_000;
const HARMED_US = 60_000;
const mustNotRun: RunSpike = () => Promise.reject(new Error('it was started'));

describe('partywall run spike', () => {
  it.each([
    { missUs: UNHARMED_US, exitCode: 0, verdict: 'PASS' },
    { missUs: HARMED_US, exitCode: 1, verdict: 'FAIL' },
  ])('exits with $exitCode for $verdict, and keeps the record', async (one) => {
    const json = join(folder, 'new', 'record.json');

    const { exitCode, stdout } = await run({ json }, async () => makeSpikeRecord(one.missUs));

    expect(exitCode).toBe(one.exitCode);
    expect(stdout).toContain(one.verdict);
    expect(stdout).toContain(`Record: ${json}`);
    expect((await readRecord(json)).judgement.verdict).toBe(one.verdict);
  });

  it('keeps standard output for the record with --json -', async () => {
    const loud = await run({ json: '-' }, async (_options, { progress }) => {
      progress.say('round 1');
      return makeSpikeRecord(UNHARMED_US);
    });
    const quiet = await run({ json: '-', quiet: true }, async (_options, { progress }) => {
      progress.say('round 1');
      return makeSpikeRecord(UNHARMED_US);
    });

    expect(JSON.parse(loud.stdout).judgement.verdict).toBe('PASS');
    expect(loud.stderr).toContain('round 1');
    expect(loud.stderr).toContain('PASS');
    expect(quiet.stdout).toBe(loud.stdout);
    expect(quiet.stderr).toBe('');
  });

  it.each([
    ['json', (text: string) => JSON.parse(text).kind === 'stress'],
    ['html', (text: string) => /^<!doctype html>[\s\S]*<\/html>\n?$/.test(text)],
    ['junit', (text: string) => /^<\?xml[\s\S]*<\/testsuites>\n$/.test(text)],
    ['markdown', (text: string) => /^### [\s\S]*\n$/.test(text) && !text.includes('::error')],
  ])('keeps standard output for --%s -, also from annotations', async (name, isAlone) => {
    const json = join(folder, 'record.json');

    const { stdout, stderr } = await run({ json, [name]: '-', annotations: true }, async () =>
      makeSpikeRecord(HARMED_US),
    );

    expect(isAlone(stdout)).toBe(true);
    expect(stderr).toContain('FAIL: ');
    expect(stderr).toContain('::error file=');
  });

  it('starts nothing where the options are wrong, and names all of them', async () => {
    const outcome = run({ rounds: 'many', window: '-1' }, mustNotRun);

    await expect(outcome).rejects.toThrow(BadInputError);
    await expect(outcome).rejects.toThrow('--rounds: many');
    await expect(outcome).rejects.toThrow('--window: -1');
  });

  it('starts nothing where the record could not be written in the end', async () => {
    writeFileSync(join(folder, 'file'), '');

    // The last one is taken, yet not with the ending of a file that is not whole.
    const tooLong = [join(folder, 'x'.repeat(256)), join(folder, 'x'.repeat(250))];
    for (const json of [join(folder, 'file', 'record.json'), folder, ...tooLong]) {
      const outcome = run({ json }, mustNotRun);
      await expect(outcome).rejects.toThrow(`--json: ${json}, expected a file`);
    }
  });

  it('shows what was found where the record cannot be written any more', async () => {
    const taken = join(folder, 'taken');
    const said: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text, ...more) => {
      said.push(`${text}`);
      for (const callback of more) if (typeof callback === 'function') callback();
      return true;
    });

    const outcome = spikeCommand({ json: join(taken, 'record.json'), quiet: true }, async () => {
      rmSync(taken, { recursive: true });
      writeFileSync(taken, 'a file where the folder was');
      return makeSpikeRecord(UNHARMED_US);
    });

    await expect(outcome).rejects.toThrow(BadInputError);
    await expect(outcome).rejects.toThrow('record.json, expected a file that can be written (');
    expect(said.join('')).toContain('PASS');
  });

  it('names every report for which there is no room, and writes those for which there is', async () => {
    const files = { json: join(folder, 'r.json'), html: join(folder, 'r.html') };
    const more = { junit: join(folder, 'r.xml'), markdown: join(folder, 'r.md') };

    const outcome = run({ ...files, ...more, quiet: true }, async () => {
      // A device without room, in the place of the files that are opened in the end.
      symlinkSync('/dev/full', join(folder, `.r.json.${process.pid}.partial`));
      symlinkSync('/dev/full', files.html);
      symlinkSync('/dev/full', more.markdown);
      return makeSpikeRecord(UNHARMED_US);
    });

    const error = await outcome.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BadInputError);
    expect((error as BadInputError).problems.map(({ field }) => field)).toEqual([
      '--json',
      '--html',
      '--markdown',
    ]);
    expect((error as Error).message).toContain('ENOSPC');
    expect(readFileSync(more.junit, 'utf8')).toContain('<testsuites>');
  });

  it('writes the record and every report of a run that broke off, and says why it did', async () => {
    const files = { json: join(folder, 'r.json'), html: join(folder, 'r.html') };
    const lost = new MissingToolError({ tool: 'redis', message: 'it is gone', remedies: [] });

    const outcome = run(files, async () => {
      throw new BrokenRunError(lost, makeSpikeRecord(UNHARMED_US));
    });

    await expect(outcome).rejects.toBe(lost);
    expect((await readRecord(files.json)).kind).toBe('stress');
    expect(readFileSync(files.html, 'utf8')).toContain('<!doctype html>');
  });

  it('starts nothing where two results would go to the same place', async () => {
    await expect(run({ json: '-', html: '-' }, mustNotRun)).rejects.toThrow('--html: -, expected');
    await expect(
      run({ html: join(folder, 'a'), junit: join(folder, 'a') }, mustNotRun),
    ).rejects.toThrow(/^--junit: .*a, expected a file of its own$/);
  });

  it.each([
    [{}, ['two embedded Redis servers', '25 workers', 'up to 24 rounds of 22.2 s', 'seed 5']],
    [{ quick: true }, ['6 rounds of 5.4 s: 44.3 s']],
    [{ maxDuration: '164' }, ['up to 164 s']],
    [
      { redis: 'redis://u:hush@127.0.0.1:7000', without: 'limiter' },
      ['attaches to redis://u:***@127.0.0.1:7000', 'unadjusted', 'protections off: limiter'],
    ],
  ])('with --plan and %j says what it would do, and starts nothing', async (flags, expected) => {
    const all = { backendWorkers: '25', seed: '5', plan: true, ...flags };

    const { exitCode, stdout } = await run(all, mustNotRun);

    expect(exitCode).toBe(0);
    for (const part of expected) expect(stdout).toContain(part);
    expect(stdout).not.toContain('hush');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('passes on what the run could not find, and records nothing', async () => {
    const json = join(folder, 'record.json');
    const missing = new MissingToolError({ tool: 'k6', message: 'no k6', remedies: [] });

    await expect(run({ json }, () => Promise.reject(missing))).rejects.toBe(missing);

    expect(existsSync(json)).toBe(false);
  });

  it.each([
    ['Ctrl-C', 'SIGINT'],
    ['a polite kill', 'SIGTERM'],
    ['a terminal that is closed', 'SIGHUP'],
  ] as const)(
    'asks the run to stop at %s, and keeps the record that it hands back',
    async (_what, sent) => {
      const json = join(folder, 'record.json');

      const { exitCode, stderr } = await run({ json }, async (_options, { signal }) => {
        process.emit(sent);
        expect(signal.aborted).toBe(true);
        return makeSpikeRecord(UNHARMED_US);
      });

      expect(exitCode).toBe(0);
      expect(stderr).toContain('stopping: what was measured is kept');
      expect(existsSync(json)).toBe(true);
      expect(process.listenerCount(sent)).toBe(0);
    },
  );

  it('exits with 2 where it was interrupted, whatever is allowed', async () => {
    const json = join(folder, 'record.json');
    const rounds = makeRounds(2, () => ({}));
    const undecided = makeSpikeRecord(UNHARMED_US, { rounds });
    const interrupted = makeSpikeRecord(UNHARMED_US, { rounds, ended: 'interrupted' });
    const flags = { json, allowInconclusive: true };

    expect(undecided.judgement.verdict).toBe('INCONCLUSIVE');
    expect((await run(flags, async () => undecided)).exitCode).toBe(0);
    expect((await run(flags, async () => interrupted)).exitCode).toBe(2);
  });

  it('exits with 2 at a Ctrl-C before anything was measured', async () => {
    const { exitCode, stderr } = await run({ json: '-' }, async () => {
      process.emit('SIGTERM');
      throw new Error('k6 was not built');
    });

    expect(exitCode).toBe(2);
    expect(stderr).toContain('stopped before anything was measured (k6 was not built)');
  });

  it('ends at once at the second Ctrl-C', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('exit');
    });

    const outcome = run({ json: '-' }, async () => {
      const firstAtMs = performance.now();
      process.emit('SIGINT');
      // Whoever passes a signal on to the process group sends it twice.
      process.emit('SIGTERM');
      process.emit('SIGINT');
      expect(exit).not.toHaveBeenCalled();
      vi.spyOn(performance, 'now').mockReturnValue(firstAtMs + 1_100);
      process.emit('SIGINT');
      return makeSpikeRecord(UNHARMED_US);
    });

    expect((await outcome).exitCode).toBe(2);
    expect(exit).toHaveBeenCalledWith(2);
  });
});
