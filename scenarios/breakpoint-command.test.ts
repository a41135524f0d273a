import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  makeInput,
  makeRecordOf,
  makeSharpRounds,
} from '../results/breakpoint/breakpoint.fixture.ts';
import type { BreakpointRecord } from '../results/breakpoint/breakpoint-schema.ts';
import { catchOutput } from '../results/output/catch-output.fixture.ts';
import { MissingToolError } from '../results/output/operating-errors.ts';
import { breakpointCommand, type RunBreakpoint } from './breakpoint-command.ts';
import { BrokenRunError } from './spike/broken-run-error.ts';

let folder: string;
beforeEach(() => {
  vi.stubEnv('REDIS_URL', '');
  folder = mkdtempSync(join(tmpdir(), 'partywall-breakpoint-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Breaks at 40 times, which must hold. */
const failing = makeRecordOf(makeInput(makeSharpRounds(), { atLeastTimes: 40 }));
/** Neither shown to hold nor to break. */
const open = makeRecordOf(makeInput(makeSharpRounds(), { atLeastTimes: 30 }));
const interrupted = makeRecordOf(makeInput(makeSharpRounds(), { atLeastTimes: 30 }, 'interrupted'));

/** Runs the command in this process, and catches what it writes. */
async function run(flags: Record<string, unknown>, runBreakpoint: RunBreakpoint) {
  const caught = catchOutput();
  try {
    return { exitCode: await breakpointCommand(flags, runBreakpoint), ...caught };
  } finally {
    vi.restoreAllMocks();
  }
}

describe('partywall run breakpoint', () => {
  it.each<[string, BreakpointRecord, boolean, number]>([
    ['a rate that breaks', failing, true, 1],
    ['an open one', open, false, 2],
    ['an open one, where that is allowed', open, true, 0],
    ['an interrupted one, whatever is allowed', interrupted, true, 2],
  ])('exits for %s as its verdict says', async (_case, record, allowInconclusive, code) => {
    const json = join(folder, 'record.json');

    const { exitCode, stdout } = await run({ json, allowInconclusive }, async () => record);

    expect(exitCode).toBe(code);
    expect(stdout).toContain(`Record: ${json}`);
  });

  it.each([
    ['json', (text: string) => JSON.parse(text).kind === 'breakpoint'],
    ['html', (text: string) => /^<!doctype html>[\s\S]*<\/html>\n?$/.test(text)],
    ['junit', (text: string) => /^<\?xml[\s\S]*<\/testsuites>\n$/.test(text)],
  ])('keeps standard output for --%s -, also from annotations', async (name, isAlone) => {
    const json = join(folder, 'record.json');

    const { stdout, stderr } = await run(
      { json, [name]: '-', annotations: true },
      async () => failing,
    );

    expect(isAlone(stdout)).toBe(true);
    expect(stderr).toContain('FAIL: ');
    expect(stderr).toContain('::error file=');
  });

  it('writes the record and every report of a run that broke off, and says why it did', async () => {
    const files = { json: join(folder, 'r.json'), html: join(folder, 'r.html') };
    const lost = new MissingToolError({ tool: 'redis', message: 'it is gone', remedies: [] });

    const outcome = run(files, async () => {
      throw new BrokenRunError(lost, interrupted);
    });

    await expect(outcome).rejects.toBe(lost);
    expect(JSON.parse(readFileSync(files.json, 'utf8')).kind).toBe('breakpoint');
    expect(readFileSync(files.html, 'utf8')).toContain('<!doctype html>');
  });

  it('names every report for which there is no room, and writes those for which there is', async () => {
    const files = { json: join(folder, 'r.json'), html: join(folder, 'r.html') };
    const junit = join(folder, 'r.xml');

    const outcome = run({ ...files, junit }, async () => {
      // A device without room, in the place of the files that are opened in the end.
      symlinkSync('/dev/full', join(folder, `.r.json.${process.pid}.partial`));
      symlinkSync('/dev/full', files.html);
      return open;
    });

    await expect(outcome).rejects.toMatchObject({
      name: 'BadInputError',
      problems: [{ field: '--json' }, { field: '--html' }],
    });
    expect(existsSync(files.json)).toBe(false);
    expect(readFileSync(junit, 'utf8')).toContain('<testsuites>');
  });
});
