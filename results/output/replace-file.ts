import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Writes beside the target, flushes and renames: a crash leaves the old file or the new one. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const beside = partialOf(path);
  try {
    const file = await open(beside, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    // What failed first is what is told.
    await rm(beside, { force: true }).catch(() => {});
    throw error;
  }
}

/** Where a file is written until it is whole. */
export function partialOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
}
