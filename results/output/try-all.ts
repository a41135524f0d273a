import { BadInputError, type InputProblem } from './operating-errors.ts';

/**
 * Takes every step, also behind one that failed: a disk that is full for one output may have room for
 * another.
 * @throws BadInputError naming everything that failed, in the order of the steps; where one failed by
 * a fault of ours, that one
 */
export async function tryAll(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const problems: InputProblem[] = [];
  const faults: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      if (error instanceof BadInputError) problems.push(...error.problems);
      else faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
  if (problems.length > 0) throw new BadInputError(problems);
}
