import { describe, expect, it } from 'vitest';
import type { Step } from './step.ts';
import { withoutOthers } from './two-traces.ts';

const step = (who: 0 | 1, afterMs: number, act: Step['act']): Step => ({
  ...{ who, at: 0, afterMs, together: false, act },
});

describe('a tenant alone', () => {
  it('has as much time for a load that is open to the end', () => {
    const begin = { verb: 'begin', key: 0, form: 'bytes', tags: [] } as const;
    const get = { verb: 'get', key: 0 } as const;
    const steps = [step(1, 100, get), step(0, 0, begin), step(1, 1000, get), step(1, 50, get)];

    const alone = withoutOthers(steps, 0);

    expect(alone.map(({ afterMs, act }) => [afterMs, act.verb])).toEqual([
      [100, 'begin'],
      [1050, 'finish'],
    ]);
  });
});
