import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInputError, type InputProblem } from '../../results/output/operating-errors.ts';

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx)$/;
/** Types only, or written by a program. */
const NOT_OURS = /\.d\.[cm]?ts$|\.min\.[cm]?js$|\.generated\./;
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'build', 'out', 'coverage', 'vendor']);
/** Tests empty the Redis that they started themselves, and are right to. */
const TEST = /[.-](?:test|spec)\.[cm]?[jt]sx?$/;
const TEST_FOLDERS = new Set(['test', 'tests', '__tests__', '__mocks__', 'e2e', '__e2e__']);
const FILES_MAX = 200_000;

/**
 * The source files below the paths, in order; links are not followed. Tests are left out unless
 * asked for; a file that is named itself is taken whatever it is called.
 *
 * @throws BadInputError naming every path that is not there
 */
export async function findSources(paths: readonly string[], tests: boolean): Promise<string[]> {
  const files: string[] = [];
  const problems: InputProblem[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) {
      problems.push({ field: 'PATH', value: path, expected: 'a file or folder that is there' });
    } else if (found.isDirectory()) await collect(path, files, tests);
    else files.push(path);
  }
  if (files.length >= FILES_MAX) {
    const expected = `fewer than ${FILES_MAX} source files: name folders further down`;
    problems.push({ field: 'PATH', value: paths.join(' '), expected });
  }
  if (problems.length > 0) throw new BadInputError(problems);
  return files;
}

async function collect(folder: string, files: string[], tests: boolean): Promise<void> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (files.length >= FILES_MAX) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (isWanted(entry.name, tests)) await collect(path, files, tests);
    } else if (entry.isFile() && SOURCE.test(entry.name) && !NOT_OURS.test(entry.name)) {
      if (tests || !TEST.test(entry.name)) files.push(path);
    }
  }
}

function isWanted(folder: string, tests: boolean): boolean {
  if (SKIPPED_FOLDERS.has(folder) || folder.startsWith('.')) return false;
  return tests || !TEST_FOLDERS.has(folder);
}
