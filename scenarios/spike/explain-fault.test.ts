import { describe, expect, it } from 'vitest';
import { StoreError } from '../../core/stores/store-error.ts';
import { exitCodeOfError } from '../../results/output/exit-codes.ts';
import { BadInputError } from '../../results/output/operating-errors.ts';
import { explainFault } from './explain-fault.ts';

const MISSING = 69;
const OWN_FAULT = 70;

describe('a fault of a run', () => {
  it.each([
    new Error('Command timed out'),
    new Error('Connection is closed.'),
    new StoreError('time-out', 'no reply in time', false),
    new StoreError('connection', 'the connection failed', false),
  ])('is a lost server where none of ours answered: %s', async (fault) => {
    const explained = await explainFault(fault, []);

    expect(exitCodeOfError(explained)).toBe(MISSING);
    expect(explained.message).toContain(`did not answer for a while (${fault.message})`);
  });

  it('is our own where it is of another kind', async () => {
    const fault = new StoreError('malformed-reply', 'three words, not two', true);

    expect(await explainFault(fault, [])).toBe(fault);
    expect(exitCodeOfError(fault)).toBe(OWN_FAULT);
    expect((await explainFault('words', [])).message).toBe('words');
  });

  it("stays the user's where it was that before", async () => {
    const fault = new BadInputError([{ field: '--redis', value: 'x', expected: 'y' }]);

    expect(await explainFault(fault, [])).toBe(fault);
  });
});
