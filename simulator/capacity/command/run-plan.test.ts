import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { partialOf } from '../../../results/output/replace-file.ts';
import { runPlan } from './run-plan.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-plan-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function plan(flags: Record<string, string>) {
  vi.spyOn(process.stdout, 'write').mockImplementation((_text, ...more) => {
    for (const callback of more) if (typeof callback === 'function') callback();
    return true;
  });
  const quick = { seed: '1', measure: 'none', simulate: false, worlds: '16', quiet: true };
  const startRedis = () => Promise.reject(new Error('no Redis is needed'));
  return runPlan('small', { ...quick, ...flags }, startRedis);
}

describe('the outputs of a plan', () => {
  it('are written where there is room, and the others named', async () => {
    const json = join(folder, 'plan.json');
    const markdown = join(folder, 'plan.md');
    const csv = join(folder, 'tables');
    symlinkSync('/dev/full', partialOf(json));

    await expect(plan({ json, markdown, csv })).rejects.toMatchObject({
      problems: [{ field: '--json' }],
    });
    expect(readFileSync(markdown, 'utf8')).toContain('# Capacity plan');
    expect(existsSync(join(csv, 'tiers.csv'))).toBe(true);
  });

  it('are not written over what is read, nor over one another', async () => {
    const baseline = join(folder, 'before.json');
    await plan({ json: baseline });
    const before = readFileSync(baseline, 'utf8');
    const csv = join(folder, 'tables');

    await expect(plan({ json: baseline, baselineReport: baseline })).rejects.toMatchObject({
      problems: [{ field: '--json', expected: 'a file of its own' }],
    });
    await expect(plan({ json: join(csv, 'tiers.csv'), csv })).rejects.toMatchObject({
      problems: [{ field: '--json', expected: 'a file outside the folder of --csv' }],
    });
    await expect(plan({ csv: '-' })).rejects.toMatchObject({ problems: [{ field: '--csv' }] });
    writeFileSync(join(folder, 'taken'), '');
    await expect(plan({ csv: join(folder, 'taken') })).rejects.toMatchObject({
      problems: [{ field: '--csv' }],
    });
    expect(readFileSync(baseline, 'utf8')).toBe(before);
  });
});
