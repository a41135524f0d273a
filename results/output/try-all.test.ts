import { describe, expect, it } from 'vitest';
import { BadInputError } from './operating-errors.ts';
import { tryAll } from './try-all.ts';

const refuse = (field: string) => () =>
  Promise.reject(new BadInputError([{ field, value: 'x', expected: 'y' }]));

describe('steps that are all tried', () => {
  it('go on behind one that failed, and their problems are told together', async () => {
    const taken: string[] = [];
    const steps = [refuse('--json'), async () => taken.push('html'), refuse('--junit')];

    await expect(tryAll(steps)).rejects.toMatchObject({
      name: 'BadInputError',
      problems: [{ field: '--json' }, { field: '--junit' }],
    });
    expect(taken).toEqual(['html']);
  });

  it('end with our own fault where there is one, and still go on behind it', async () => {
    const fault = new TypeError('a mistake of ours');
    const taken: string[] = [];
    const broken = () => {
      throw fault;
    };

    await expect(tryAll([refuse('--json'), broken, async () => taken.push('html')])).rejects.toBe(
      fault,
    );
    expect(taken).toEqual(['html']);
  });
});
