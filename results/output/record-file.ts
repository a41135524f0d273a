import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInputError, type InputProblem } from './operating-errors.ts';

/** Where a record goes that was given no name: a folder of the place the command was started in. */
export function defaultRecordFile(scenario: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-');
  return join('.partywall', `${scenario}-${stamp}.json`);
}

/**
 * Makes sure, before ten minutes are spent, that the record can be written when they are over;
 * `field` is the option that named the file.
 * @throws BadInputError where it cannot.
 */
export async function prepareRecordFile(file: string, field = '--json'): Promise<void> {
  if (file === '') throw new BadInputError([{ field, value: file, expected: 'a file' }]);
  try {
    await makeFolder(dirname(file));
    await access(dirname(file), constants.W_OK);
  } catch (error) {
    throw new BadInputError([unwritable(field, file, error)]);
  }
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined && !found.isFile()) {
    throw new BadInputError([unwritable(field, file, 'something else is there')]);
  }
}

/**
 * The folder and those above it. One by one: told to make them all, Node goes round for ever in a
 * place like /proc, where nothing can be made.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || (await isThere(dirname(folder)))) throw error;
    await makeFolder(dirname(folder));
    await makeFolder(folder);
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** The same for all outputs of a command, each named by its option; `-` is standard output. */
export async function prepareOutputs(files: {
  readonly json?: string;
  readonly html?: string;
  readonly junit?: string;
}): Promise<void> {
  const { json, html, junit } = files;
  const taken = new Set<string>();
  for (const [field, file] of Object.entries({
    '--json': json,
    '--html': html,
    '--junit': junit,
  })) {
    if (file === undefined) continue;
    if (taken.has(file))
      throw new BadInputError([{ field, value: file, expected: 'a file of its own' }]);
    taken.add(file);
    if (file !== '-') await prepareRecordFile(file, field);
  }
}

/** A file that turned out not to be writable, e.g. for want of room. */
export function unwritable(field: string, file: string, error: unknown): InputProblem {
  const why = error instanceof Error ? error.message : String(error);
  return { field, value: file, expected: `a file that can be written (${why})` };
}
