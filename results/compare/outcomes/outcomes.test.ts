import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordVersion } from '../../migrate-record.ts';
import { withDigest } from '../../record-digest.ts';
import { type CompareFlags, compareCommand } from '../compare-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-outcomes-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const about = {
  version: 1,
  startedAt: '2026-01-02T03:04:05.000Z',
  gitRevision: '0123456789ab',
  interrupted: false,
};
const check = (verdicts: Record<string, string>, more: object = {}) => ({
  kind: 'check',
  ...about,
  adapter: 'ours',
  properties: Object.entries(verdicts).map(([id, verdict]) => ({ id, verdict, tries: 9 })),
  ...more,
});
const proof = (verdict: string) => ({
  kind: 'proof',
  ...about,
  properties: [{ property: 'P3', law: 'erasure', ground: 'redis', verdict, cases: 100 }],
});
const mutants = (kills: object[], more: object = {}) => ({
  kind: 'mutants',
  ...about,
  mutants: [{ name: 'global LRU', kills, ...more }],
});
const simulation = (value: number | null, more: object = {}) =>
  withDigest({
    kind: 'simulation',
    ...about,
    version: recordVersion,
    scenario: 'spike',
    judgement: {
      checks: [{ name: 'P95', value, bound: 10, unit: '%', isKept: value !== null && value < 10 }],
    },
    ...more,
  });

async function compare(base: unknown, fresh: unknown, flags: CompareFlags = {}) {
  let stdout = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...more) => {
    stdout += text;
    for (const callback of more) if (typeof callback === 'function') callback();
    return true;
  });
  const files = [base, fresh].map((record, index) => {
    const file = join(folder, `${index}.json`);
    writeFileSync(file, JSON.stringify(record));
    return file;
  });
  const unasked = () => Promise.reject(new Error('not asked for'));
  const sources = { baselineFor: unasked, measureRevisions: unasked };
  try {
    return { exitCode: await compareCommand(files, flags, sources), stdout };
  } finally {
    vi.restoreAllMocks();
  }
}

describe('records of outcomes, compared', () => {
  it.each<[string, unknown, unknown, number, RegExp]>([
    ['the same', check({ P1: 'held' }), check({ P1: 'held' }), 0, /^SAME: 0 of 1 outcomes/],
    [
      'a broken property',
      check({ P1: 'held' }),
      check({ P1: 'broken' }),
      1,
      /^WORSE[\s\S]*P1 +held/,
    ],
    ['a mended one', check({ P1: 'broken' }), check({ P1: 'held' }), 0, /^BETTER/],
    [
      'one that is no longer tried, beside a mended one',
      check({ P1: 'held', P2: 'broken' }),
      check({ P2: 'held' }),
      2,
      /^CAN'T TELL[\s\S]*not tried/,
    ],
    [
      'an interrupted one',
      check({ P1: 'held' }, { interrupted: true }),
      check({ P1: 'held' }),
      2,
      /^CAN'T/,
    ],
    ['nothing', check({}), check({}), 2, /^CAN'T TELL/],
    ['a broken law', proof('held'), proof('broken'), 1, /^WORSE[\s\S]*P3 erasure on redis/],
    ['a law that met nothing', proof('held'), proof('invalid'), 2, /^CAN'T TELL/],
    ['a surviving mutant', mutants([{ by: 'P5' }]), mutants([]), 1, /^WORSE[\s\S]*survived/],
    [
      'a mutant that only an error gave away',
      mutants([{ by: 'P5' }], { state: 'killed' }),
      mutants([], { state: 'crashed' }),
      2,
      /^CAN'T TELL/,
    ],
    ['a bound that is broken', simulation(3), simulation(12), 1, /^WORSE[\s\S]*12 %, bound 10/],
    ['a bound that is open', simulation(3), simulation(null), 2, /^CAN'T TELL/],
  ])('say so of %s', async (_case, base, fresh, code, text) => {
    const { exitCode, stdout } = await compare(base, fresh);

    expect(stdout).toMatch(text);
    expect(exitCode).toBe(code);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('go to page, JSON and JUnit', async () => {
    const files = {
      html: join(folder, 'a.html'),
      json: join(folder, 'a'),
      junit: join(folder, 'x'),
    };
    await compare(check({ P1: 'held' }), check({ P1: 'broken' }), { ...files, quiet: true });

    expect(readFileSync(files.html, 'utf8')).toContain('<strong>WORSE</strong>');
    expect(JSON.parse(readFileSync(files.json, 'utf8'))).toMatchObject({ verdict: 'WORSE' });
    expect(readFileSync(files.junit, 'utf8')).toContain('name="P1"><failure');
  });

  it.each<[string, unknown, RegExp]>([
    ['of another kind', proof('held'), /NEW: proof, expected a record of the base's kind: check/],
    ['of no kind', {}, /expected a record of the base's kind: check/],
    ['of another adapter', check({}, { adapter: 'theirs' }), /NEW: theirs, expected ours/],
    ['from the future', check({}, { version: 2 }), /version: 2 is from a later partywall/],
    ['misshapen', check({ P1: 'perhaps' }), /properties\.0\.verdict/],
  ])('are refused where the new one is %s', async (_case, fresh, message) => {
    await expect(compare(check({ P1: 'held' }), fresh)).rejects.toThrow(message);
  });

  it('are refused where a simulation was edited', async () => {
    const edited = { ...simulation(12), scenario: 'steady' };

    await expect(compare(simulation(3), edited)).rejects.toThrow(/edited or damaged/);
  });
});
