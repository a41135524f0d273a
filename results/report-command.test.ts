import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DOMParser } from 'linkedom';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { renderInChromium, testInChromium } from './html/chromium.fixture.ts';
import { renderHtmlReport } from './html-report.ts';
import { defaultJudgeOptions } from './judge-options.ts';
import type { JudgeInput } from './judgement.ts';
import { catchOutput } from './output/catch-output.fixture.ts';
import { makeStressRecord } from './record.fixture.ts';
import { writeRecord } from './record.ts';
import { reportCommand } from './report-command.ts';
import { makeRounds, type RoundSettings, soundCalibration } from './window.fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-report-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const common = { neighbourCount: 3, requestsEach: 4_000 };

function makeInput(settings: RoundSettings, extra: Partial<JudgeInput> = {}): JudgeInput {
  return {
    rounds: makeRounds(6, () => ({ common, ...settings })),
    calibration: soundCalibration,
    options: { ...defaultJudgeOptions, rounds: 6 },
    ...extra,
  };
}

const passing = makeStressRecord(makeInput({}));
const failing = makeStressRecord(makeInput({ spike: { missUs: 30_000, failedMissRatio: 0.2 } }));
const invalid = makeStressRecord(makeInput({ spike: { clockStepMs: 400 } }));
const open = makeStressRecord(makeInput({}, { rounds: makeRounds(4, () => ({ common })) }));
const unadjusted = makeStressRecord(makeInput({ placebo: null }));
const empty = makeStressRecord(makeInput({}, { rounds: [] }));

async function report(record: typeof passing, flags: Parameters<typeof reportCommand>[1]) {
  const file = join(folder, 'record.json');
  await writeRecord(file, record);
  return { ...(await reportFile(file, flags)), file };
}

async function reportFile(file: string, flags: Parameters<typeof reportCommand>[1]) {
  const caught = catchOutput();
  try {
    return { exitCode: await reportCommand(file, flags), ...caught };
  } finally {
    vi.restoreAllMocks();
  }
}

