import type { BenchRecord } from '../bench-schema.ts';
import type { Measure } from './measure.ts';

type Benchmark = BenchRecord['benchmarks'][number];
type Contender = Benchmark['contenders'][number];

/**
 * A measure each contender; points stay points, everything else is compared by ratio. Where a
 * benchmark has a reference, what decides is the figure over that of the reference in the same
 * round, which a faster or slower day of the host leaves alone; the figures themselves are shown.
 */
export function measuresOfBench({ benchmarks }: BenchRecord): Measure[] {
  return benchmarks.flatMap((benchmark) => {
    const { contenders } = benchmark;
    const reference = contenders.find(({ name }) => name === benchmark.reference);
    if (reference === undefined) return contenders.map((one) => measureOf(benchmark, one));
    const ours = contenders.filter((one) => one !== reference);
    return [
      ...ours.map((one) => relativeMeasure(benchmark, one, reference)),
      ...contenders.map((one) => ({ ...measureOf(benchmark, one), gated: false })),
    ];
  });
}

function measureOf({ name, unit, better, gated, contenders }: Benchmark, one: Contender): Measure {
  return {
    ...(contenders.length === 1
      ? { name }
      : { name: `${name}, ${one.name}`, place: { group: name, label: one.name } }),
    unit,
    gated,
    better,
    scale: unit === 'points' ? 'points' : 'ratio',
    rounds:
      unit === 'bytes' ? one.rounds.map((bytes) => Math.max(bytes, allocationMin)) : one.rounds,
  };
}

/** Half of the smallest object: fewer bytes a call are samples of something else. */
const allocationMin = 8;

function relativeMeasure(benchmark: Benchmark, one: Contender, reference: Contender): Measure {
  return {
    ...measureOf(benchmark, one),
    name: `${benchmark.name}, ${one.name} / ${reference.name}`,
    place: { group: `${benchmark.name}, over ${reference.name}`, label: one.name },
    unit: '',
    scale: 'ratio',
    rounds: one.rounds.map((figure, round) => figure / (reference.rounds[round] ?? Number.NaN)),
  };
}
