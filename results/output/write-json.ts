import { realpath, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BadInputError } from './operating-errors.ts';
import { printable } from './printable.ts';
import { makeFolder, unwritable } from './record-file.ts';
import { replaceFile } from './replace-file.ts';

/**
 * Writes a value as JSON to a file, its folder made where needed, or to standard output (`-`).
 * @throws BadInputError where the file cannot be written.
 */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeText(file, `${spellJson(value, 2)}\n`, '--json');
}

/** JSON in which whatever a terminal must not have is escaped: it spells the same value. */
export function spellJson(value: unknown, indent?: number): string {
  const spell = (one: string) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, indent).replace(LEFT_BY_STRINGIFY, spell);
}

/** Controls of the second row, and what breaks or directs text; those of the first are escaped. */
const LEFT_BY_STRINGIFY = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Writes text to a file, all of it or nothing, its folder made where needed, or to standard output (`-`).
 * @param field the option that named the file
 * @param flag `a` appends
 * @throws BadInputError where the file cannot be written.
 */
export async function writeText(
  file: string,
  text: string,
  field: string,
  flag: 'w' | 'a' = 'w',
): Promise<void> {
  if (file === '-') {
    await writeToStdout(text);
    return;
  }
  try {
    await makeFolder(dirname(file));
    if (flag === 'a') await writeFile(file, text, { flag });
    else await replace(file, text);
  } catch (error) {
    throw new BadInputError([unwritable(field, file, error)]);
  }
}

/**
 * What a link leads to is replaced. What is no file (a pipe, a device) is written to, and so is a file
 * beside which nothing may lie.
 */
async function replace(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return file;
  });
  const found = await stat(target).catch(() => undefined);
  if (found && !found.isFile()) return writeFile(target, text);
  await replaceFile(target, text).catch(async (error: NodeJS.ErrnoException) => {
    if (!NOTHING_BESIDE.has(error.code ?? '')) throw error;
    await writeFile(target, text);
  });
}

const NOTHING_BESIDE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG']);

/** Resolves once the text is handed over: a large one would be cut by an exit right behind it. */
export function writeToStdout(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(printable(text), () => resolve()));
}
