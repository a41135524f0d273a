import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** The absolute path of a program on PATH, or undefined. */
export function findOnPath(program: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const names = process.platform === 'win32' ? [`${program}.exe`, program] : [program];

  return folders
    .flatMap((folder) => names.map((name) => resolve(folder, name)))
    .find(isExecutableFile);
}

/** Whether there is a file here that this user may execute. */
export function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
