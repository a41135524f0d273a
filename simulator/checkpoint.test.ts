import { describe, expect, it } from 'vitest';
import { makeCheckers } from './checkers/make-checkers.ts';
import { capture, restore } from './checkpoint.ts';
import { shortRun } from './fixture.ts';
import type { SimulationOptions } from './options.ts';
import { resultOf } from './result.ts';
import { withoutProtections } from './scenarios.ts';
import { simulate } from './simulate.ts';
import { Simulation } from './simulation.ts';

function watched(options: SimulationOptions) {
  const simulation = new Simulation(5, options);
  const checkers = makeCheckers(simulation);
  simulation.watch(checkers.all);
  return { simulation, checkers };
}

describe('a checkpoint', () => {
  it.each([[[]], [['tenant-eviction', 'namespace'] as const]])(
    'goes on to the same result as a run that never stopped, without %j',
    (without) => {
      const faults = [{ kind: 'failover', atS: 6, forS: 3 }] as const;
      const invalidations = [{ atS: 5, tenantIndex: 2 }];
      const options = withoutProtections(shortRun({ faults, invalidations }), without);
      const first = watched(options);
      first.simulation.advanceTo(7_654_321);

      const second = watched(options);
      restore(second.simulation, capture(first.simulation));
      second.simulation.advanceTo(Number.POSITIVE_INFINITY);

      expect(resultOf(5, second.simulation, second.checkers)).toEqual(simulate(5, options));
    },
  );
});
