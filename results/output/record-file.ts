import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInputError } from './operating-errors.ts';

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
  try {
    await mkdir(dirname(file), { recursive: true });
    await access(dirname(file), constants.W_OK);
  } catch (error) {
    throw cannotWrite(field, file, error instanceof Error ? error.message : String(error));
  }
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined && !found.isFile())
    throw cannotWrite(field, file, 'something else is there');
}

/** The same for all outputs of a command, each named by its option; `-` is standard output. */
export async function prepareOutputs(files: {
  readonly json?: string;
  readonly html?: string;
  readonly junit?: string;
}): Promise<void> {
  const { json, html, junit } = files;
  for (const [field, file] of Object.entries({
    '--json': json,
    '--html': html,
    '--junit': junit,
  })) {
    if (file !== undefined && file !== '-') await prepareRecordFile(file, field);
  }
}

function cannotWrite(field: string, file: string, why: string): BadInputError {
  const expected = `a file that can be written (${why})`;
  return new BadInputError([{ field, value: file, expected }]);
}
