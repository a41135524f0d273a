import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { VERDICTS } from '../../results/judgement.ts';
import { BadInputError } from '../../results/output/operating-errors.ts';
import type { ControlRun } from './summary.ts';

const rise = z.tuple([z.number().nullable(), z.number().nullable()]);
const schema: z.ZodType<ControlRun[]> = z.array(
  z.object({
    control: z.string(),
    run: z.int(),
    seed: z.int(),
    verdict: z.enum(VERDICTS),
    seconds: z.number(),
    rounds: z.int(),
    repeats: z.int(),
    p50: rise,
    p95: rise,
  }),
);

/**
 * The runs that a summary holds; none where there is no such file.
 * @throws BadInputError where the file holds something else
 */
export async function readRuns(file: string): Promise<ControlRun[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return [];
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    const expected = 'the summary of earlier controls, or a new folder';
    throw new BadInputError([{ field: '--folder', value: file, expected }]);
  }
}
