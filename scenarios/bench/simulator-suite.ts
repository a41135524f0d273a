import type { Benchmark, Suite } from './benchmark.ts';

/** What the simulator says of its speed; the command line brings it along. */
export type MeasureSimulator = () => Promise<{
  readonly figures: readonly { readonly name: string; readonly perSecond: number }[];
}>;

/** A round takes half a minute. */
const ROUNDS_MAX = 3;

/** How many requests the simulator plays in a second, beside loops that do nothing else. */
export async function simulatorSuite(measure: MeasureSimulator): Promise<Suite> {
  let latest = await measure();
  const names = latest.figures.map(({ name }) => name);
  const fresh = new Set<string>();
  // The simulator measures all its figures at once: the first that is asked for has them measured.
  const figureOf = async (name: string): Promise<number> => {
    if (fresh.size === 0 || !fresh.has(name)) {
      latest = await measure();
      for (const one of names) fresh.add(one);
    }
    fresh.delete(name);
    return latest.figures.find((one) => one.name === name)?.perSecond ?? Number.NaN;
  };
  const speed: Benchmark = {
    name: 'simulated requests',
    unit: '/s',
    better: 'higher',
    roundsMax: ROUNDS_MAX,
    contenders: names.map((name) => ({ name, measure: () => figureOf(name) })),
    limits: [],
  };
  return { name: 'simulator', benchmarks: [speed], tools: {}, close: async () => {} };
}
