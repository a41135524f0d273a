import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadInputError } from './operating-errors.ts';
import { prepareFile, prepareFolder, prepareOutputs, prepareRecordFile } from './record-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partywall-output-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The longest name that a file system takes has 255 bytes. */
const tooLong = 'x'.repeat(256);
/** Taken by itself, and too long once it is said to be a part. */
const almostTooLong = 'x'.repeat(250);

async function problemsOf(preparing: Promise<void>) {
  const error = await preparing.catch((thrown: unknown) => thrown);
  return error instanceof BadInputError ? error.problems : error;
}

describe('a file that is to be written', () => {
  it('is tried without leaving a trace, be it there or not', async () => {
    const there = join(folder, 'there.json');
    writeFileSync(there, 'as it was');

    await prepareRecordFile(there);
    await prepareRecordFile(join(folder, 'new.json'));

    expect(readdirSync(folder)).toEqual(['there.json']);
    expect(readFileSync(there, 'utf8')).toBe('as it was');
  });

  it('may be a link that leads nowhere yet, and stays one', async () => {
    const link = join(folder, 'link.json');
    symlinkSync(join(folder, 'later.json'), link);

    await prepareFile(link, '--json');

    expect(readdirSync(folder)).toEqual(['link.json']);
  });

  it.each([
    ['whose name is too long', tooLong, 'ENAMETOOLONG'],
    ['whose link leads to itself', 'loop', 'ELOOP'],
    ['in the place of which is a folder', 'folder', 'something else is there'],
    ['whose folder is a file', join('file', 'x.json'), 'EEXIST'],
    ['whose link leads to no folder', 'astray', 'ENOENT'],
  ])('is refused %s', async (_case, name, why) => {
    symlinkSync('loop', join(folder, 'loop'));
    symlinkSync(join('nowhere', 'x.json'), join(folder, 'astray'));
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'file'), '');
    const value = join(folder, name);
    const before = readdirSync(folder);

    const problems = await problemsOf(prepareFile(value, '--html'));

    const expected = expect.stringContaining(`a file that can be written (${why}`);
    expect(problems).toEqual([{ field: '--html', value, expected }]);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('needs room for another name beside it where it is replaced as a whole', async () => {
    const file = join(folder, almostTooLong);

    await expect(prepareFile(file, '--html')).resolves.toBeUndefined();
    await expect(prepareRecordFile(file)).rejects.toThrow('ENAMETOOLONG');
    await expect(prepareOutputs({ json: file })).resolves.toBeUndefined();
    await expect(prepareOutputs({ json: file }, { isJsonReplaced: true })).rejects.toThrow(
      'ENAMETOOLONG',
    );
  });
});

describe('outputs of a command', () => {
  it('are told all that is wrong with them at once', async () => {
    const files = { json: '', html: folder, junit: join(folder, tooLong), markdown: '-' };

    expect(await problemsOf(prepareOutputs(files))).toMatchObject([
      { field: '--json', value: '' },
      { field: '--html', value: folder },
      { field: '--junit' },
    ]);
  });

  it('go to places of their own, whatever their names are', async () => {
    const linked = `${folder}-linked`;
    symlinkSync(folder, linked);
    const json = join(folder, 'out');
    const others = [`${folder}/./out`, `${folder}/new/../out`, join(linked, 'out')];

    try {
      for (const html of others) {
        expect(await problemsOf(prepareOutputs({ json, html }))).toEqual([
          { field: '--html', value: html, expected: 'a file of its own' },
        ]);
      }
    } finally {
      rmSync(linked);
    }
  });

  it('replace nothing that the command reads', async () => {
    const record = join(folder, 'run.json');
    writeFileSync(record, '{}');
    symlinkSync(record, join(folder, 'link.html'));
    const files = { html: join(folder, 'link.html'), junit: `${folder}/./run.json` };

    const problems = await problemsOf(prepareOutputs(files, { taken: [record] }));

    expect(problems).toMatchObject([
      { field: '--html', expected: 'a file of its own' },
      { field: '--junit', expected: 'a file of its own' },
    ]);
    expect(readFileSync(record, 'utf8')).toBe('{}');
  });
});

describe('a folder that files are to go to', () => {
  it('is made with those above it', async () => {
    await prepareFolder(join(folder, 'new', 'one'), '--into');

    expect(existsSync(join(folder, 'new', 'one'))).toBe(true);
  });

  it('is refused where it is empty, or a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');

    expect(await problemsOf(prepareFolder('', '--into'))).toEqual([
      { field: '--into', value: '', expected: 'a folder' },
    ]);
    expect(await problemsOf(prepareFolder(file, '--into'))).toMatchObject([
      { field: '--into', value: file, expected: expect.stringMatching(/^a folder, .*EEXIST/) },
    ]);
  });
});
