import { describe, expect, it } from 'vitest';
import { exitCodeOfError } from './exit-codes.ts';
import { BadInputError, MissingToolError } from './operating-errors.ts';

describe('exit codes of errors', () => {
  it.each([
    [new BadInputError([{ field: '--rounds', value: 'many', expected: 'an integer' }]), 64],
    [new MissingToolError({ tool: 'k6', message: 'no k6', remedies: [] }), 69],
    [new Error('unforeseen'), 70],
    [new TypeError('a mistake of ours'), 70],
    ['not even an error', 70],
  ])('%s -> %i', (error, code) => {
    expect(exitCodeOfError(error)).toBe(code);
  });

  it('name every problem of the input at once', () => {
    const error = new BadInputError([
      { field: '--rounds', value: 'many', expected: 'an integer 1..24, or auto' },
      { field: '--gate', value: '', expected: 'names of cells' },
    ]);

    expect(error.message).toBe(
      '--rounds: many, expected an integer 1..24, or auto\n--gate: (empty), expected names of cells',
    );
  });
});
