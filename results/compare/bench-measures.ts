import type { BenchRecord } from '../bench-schema.ts';
import type { Measure } from './measure.ts';

/** A measure each contender; `points` stay points, everything else is compared by ratio. */
export function measuresOfBench({ benchmarks }: BenchRecord): Measure[] {
  return benchmarks.flatMap(({ name, unit, better, gated, contenders }) =>
    contenders.map((contender) => ({
      name: contenders.length === 1 ? name : `${name}, ${contender.name}`,
      unit,
      gated,
      better,
      scale: unit === 'points' ? ('points' as const) : ('ratio' as const),
      rounds: contender.rounds,
    })),
  );
}
