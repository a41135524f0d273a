import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BadInputError } from '../../results/output/operating-errors.ts';
import { findPackageRoot } from '../../results/output/package-root.ts';
import { parseJson } from '../../results/parse-json.ts';
import type { Counterexample } from '../laws/prove-law.ts';

const schema = z.strictObject({ law: z.string(), found: z.string(), case: z.json() });

/** A case that once broke a law. */
export type Kept = z.infer<typeof schema>;

/** The folder of all counterexamples that were ever found. */
export function counterexamplesFolder(): string {
  return join(findPackageRoot(), 'property-tests', 'counterexamples');
}

/** All that a folder keeps; none where there is no such folder. @throws BadInputError where a file is broken */
export async function readKept(folder = counterexamplesFolder()): Promise<Kept[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw unfit(folder, `a folder of counterexamples (${error.message})`);
  });
  const files = names.filter((name) => name.endsWith('.json')).sort();
  const kept: Kept[] = [];
  for (const name of files) {
    const file = join(folder, name);
    const parsed = schema.safeParse(parseJson(await readFile(file, 'utf8')));
    if (!parsed.success) throw unfit(file, 'a counterexample: { law, found, case }');
    kept.push(parsed.data);
  }
  return kept;
}

function unfit(value: string, expected: string): BadInputError {
  return new BadInputError([{ field: '--counterexamples', value, expected }]);
}

/** The cases kept for one law. */
export function casesOf(kept: readonly Kept[], law: string): unknown[] {
  return kept.filter((one) => one.law === law).map((one) => one.case);
}

/** Writes what broke a law into the folder; the same case always into the same file. */
export async function keep(
  law: string,
  { message, case: found }: Counterexample,
  folder: string,
): Promise<string> {
  const kept = { law, found: message, case: found };
  const digest = createHash('sha256').update(JSON.stringify(found)).digest('hex').slice(0, 8);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${law}-${digest}.json`);
  await writeFile(file, `${JSON.stringify(kept, null, 2)}\n`);
  return file;
}
