import { checkOptions } from './check-options.ts';
import { makeCheckers } from './checkers/make-checkers.ts';
import type { SimulationOptions } from './options.ts';
import { resultOf, type SimulationResult } from './result.ts';
import { Simulation } from './simulation.ts';

export type { SimulationOptions } from './options.ts';
export type { SimulationResult } from './result.ts';

/**
 * Runs a deployment in virtual time, from beginning to end. The result depends on the seed and the
 * options alone: the same everywhere, byte for byte. All checkers watch it.
 *
 * @throws BadInputError naming every option that makes no sense
 */
export function simulate(seed: number, options: SimulationOptions): SimulationResult {
  checkOptions(seed, options);
  const simulation = new Simulation(seed, options);
  const checkers = makeCheckers(simulation);
  simulation.watch(checkers.all);
  simulation.advanceTo(Number.POSITIVE_INFINITY);
  return resultOf(seed, simulation, checkers);
}
