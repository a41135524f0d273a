import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BadInputError } from './operating-errors.ts';

/**
 * Writes a value as JSON to a file, its folder made where needed, or to standard output (`-`).
 * @throws BadInputError where the file cannot be written.
 */
export async function writeJson(file: string, value: unknown): Promise<void> {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (file === '-') {
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
    return;
  }
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const expected = `a file that can be written (${why})`;
    throw new BadInputError([{ field: '--json', value: file, expected }]);
  }
}
