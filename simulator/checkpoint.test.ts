import { describe, expect, it } from 'vitest';
import { capture, restore } from './checkpoint.ts';
import { shortRun } from './fixture.ts';
import { resultOf } from './result.ts';
import { withoutProtections } from './scenarios.ts';
import { simulate } from './simulate.ts';
import { Simulation } from './simulation.ts';

describe('a checkpoint', () => {
  it.each([[[]], [['tenant-eviction', 'namespace'] as const]])(
    'goes on to the same result as a run that never stopped, without %j',
    (without) => {
      const faults = [{ kind: 'failover', atS: 6, forS: 3 }] as const;
      const options = withoutProtections(shortRun({ faults }), without);
      const first = new Simulation(5, options);
      first.advanceTo(7_654_321);

      const second = new Simulation(5, options);
      restore(second, capture(first));
      second.advanceTo(Number.POSITIVE_INFINITY);

      expect(resultOf(5, second)).toEqual(simulate(5, options));
    },
  );
});
