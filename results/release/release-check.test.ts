import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RanLine } from '../compare/run-line.ts';
import { catchOutput } from '../output/catch-output.fixture.ts';
import { SILENT_PROGRESS } from '../output/progress.ts';
import type { CheckState } from '../summary.ts';
import { type ReleaseStep, runReleaseCheck, summariseRelease } from './release-check.ts';
import { type ReleaseFlags, releaseCommand } from './release-command.ts';
import { type Run, releaseSteps } from './release-steps.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-release-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const all = ['tests', 'prove', 'mutants', 'spike', 'compare'];
const commands = new Set(['prove', 'mutants', 'run', 'compare']);

/** The steps of a release whose lines are run by `run`. */
function stepsThat(run: Run, known: ReadonlySet<string> = commands): ReleaseStep[] {
  const partywall = (...args: string[]) => ['partywall', ...args] as const;
  return releaseSteps({ run, partywall, commands: known, tests: 'true', folder, into: folder });
}

/** Steps whose lines exit with the given codes, 0 where none is given. */
function makeSteps(
  codes: Readonly<Record<string, number | null>>,
  known: ReadonlySet<string> = commands,
) {
  const ran: string[] = [];
  const run = async (line: string | readonly string[]): Promise<RanLine> => {
    const words = typeof line === 'string' ? ['tests'] : line.slice(1);
    const name = words[0] === 'run' ? 'spike' : (words[0] ?? '');
    ran.push(name);
    return {
      exitCode: codes[name] === undefined ? 0 : codes[name],
      stdout: `${name} said this\n`,
      lastLines: `${name} ended`,
    };
  };
  return { steps: stepsThat(run, known), ran };
}

async function check(steps: readonly ReleaseStep[], flags: Partial<ReleaseFlags> = {}) {
  const caught = catchOutput();
  try {
    const exitCode = await releaseCommand(steps, {
      into: folder,
      tests: 'true',
      quiet: true,
      ...flags,
    });
    const page = () => readFileSync(join(folder, 'index.html'), 'utf8');
    return { exitCode, ...caught, page };
  } finally {
    vi.restoreAllMocks();
  }
}

