import { mkdir, open, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BadInputError, type InputProblem } from './operating-errors.ts';
import { partialOf } from './replace-file.ts';
import { tryAll } from './try-all.ts';

/** Where a record goes that was given no name: a folder of the place the command was started in. */
export function defaultRecordFile(scenario: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-');
  return join('.partywall', `${scenario}-${stamp}.json`);
}

/**
 * Makes sure, before ten minutes are spent, that a file can be written when they are over; `field` is
 * the option that named it.
 * @throws BadInputError where it cannot.
 */
export async function prepareFile(file: string, field: string): Promise<void> {
  await prepare(field, file, [file]);
}

/**
 * The same for a file that is replaced as a whole, as records are, which takes another one beside it.
 * @throws BadInputError where it cannot be written.
 */
export async function prepareRecordFile(file: string, field = '--json'): Promise<void> {
  await prepare(field, file, [file, partialOf(file)]);
}

async function prepare(field: string, file: string, opened: readonly string[]): Promise<void> {
  if (file === '') throw new BadInputError([{ field, value: file, expected: 'a file' }]);
  try {
    await makeFolder(dirname(file));
    for (const path of opened) await tryToOpen(path);
  } catch (error) {
    throw new BadInputError([unwritable(field, file, error)]);
  }
}

/** Only an attempt tells whether a file may be written; it leaves everything as it was. */
async function tryToOpen(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (found && !found.isFile()) throw new Error('something else is there');
  await (await open(path, 'a')).close();
  // Not the link where one led there: only what it led to is new.
  if (!found) await rm(await realpath(path));
}

/**
 * Makes sure that a folder is there, and is one, before files are to go to it.
 * @throws BadInputError where it cannot be made.
 */
export async function prepareFolder(folder: string, field: string): Promise<void> {
  if (folder === '') throw new BadInputError([{ field, value: folder, expected: 'a folder' }]);
  try {
    await makeFolder(folder);
  } catch (error) {
    const expected = `a folder, or a place for one (${reasonOf(error)})`;
    throw new BadInputError([{ field, value: folder, expected }]);
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

/** Files that a command writes, each as its option names it; `-` is standard output. */
export interface OutputFiles {
  readonly json?: string | undefined;
  readonly html?: string | undefined;
  readonly junit?: string | undefined;
  /** Appended to, as CI systems want their step summary. */
  readonly markdown?: string | undefined;
}

export interface OutputRules {
  /** Files that the command reads, or writes beside its outputs. */
  readonly taken?: readonly string[];
  /** Whether the JSON is replaced as a whole, as the record of a load run is. */
  readonly isJsonReplaced?: boolean;
}

const OUTPUTS = ['json', 'html', 'junit', 'markdown'] as const;

/**
 * The same for all outputs of a command, each to a place of its own.
 * @throws BadInputError naming every option that cannot be kept
 */
export async function prepareOutputs(
  files: OutputFiles,
  { taken = [], isJsonReplaced = false }: OutputRules = {},
): Promise<void> {
  const places = new Set(await Promise.all(taken.map(placeOf)));
  const prepareOne = async (name: (typeof OUTPUTS)[number], file: string) => {
    const field = `--${name}`;
    const isReplaced = name === 'json' && isJsonReplaced;
    if (file !== '-') await (isReplaced ? prepareRecordFile : prepareFile)(file, field);
    const place = file === '-' ? file : await placeOf(file);
    if (places.has(place)) {
      throw new BadInputError([{ field, value: file, expected: 'a file of its own' }]);
    }
    places.add(place);
  };
  await tryAll(
    OUTPUTS.map((name) => async () => {
      const file = files[name];
      if (file !== undefined) await prepareOne(name, file);
    }),
  );
}

/** Where a name leads, through links and folders: two names of one file give the same. */
async function placeOf(file: string): Promise<string> {
  const path = resolve(file);
  return realpath(path).catch(async () => {
    const folder = await realpath(dirname(path)).catch(() => dirname(path));
    return join(folder, basename(path));
  });
}

/** A file that turned out not to be writable, e.g. for want of room. */
export function unwritable(field: string, file: string, error: unknown): InputProblem {
  return { field, value: file, expected: `a file that can be written (${reasonOf(error)})` };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
