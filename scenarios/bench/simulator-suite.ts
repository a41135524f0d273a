import type { Contender, Suite } from './benchmark.ts';

/** The simulator's speeds, a contender each; the command line brings them along. */
export interface SimulatorSpeeds {
  readonly contenders: readonly Contender[];
  /** The contender that is not a simulation. */
  readonly reference: string;
}

/** How many requests the simulator plays in a second, beside loops that do nothing else. */
export function simulatorSuite({ contenders, reference }: SimulatorSpeeds): Suite {
  const speed = {
    name: 'simulated requests',
    unit: '/s',
    better: 'higher',
    contenders,
    reference,
    limits: [],
  } as const;
  return { name: 'simulator', benchmarks: [speed], tools: {}, close: async () => {} };
}