function junitOf(text: string) {
  const { documentElement } = new DOMParser().parseFromString(text, 'text/xml');
  const count = (name: string) => documentElement.querySelectorAll(name).length;
  return {
    suite: documentElement.querySelector('testsuite'),
    cases: count('testcase'),
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
}

describe('partywall report', () => {
  it.each([
    [passing, 'PASS', 0],
    [failing, 'FAIL', 1],
    [invalid, 'INVALID', 2],
    [open, 'INCONCLUSIVE', 2],
    [unadjusted, 'PASS (unadjusted: no placebo)', 0],
  ])('shows a record again and exits with its verdict', async (record, verdict, code) => {
    const { exitCode, stdout } = await report(record, {});

    expect(exitCode).toBe(code);
    expect(stdout.startsWith(verdict)).toBe(true);
  });

  it('lets an inconclusive run pass where that is allowed, and an invalid one never', async () => {
    const allowed = { allowInconclusive: true, quiet: true };

    expect((await report(open, allowed)).exitCode).toBe(0);
    expect((await report(invalid, allowed)).exitCode).toBe(2);
    expect((await report(failing, allowed)).exitCode).toBe(1);
  });

  it('writes every kind of report beside the text', async () => {
    const files = { html: join(folder, 'new', 'r.html'), junit: join(folder, 'r.xml') };
    const markdown = join(folder, 'summary.md');
    writeFileSync(markdown, 'before\n');

    await report(failing, { ...files, markdown, quiet: true });

    expect(readFileSync(files.html, 'utf8')).toContain('<!doctype html>');
    expect(readFileSync(files.junit, 'utf8')).toContain('<testsuites>');
    expect(readFileSync(markdown, 'utf8')).toMatch(/^before\n### ❌ FAIL — partywall spike\n/);
  });

  it('keeps standard output for a report that goes there', async () => {
    const { stdout } = await report(passing, { junit: '-' });

    expect(stdout.startsWith('<?xml')).toBe(true);
    expect(junitOf(stdout).cases).toBeGreaterThan(10);
  });

  it('shows text and annotations beside a report that goes to standard output', async () => {
    const flags = { junit: '-', annotations: true };

    const { stdout, stderr } = await report(failing, flags);
    const quiet = await report(failing, { ...flags, quiet: true });

    expect(stdout).toMatch(/^<\?xml[\s\S]*<\/testsuites>\n$/);
    expect(stderr).toMatch(/^FAIL: [\s\S]*\n::error file=/);
    expect(quiet.stdout).toBe(stdout);
    expect(quiet.stderr).toMatch(/^::error file=/);
  });

  it('writes nothing over the record that it shows', async () => {
    const file = join(folder, 'record.json');
    const html = `${folder}/./record.json`;

    await expect(report(passing, { html })).rejects.toThrow(
      `--html: ${html}, expected a file of its own`,
    );
    expect((await reportFile(file, {})).exitCode).toBe(0);
  });

  it('annotates what did not pass, with file and reason on one line', async () => {
    const { stdout, file } = await report(failing, { annotations: true, quiet: true });
    const lines = stdout.trimEnd().split('\n');

    expect(lines[0]).toBe(
      `::error file=${file},title=partywall spike%3A FAIL::the spike raises the latency of its neighbours by more than 10 %25`,
    );
    for (const line of lines) expect(line).toMatch(/^::error file=[^,]+,title=[^,:]+::\S/);
    expect(
      (await report(open, { annotations: true, quiet: true, allowInconclusive: true })).stdout,
    ).toMatch(/^::warning /);
    expect((await report(passing, { annotations: true, quiet: true })).stdout).toBe('');
  });

  it.each([
    ['not there', undefined, /expected a file to read \(ENOENT/],
    ['cut off', JSON.stringify(passing).slice(0, 5_000), /no whole JSON \(truncated\?\)/],
    ['no record', '{}', /kind: expected "stress", the file has none/],
    ['of another kind', '{"kind":"simulation","version":1}', /got "simulation"/],
    ['from the future', '{"kind":"stress","version":99}', /version: 99 is from a later partywall/],
    ['edited', JSON.stringify({ ...passing, seed: 7 }), /edited or damaged after the run/],
  ])('refuses a file that is %s and says why', async (_case, text, message) => {
    const file = join(folder, 'bad.json');
    if (text !== undefined) writeFileSync(file, text);

    await expect(reportFile(file, {})).rejects.toMatchObject({
      name: 'BadInputError',
      message: expect.stringMatching(message),
    });
  });

  it('names the option whose file cannot be written, before it reads anything', async () => {
    await expect(reportFile('none', { html: '/dev/null/x.html' })).rejects.toThrow(
      /^--html: .dev.null.x.html, expected a file that can be written/,
    );
  });
});

describe('JUnit', () => {
  it.each([
    [
      'a pass has neither failure nor error',
      passing,
      false,
      { failures: 0, errors: 0, skipped: 0 },
    ],
    ['a fail has failures', failing, false, { skipped: 0 }],
    ['an inconclusive run has errors', open, false, { failures: 0, skipped: 0 }],
    ['or skips where that is allowed', open, true, { failures: 0, errors: 0 }],
    ['an invalid run has errors even then', invalid, true, { failures: 0 }],
  ])('%s', async (_case, record, allowInconclusive, expected) => {
    const { stdout } = await report(record, { junit: '-', allowInconclusive });
    const found = junitOf(stdout);

    expect(found).toMatchObject(expected);
    expect(found.failures > 0).toBe(record === failing);
    // Among the cells of a failing run some are open: errors beside the failures.
    const mayErr = record === invalid || (record !== passing && !allowInconclusive);
    expect(found.errors > 0).toBe(mayErr);
    const stated = ['tests', 'failures', 'errors', 'skipped'].map((name) =>
      Number(found.suite?.getAttribute(name)),
    );
    expect(stated).toEqual([found.cases, found.failures, found.errors, found.skipped]);
  });

  it('survives what XML cannot hold', async () => {
    const gate = { ...passing.judgement.gates[0], gate: 'a\u0000<b>&"\ud800' };
    const judgement = { ...passing.judgement, gates: [gate] } as typeof passing.judgement;

    const { renderJunit } = await import('./junit.ts');
    const { summariseStress } = await import('./summarise-stress.ts');
    const text = renderJunit([summariseStress({ ...passing, judgement })], {
      allowInconclusive: false,
    });

    expect(text).toContain('name="a\ufffd&#60;b&#62;&#38;&#34;\ufffd"');
  });
});

describe('the page of a stress record', () => {
  it.each([
    [passing, 'PASS', 'raises no gated latency'],
    [failing, 'FAIL', 'raises the latency of its neighbours by more than 10 %'],
    [invalid, 'INVALID', 'steps of the clock'],
    [open, 'INCONCLUSIVE', 'neither shown nor excluded'],
    [unadjusted, 'PASS (unadjusted: no placebo)', 'Without a placebo'],
    [empty, 'INCONCLUSIVE (unadjusted: no placebo)', 'No round was measured'],
  ])('says its verdict first, then why', (record, word, part) => {
    const page = renderHtmlReport(record);

    expect(page).toContain(`<strong>${word}</strong>`);
    expect(page).toContain(part);
    expect(page.replace(/<script>[\s\S]*<\/script>/, '')).not.toMatch(
      /NaN|"undefined|>undefined|\[object/,
    );
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says how to repeat the run', () => {
    const options = {
      windowMs: 6_000,
      backendMs: 20,
      hotRatePerSecond: 10_000,
      maxRisePercent: 10,
      without: ['limiter'],
      gate: [],
      quick: true,
      namespace: '',
      redis: 'redis://127.0.0.1:7000/a b',
      withLocalDeny: true,
      tiers: ['gold'],
    };

    expect(renderHtmlReport({ ...passing, options })).toContain(
      'partywall run spike --window 6 --backend-ms 20 --hot-rate 10000 --max-rise 10 --without limiter --quick --redis &#39;redis://127.0.0.1:7000/a b&#39; --with local-deny --seed 42',
    );
  });

  it('is drawn from a record of the first version too', async () => {
    const file = fileURLToPath(new URL('record-v1.fixture.json', import.meta.url));
    const html = join(folder, 'old.html');

    expect((await reportFile(file, { html, quiet: true })).exitCode).toBe(0);
    expect(readFileSync(html, 'utf8')).toContain('<strong>PASS</strong>');
  });

  testInChromium('fits a phone and a page, in light and dark, without a complaint', (chromium) => {
    const page = renderHtmlReport(failing);
    const measure = `<script>addEventListener('load',function(){
      document.body.dataset.overflow=document.documentElement.scrollWidth-document.documentElement.clientWidth})</script>`;
    const open = page.replace(/<meta http-equiv[^>]*>/, '').replace('</body>', `${measure}</body>`);

    const phone = renderInChromium(chromium, open, { widthPx: 500 });
    const wide = renderInChromium(chromium, page, { widthPx: 1200, dark: true });

    expect(phone.dom).toContain('data-overflow="0"');
    expect([...phone.complaints, ...wide.complaints]).toEqual([]);
    expect(wide.dom).toContain('aria-label="Click to sort table by');
    expect(wide.png.equals(phone.png)).toBe(false);
  });
});
