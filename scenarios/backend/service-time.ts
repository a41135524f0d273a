import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** How long a worker is busy with one load. Every distribution has the mean that was asked for. */
export type ServiceTime = 'constant' | 'exponential' | 'lognormal';

export const SERVICE_TIMES: readonly ServiceTime[] = ['constant', 'exponential', 'lognormal'];

/** Standard deviation of the logarithm: P99 is then 3.2 times the median, as of a model server. */
const LOGNORMAL_SIGMA = 0.5;

/**
 * Service times relative to their mean: multiply a draw by the mean service time.
 * The same seed gives the same sequence.
 */
export function makeServiceTimeRatios(distribution: ServiceTime, seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  const drawOpenUniform = () => 1 - uniformFloat64(generator);

  switch (distribution) {
    case 'constant':
      return () => 1;
    case 'exponential':
      return () => -Math.log(drawOpenUniform());
    case 'lognormal':
      return () => {
        const radius = Math.sqrt(-2 * Math.log(drawOpenUniform()));
        const normal = radius * Math.cos(2 * Math.PI * drawOpenUniform());
        return Math.exp(LOGNORMAL_SIGMA * normal - LOGNORMAL_SIGMA ** 2 / 2);
      };
  }
}