describe('partywall release-check', () => {
  it('says GO where every step passes, on a page with links to the records', async () => {
    const { steps, ran } = makeSteps({});

    const { exitCode, stdout, page } = await check(steps);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^GO: 5 of 5 steps passed/);
    expect(ran).toEqual(all);
    expect(page()).toContain('<strong>GO</strong>');
    expect(page()).toContain('<a href="spike.html">');
  });

  it.each<[string, Record<string, number | null>, number, RegExp]>([
    ['a failing test', { tests: 1 }, 1, /tests: failed: exit 1: tests ended/],
    ['tests that do not compile', { tests: 2 }, 1, /tests: failed/],
    ['a felt spike', { spike: 1 }, 1, /spike: failed/],
    ['an open comparison', { compare: 2 }, 2, /compare: inconclusive/],
    [
      'a missing tool',
      { spike: 69 },
      2,
      /spike: could not be tried: exit 69: a tool is missing: spike/,
    ],
    ['a fault of our own', { prove: 70 }, 2, /prove: could not be tried: exit 70: prove ended/],
    ['a step that was killed', { mutants: null }, 2, /mutants: could not be tried: it was ended/],
    ['no baseline', { compare: 64 }, 2, /compare: could not be tried: exit 64/],
  ])('says NO-GO for %s, and goes on to the other steps', async (_case, codes, code, reason) => {
    const { steps, ran } = makeSteps(codes);

    const { exitCode, stdout, page } = await check(steps);

    expect(exitCode).toBe(code);
    expect(stdout).toMatch(/^NO-GO: 1 of 5 steps hold/);
    expect(stdout.replace(/\n +/g, ' ')).toMatch(reason);
    expect(ran).toEqual(all);
    expect(page()).toContain('<strong>NO-GO</strong>');
  });

  it('keeps what the tests printed, and shows their counts', async () => {
    const printed = '> npm test\n\u001b[2m Tests \u001b[22m 7 passed (7)\nAll files | 93.1\n';
    const [step] = stepsThat(async () => ({
      exitCode: 0,
      stdout: printed,
      lastLines: 'the end',
    }));

    const finding = await step?.run(new AbortController().signal);

    expect(finding).toMatchObject({ state: 'pass', detail: 'Tests  7 passed (7)' });
    expect(readFileSync(join(folder, 'tests.log'), 'utf8')).toContain('All files');
  });

  it('gives a verdict whole that a report has on several lines', async () => {
    const report =
      'INVALID: the instrument was at fault, so the run\nsays nothing.\n  - late\n\ncell';
    const steps = stepsThat(async () => ({ exitCode: 2, stdout: report, lastLines: '' }));

    const finding = await steps
      .find(({ name }) => name === 'spike')
      ?.run(new AbortController().signal);

    expect(finding?.detail).toBe(
      'exit 2: INVALID: the instrument was at fault, so the run says nothing.',
    );
  });

  it('asks the laws for minutes, since a release waits for them', async () => {
    const lines: string[] = [];
    const steps = stepsThat(async (line) => {
      lines.push([line].flat().join(' '));
      return { exitCode: 0, stdout: '', lastLines: '' };
    });
    for (const step of steps) await step.run(new AbortController().signal);

    expect(lines.find((line) => line.includes('prove'))).toContain('prove --minutes 2');
  });

  it('lets inconclusive steps pass only where that is allowed, and says so', async () => {
    const { steps } = makeSteps({ compare: 2 });

    const { exitCode, stdout } = await check(steps, { allowInconclusive: true });

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^GO: 4 of 5[\s\S]*compare: inconclusive[\s\S]*were allowed/);
  });

  it.each([
    ['spike', 'INVALID: the instrument itself was at fault, so the run\nsays nothing.\n  - late\n'],
    ['prove', '\u001b[33mINVALID\u001b[39m  120 cases, 60 a minute, seed 1\n  never met\n'],
    ['mutants', 'INVALID  3 of 20 mutants killed, seed 1\n  the untouched core: x\n'],
  ])('never lets an invalid %s pass, whatever is allowed', async (name, said) => {
    const steps = stepsThat(async (line) => {
      const isIt = [line].flat().includes(name);
      return { exitCode: isIt ? 2 : 0, stdout: isIt ? said : '', lastLines: '' };
    });

    const { exitCode, stdout, page } = await check(steps, { allowInconclusive: true });

    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^NO-GO: 1 of 5 steps hold/);
    expect(stdout).toContain(`${name}: could not be tried: exit 2: INVALID`);
    expect(page()).toContain(`<a href="${name}.json">`);
  });

  it('is NO-GO where it was interrupted, whatever is allowed, and says so', async () => {
    const steps = stepsThat(async (line) => {
      const isIt = [line].flat().includes('spike');
      if (isIt) process.emit('SIGINT');
      return { exitCode: isIt ? null : 0, stdout: '', lastLines: '' };
    });
    const junit = join(folder, 'out.xml');

    const { exitCode, stdout, page } = await check(steps, { allowInconclusive: true, junit });

    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^NO-GO: interrupted; 2 of 5 steps hold/);
    expect(page()).toContain('<strong>NO-GO</strong>');
    expect(readFileSync(junit, 'utf8')).toContain('<error type="INVALID"');
  });

  it('keeps standard output for the JSON that goes there, also from annotations', async () => {
    const flags = { json: '-', annotations: true, quiet: false };

    const { stdout, stderr } = await check(makeSteps({ compare: 1 }).steps, flags);

    expect(JSON.parse(stdout)).toMatchObject({ kind: 'release-check', word: 'NO-GO' });
    expect(stderr).toContain('NO-GO: 1 of 5 steps hold');
    expect(stderr).toContain('::error file=package.json');
  });

  it('writes every output for which there is room, and names the others', async () => {
    const files = { json: join(folder, 'out.json'), junit: join(folder, 'out.xml') };
    const steps = stepsThat(async () => {
      // A device without room, in the place of what is written in the end.
      if (!existsSync(files.json)) symlinkSync('/dev/full', files.json);
      return { exitCode: 0, stdout: '', lastLines: '' };
    });

    await expect(check(steps, files)).rejects.toMatchObject({
      name: 'BadInputError',
      problems: [{ field: '--json' }],
    });
    expect(readFileSync(files.junit, 'utf8')).toContain('<testsuites>');
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).toContain('<strong>GO</strong>');
    expect(existsSync(join(folder, 'release-check.json'))).toBe(true);
  });

  it('starts nothing where it could not keep what is found out', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { steps, ran } = makeSteps({});
    const spike = join(folder, 'spike.json');

    await expect(check(steps, { into: '' })).rejects.toThrow('--into: (empty), expected a folder');
    await expect(check(steps, { into: file })).rejects.toThrow(
      `--into: ${file}, expected a folder`,
    );
    await expect(check(steps, { json: spike })).rejects.toThrow(
      `--json: ${spike}, expected a file of its own`,
    );
    expect(ran).toEqual([]);
  });

  it('names in the verdict what was left out, and refuses an unknown step', async () => {
    const { steps, ran } = makeSteps({ mutants: 1 });

    const { exitCode, stdout } = await check(steps, { skip: 'mutants, prove' });

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^GO \(without prove, mutants\): 3 of 3/);
    expect(ran).not.toContain('mutants');
    await expect(check(steps, { skip: 'tsets' })).rejects.toThrow(
      '--skip: tsets, expected some of',
    );
    expect((await check(steps, { skip: all.join(',') })).stdout).toMatch(/^NO-GO/);
  });

  it('does not pass a step whose command does not exist', async () => {
    const { steps } = makeSteps({}, new Set(['run', 'compare', 'prove']));

    const { exitCode, stdout } = await check(steps);

    expect(exitCode).toBe(2);
    expect(stdout.replace(/\n +/g, ' ')).toContain(
      'this version has no command mutants; --skip mutants',
    );
  });

  it('compares nothing that an earlier check left behind', async () => {
    writeFileSync(join(folder, 'spike.json'), 'of last week');

    await check(makeSteps({ spike: 69 }).steps);

    expect(existsSync(join(folder, 'spike.json'))).toBe(false);
  });

  it('leaves what comes after an interruption open, and a step that throws broken', async () => {
    const controller = new AbortController();
    const step = (name: string, run: () => CheckState): ReleaseStep => ({
      name,
      question: '?',
      run: async () => ({ state: run(), detail: name, files: [] }),
    });
    const result = await runReleaseCheck(
      [
        step('throws', () => {
          throw new Error('two\nlines');
        }),
        step('stops', () => {
          controller.abort();
          return 'pass';
        }),
        step('after', () => 'pass'),
      ],
      {
        skip: [],
        allowInconclusive: true,
        now: () => 0,
        signal: controller.signal,
        progress: SILENT_PROGRESS,
      },
    );

    expect(result.steps.map(({ state }) => state)).toEqual(['broken', 'pass', 'open']);
    expect(result.steps[0]?.detail).toBe('two; lines');
    expect(summariseRelease(result).word).toBe('NO-GO');
  });
});
