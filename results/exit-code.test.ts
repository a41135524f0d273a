import { expect, test } from 'vitest';
import { exitCodeOf } from './exit-code.ts';

test('a process ends with 0 for a pass, 1 for a fail and 2 for neither', () => {
  const verdicts = ['PASS', 'PASS (adjusted)', 'FAIL', 'INCONCLUSIVE', 'INVALID'] as const;

  expect(verdicts.map(exitCodeOf)).toEqual([0, 0, 1, 2, 2]);
});
