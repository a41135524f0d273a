import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { BadInputError } from '../results/output/operating-errors.ts';
import { prepareRecordFile, unwritable } from '../results/output/record-file.ts';
import { replaceFile } from '../results/output/replace-file.ts';
import { digestOf } from '../results/record-digest.ts';
import { capture, restore } from './checkpoint.ts';
import type { Simulation } from './simulation.ts';

const FIELD = '--resume';
/** Of what `capture` writes, which follows the fields of the simulation: another layout, one more. */
const LAYOUT = 2;
const DIGEST_LENGTH = 64;

/**
 * Makes sure, before the run, that its state can be kept when it is stopped.
 * @throws BadInputError where it cannot
 */
export async function prepareState(file: string): Promise<void> {
  await prepareRecordFile(file, FIELD);
}

/**
 * Keeps where a run has come to, for `resumeState`.
 * @throws BadInputError where the file cannot be written
 */
export async function keepState(simulation: Simulation, seed: number, file: string): Promise<void> {
  const state = capture(simulation);
  const bytes = Buffer.concat([headOf(simulation, seed), Buffer.from(digestOfBytes(state)), state]);
  try {
    // Whole or not at all: a state that was cut off is none.
    await replaceFile(file, bytes);
  } catch (error) {
    throw new BadInputError([unwritable(FIELD, file, error)]);
  }
}

/**
 * Puts a simulation where a kept one had come to; it stays at its beginning if none is kept.
 * @throws BadInputError where the file is no whole state of this very run
 */
export async function resumeState(
  simulation: Simulation,
  seed: number,
  file: string,
): Promise<void> {
  const bytes = await readState(file);
  if (bytes === undefined) return;
  const refuse = (expected: string) => new BadInputError([{ field: FIELD, value: file, expected }]);
  const head = headOf(simulation, seed);
  if (!bytes.subarray(0, head.length).equals(head)) {
    throw refuse('a state of a run with the same scenario, options and seed, by this version');
  }
  const digest = bytes.subarray(head.length, head.length + DIGEST_LENGTH).toString();
  const state = bytes.subarray(head.length + DIGEST_LENGTH);
  if (digest !== digestOfBytes(state)) throw refuse('a whole state: its bytes have changed since');
  try {
    restore(simulation, state);
  } catch (error) {
    // An older Node does not read what a later one has spelled.
    const why = error instanceof Error ? error.message : String(error);
    throw refuse(`a state that this Node can read (${why})`);
  }
}

/**
 * Removes the state of a run that has ended.
 * @throws BadInputError where it cannot be removed
 */
export async function dropState(file: string): Promise<void> {
  await rm(file, { force: true }).catch((error: unknown) => {
    throw new BadInputError([unwritable(FIELD, file, error)]);
  });
}

/** Which run a state belongs to. */
function headOf({ options }: Simulation, seed: number): Buffer {
  const digest = digestOf({ seed, options });
  return Buffer.from(`partywall simulation state ${LAYOUT} ${digest}\n`);
}

/** Undefined where there is none. */
async function readState(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const expected = `a file that can be read (${message})`;
    throw new BadInputError([{ field: FIELD, value: file, expected }]);
  }
}

function digestOfBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
