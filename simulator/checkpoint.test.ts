import { isDeepStrictEqual } from 'node:util';
import { deserialize } from 'node:v8';
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

  it('of a run that went on from another holds as much, arrays that have grown too', () => {
    // Long enough that entries are evicted, in the order of arrays that have grown.
    const options = shortRun({ durationS: 60 });
    const first = watched(options);
    first.simulation.advanceTo(31_234_567);
    const state = capture(first.simulation);
    const second = watched(options);
    restore(second.simulation, state);

    const again = capture(second.simulation);
    const third = watched(options);
    restore(third.simulation, again);
    third.simulation.advanceTo(Number.POSITIVE_INFINITY);

    expect(isDeepStrictEqual(deserialize(again), deserialize(state))).toBe(true);
    expect(resultOf(5, third.simulation, third.checkers)).toEqual(simulate(5, options));
  });
});
