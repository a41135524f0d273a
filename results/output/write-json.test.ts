import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partialOf } from './replace-file.ts';
import { writeText } from './write-json.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-write-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an output', () => {
  it('that finds no room leaves what was there before', async () => {
    const file = join(folder, 'old.json');
    writeFileSync(file, 'the record of last week');
    symlinkSync('/dev/full', partialOf(file));

    await expect(writeText(file, 'the new one', '--json')).rejects.toThrow('ENOSPC');
    expect(readFileSync(file, 'utf8')).toBe('the record of last week');
  });

  it('replaces what a link leads to, and leaves the link', async () => {
    const target = join(folder, 'target.html');
    const link = join(folder, 'link.html');
    writeFileSync(target, 'old');
    symlinkSync(target, link);

    await writeText(link, 'new', '--html');

    expect(readFileSync(target, 'utf8')).toBe('new');
    expect(readFileSync(link, 'utf8')).toBe('new');
  });

  it('is written to a device, which stays one', async () => {
    const link = join(folder, 'device');
    symlinkSync('/dev/full', link);

    await expect(writeText(link, 'text', '--html')).rejects.toThrow('ENOSPC');
    expect(statSync('/dev/full').isFile()).toBe(false);
  });
});
