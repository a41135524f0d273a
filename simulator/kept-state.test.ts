import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadInputError } from '../results/output/operating-errors.ts';
import { shortRun } from './fixture.ts';
import { dropState, keepState, prepareState, resumeState } from './kept-state.ts';
import { Simulation } from './simulation.ts';

const OPTIONS = shortRun({ durationS: 5 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'partywall-state-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function kept(): Promise<string> {
  const simulation = new Simulation(1, OPTIONS);
  simulation.advanceTo(1_234_567);
  const file = join(folder, 'run.state');
  await keepState(simulation, 1, file);
  return file;
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BadInputError);
  return (error as BadInputError).message;
}

describe('a kept state', () => {
  it('is where the run goes on from, and is gone after its end', async () => {
    const file = await kept();
    const simulation = new Simulation(1, OPTIONS);

    await resumeState(simulation, 1, file);
    await dropState(file);

    expect(simulation.nowUs).toBe(1_234_567);
    expect(await readdir(folder)).toEqual([]);
  });

  it('that is not there yet leaves the run at its beginning', async () => {
    const simulation = new Simulation(1, OPTIONS);

    await resumeState(simulation, 1, join(folder, 'none.state'));

    expect(simulation.nowUs).toBe(0);
  });

  it('of another seed, or of another layout, is refused', async () => {
    const file = await kept();
    const other = await refusal(resumeState(new Simulation(2, OPTIONS), 2, file));
    const bytes = await readFile(file);
    const layoutAt = 'partywall simulation state '.length;
    await writeFile(file, bytes.fill('1', layoutAt, layoutAt + 1));
    const older = await refusal(resumeState(new Simulation(1, OPTIONS), 1, file));

    for (const message of [other, older]) {
      expect(message).toMatch(/^--resume: .*run\.state, expected a state of a run with the same/);
    }
  });

  it.each([
    ['changed', (bytes: Buffer) => bytes.fill(7, bytes.length - 9)],
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['cut off behind its head', (bytes: Buffer) => bytes.subarray(0, 150)],
  ])('that was %s is refused', async (_, damage) => {
    const file = await kept();
    await writeFile(file, damage(await readFile(file)));

    const message = await refusal(resumeState(new Simulation(1, OPTIONS), 1, file));

    expect(message).toMatch(/^--resume: .*expected a whole state/);
  });

  it('has its folder made, and is refused where something else is in its place', async () => {
    await prepareState(join(folder, 'new', 'run.state'));
    await mkdir(join(folder, 'taken'));

    expect(await readdir(folder)).toContain('new');
    expect(await refusal(prepareState(join(folder, 'taken')))).toMatch(/^--resume: .*taken, exp/);
  });

  it('that cannot be written or read is refused by its option', async () => {
    const simulation = new Simulation(1, OPTIONS);

    expect(await refusal(keepState(simulation, 1, join(folder, 'no', 'run.state')))).toMatch(
      /^--resume: .*expected a file that can be written/,
    );
    expect(await refusal(resumeState(simulation, 1, folder))).toMatch(
      /^--resume: .*expected a file that can be read/,
    );
  });
});
